export { Allow, AllowAnyone } from './allow';
export { CallerGuard, EdgeCall, SessionReader, type EdgeRequest } from './caller.guard';
export { refuseIdempotencyKey } from './idempotency-key';
