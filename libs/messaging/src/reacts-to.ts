import 'reflect-metadata';
import type { CloudEvent, DataOf, Fact } from '#libs/contracts';
import type { Tx } from '#libs/database';

const metadataKey = 'slipway:reacts-to';

export type EventOf<F extends Fact> = F extends Fact ? CloudEvent<DataOf<F>> : never;
type ReactionMethod<F extends Fact> = (event: EventOf<F>, tx: Tx) => Promise<void>;

/**
 * Marks the method that turns a fact into an effect. It runs inside the transaction that records the event id, under
 * the role of the scope it writes to, so the effect happens once however often the event arrives.
 */
export const ReactsTo =
  <F extends Fact>(...facts: F[]) =>
  <Method extends ReactionMethod<F>>(
    _target: object,
    _name: string,
    descriptor: TypedPropertyDescriptor<Method>,
  ): void => {
    if (descriptor.value) Reflect.defineMetadata(metadataKey, facts, descriptor.value);
  };

export const factsOf = (method: unknown): Fact[] =>
  typeof method === 'function' ? ((Reflect.getMetadata(metadataKey, method) as Fact[] | undefined) ?? []) : [];

export type Reaction = (event: CloudEvent, tx: Tx) => Promise<void>;
