export { actOf } from './audit';
export { Refusal } from './refusal';
export { IdempotentTransaction } from './idempotent-transaction';
export { type OperatorCommand } from './run-command';
export { runService } from './run-service';
export { defineService, type ServiceDefinition } from './service-definition';
export { ServiceHealth } from './service-health';
export { retentionOf, serviceRoot, type ServiceResources } from './service.module';
export { startService, type StartedService } from './start-service';
