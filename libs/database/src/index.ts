export { Database, type DatabaseSettings, type Tx } from './database';
export { retryable, isUniqueViolation, asUnavailable } from './postgres-errors';
export { answeredOnce } from './idempotency';
export { platformTables, environmentTable, sharedTable, appendOnly } from './ddl';
export { roleName, ownerName, schemaRoles } from './roles';
export { EmitFact, outboxChannel } from './outbox';
export { newId } from './ids';
export { cursorOf, afterCursor, pageOf } from './paging';
