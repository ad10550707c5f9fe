export { apps, services } from '#libs/contracts';
export { natsAdminUrl, natsServerConfig } from './broker-config';
export { setUpBroker } from './broker';
export { setUpDatabase } from './database';
export { serviceEnvironment, type SystemSettings } from './service-environment';
export { settingFaults } from './setting-faults';
