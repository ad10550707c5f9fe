export {
  certificates,
  faultsOf,
  flag,
  httpUrl,
  loadConfig,
  nameservers,
  networks,
  port,
  ports,
  proxies,
  seconds,
  type SettingFault,
} from './load-config';
export {
  appEnvironment,
  edgeEnvironment,
  egressEnvironment,
  serviceEnvironment,
  type AppConfig,
  type EdgeConfig,
  type EgressConfig,
  type ServiceConfig,
} from './environment';
