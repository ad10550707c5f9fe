export { apps, outcomeConsumersOf, outcomeStreamName, outcomeUser, services } from '#libs/contracts';
export { natsAdminUrl, natsServerConfig, outcomeLogin } from './broker-config';
export { setUpBroker } from './broker';
export { setUpDatabase } from './database';
export { serviceEnvironment, type SystemSettings } from './service-environment';
export { settingFaults } from './setting-faults';
