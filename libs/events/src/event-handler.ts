import 'reflect-metadata';
import type { CloudEvent, DataOf, EventDefinition } from '#libs/contracts';
import type { Tx } from '#libs/database';

const handledKey = 'slipway:handled-events';
const handledTogetherKey = 'slipway:events-handled-together';
const delayedKey = 'slipway:delayed-events';

/** Not yet: the event is given again after a while, and nothing that was written for it stays. No failure. */
export class Later {
  constructor(readonly afterMs: number) {}
}

/** There was nothing to do: the event is taken, and no row of the audit says that anything was done. */
export const unchanged = Symbol('unchanged');
export type Unchanged = typeof unchanged;

/** Done, or to come again later, or nothing to do. */
export type HandlerResult = Promise<Later | Unchanged | undefined> | Promise<void>;

export const later = (afterMs: number): Later => new Later(afterMs);

export type EventOf<F extends EventDefinition> = F extends EventDefinition ? CloudEvent<DataOf<F>> : never;
type EventHandlerMethod<F extends EventDefinition> = (event: EventOf<F>, tx: Tx) => HandlerResult;
type EventsHandlerMethod<F extends EventDefinition> = (events: EventOf<F>[], tx: Tx) => Promise<readonly EventOf<F>[]>;
type DelayHandlerMethod<F extends EventDefinition> = (event: EventOf<F>, tx: Tx) => Promise<void>;

/**
 * Marks the method that turns an event into an effect. It runs inside the transaction that records the event id, under
 * the role of the scope it writes to, so the effect happens once however often the event arrives. Events may come in any
 * order: one that was put off comes after those that came after it.
 */
export const EventHandler =
  <F extends EventDefinition>(...events: F[]) =>
  <Method extends EventHandlerMethod<F>>(
    _target: object,
    _name: string,
    marked: TypedPropertyDescriptor<Method>,
  ): void =>
    mark(handledKey, marked.value, events);

/**
 * The same for many events in one transaction: where thousands a second come, and their effect is an insert. It returns
 * those that had an effect. All are undone where it throws, and each is given alone then, so that a bad one harms no
 * neighbour. It publishes nothing: what follows from an event has the trace id of that event.
 */
export const EventsHandler =
  <F extends EventDefinition>(...events: F[]) =>
  <Method extends EventsHandlerMethod<F>>(
    _target: object,
    _name: string,
    marked: TypedPropertyDescriptor<Method>,
  ): void =>
    mark(handledTogetherKey, marked.value, events);

/**
 * Marks the method that says so, where an event that somebody waits for has failed for minutes, and again when it is given
 * up. The event is tried on meanwhile: it may come true after all.
 */
export const WhenDelayed =
  <F extends EventDefinition>(...events: F[]) =>
  <Method extends DelayHandlerMethod<F>>(
    _target: object,
    _name: string,
    marked: TypedPropertyDescriptor<Method>,
  ): void =>
    mark(delayedKey, marked.value, events);

function mark(key: string, method: object | undefined, events: EventDefinition[]): void {
  if (method) Reflect.defineMetadata(key, events, method);
}

const markedWith = (key: string, method: unknown): EventDefinition[] =>
  typeof method === 'function' ? ((Reflect.getMetadata(key, method) as EventDefinition[] | undefined) ?? []) : [];

export const handledEventsOf = (method: unknown): EventDefinition[] => markedWith(handledKey, method);
export const togetherHandledEventsOf = (method: unknown): EventDefinition[] => markedWith(handledTogetherKey, method);
export const delayedEventsOf = (method: unknown): EventDefinition[] => markedWith(delayedKey, method);

export type BoundEventHandler = (event: CloudEvent, tx: Tx) => HandlerResult;
export type BoundEventsHandler = (events: CloudEvent[], tx: Tx) => Promise<readonly CloudEvent[]>;
export type BoundDelayHandler = (event: CloudEvent, tx: Tx) => Promise<void>;
