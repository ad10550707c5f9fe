export { certificates, flag, httpUrl, loadConfig, port, seconds } from './load-config';
export {
  appEnvironment,
  edgeEnvironment,
  serviceEnvironment,
  type AppConfig,
  type EdgeConfig,
  type ServiceConfig,
} from './environment';
