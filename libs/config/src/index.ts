export { loadConfig, seconds, port, flag, httpUrl } from './load-config';
export { appEnvironment, edgeEnvironmentShape, serviceEnvironmentShape, type AppEnvironment } from './app-environment';
export { deriveServiceKey, databasePassword, brokerPassword, purposeKey } from './secrets';
