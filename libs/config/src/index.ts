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
export { barePostgresUrl, parsePostgresUrl, postgresUrl, type PostgresHost, type PostgresUrl } from './postgres-url';
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
