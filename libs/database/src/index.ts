export { connectionConfig, PrimaryClient, sessionSettings, sourceOptions } from './connection';
export { Database, type DatabaseSettings, type Tx } from './database';
export { retryable, isUniqueViolation, asUnavailable } from './postgres-errors';
export { postgresTls, tlsParameters } from './postgres-tls';
export {
  platformTables,
  putOffEvents,
  retentionIndexes,
  environmentTable,
  sharedTable,
  appendOnly,
  workColumns,
} from './ddl';
export { roleName, ownerName, schemaRoles } from './roles';
export { daySeconds, isAnyOver, purgeStatement, type Retention } from './retention';
export { recordAct, recordActs, idsIn, type Act } from './audit';
export { newId } from './ids';
export { cursorOf, afterCursor, pageOf } from './paging';
export { wordPatterns } from './search-words';
