export { brokerPassword, databasePassword, deriveServiceKey, purposeKey, SERVICE_KEY } from './derived-secrets';
export { seal, unseal } from './sealed';
