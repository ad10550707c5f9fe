export { Database, type DatabaseSettings, type Tx } from './database';
export { retryable, isUniqueViolation, asUnavailable } from './postgres-errors';
export { postgresTls, tlsParameters } from './postgres-tls';
export { platformTables, environmentTable, sharedTable, appendOnly, workColumns } from './ddl';
export { roleName, ownerName, schemaRoles } from './roles';
export { recordAct, idsIn, type Act } from './audit';
export { outboxChannel } from './outbox';
export { newId } from './ids';
export { cursorOf, afterCursor, pageOf } from './paging';
