export { EventConsumers } from './event-consumers';
export {
  EventHandler,
  later,
  unchanged,
  type EventOf,
  type HandlerResult,
  type Later,
  type Unchanged,
} from './event-handler';
export { Latch } from './latch';
export { Leases, stillHeld, type Lease } from './lease';
export { OutboxRelay } from './outbox-relay';
export { Reconciler, RECONCILER_SETTINGS, type ReconcilerSettings } from './reconciler';
export { Stalls } from './stalls';
export { Worker, type AttemptResult, type Work, type WorkerSettings } from './worker';
