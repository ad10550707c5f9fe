export { EventConsumers, type ConsumerPosition } from './event-consumers';
export { DeadLetters, type Letter, type LetterState, type WhichLetters } from './dead-letters';
export {
  EventHandler,
  EventsHandler,
  later,
  unchanged,
  WhenDelayed,
  type EventOf,
  type HandlerResult,
  type Later,
  type Unchanged,
} from './event-handler';
export { Leases, stillHeld, type Lease } from './lease';
export { KeptEvents } from './kept-events';
export { EventHandlers } from './event-handlers';
export { OutboxRelay } from './outbox-relay';
export { Purge, purgedAtOnce, RETENTION } from './purge';
export { Purger } from './purger';
export { PutOffEvents, PUT_OFF_SETTINGS, type PutOffSettings } from './put-off-events';
export { Reconciler, RECONCILER_SETTINGS, type ReconcilerSettings } from './reconciler';
export { platformRetention } from './retention';
export { Stalls } from './stalls';
export { Worker, type AttemptResult, type Claimed, type Finished, type Work, type WorkerSettings } from './worker';
