import 'reflect-metadata';
import type { CloudEvent, DataOf, EventDefinition } from '#libs/contracts';
import type { Tx } from '#libs/database';

const metadataKey = 'slipway:handled-events';

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

/**
 * Marks the method that turns an event into an effect. It runs inside the transaction that records the event id, under
 * the role of the scope it writes to, so the effect happens once however often the event arrives.
 */
export const EventHandler =
  <F extends EventDefinition>(...events: F[]) =>
  <Method extends EventHandlerMethod<F>>(
    _target: object,
    _name: string,
    descriptor: TypedPropertyDescriptor<Method>,
  ): void => {
    if (descriptor.value) Reflect.defineMetadata(metadataKey, events, descriptor.value);
  };

export const handledEventsOf = (method: unknown): EventDefinition[] =>
  typeof method === 'function'
    ? ((Reflect.getMetadata(metadataKey, method) as EventDefinition[] | undefined) ?? [])
    : [];

export type BoundEventHandler = (event: CloudEvent, tx: Tx) => HandlerResult;
