import type { z } from 'zod';
import type { App, Service } from './apps';
import type { Broadcast } from './broadcast';
import type { EventDefinition } from './event';
import type { RpcMethod } from './rpc-method';

/** Everything that any contract has defined, in the order of its definition: a contract file is read, and is in here. */
export const definitions = {
  rpcMethods: [] as RpcMethod[],
  events: [] as EventDefinition[],
  broadcasts: [] as Broadcast[],
};

type WithVersion<Definition> = Omit<Definition, 'version'> & { version?: number };

type MethodDefinition<Request extends z.ZodType, Reply extends z.ZodType> = Omit<
  WithVersion<RpcMethod<Request, Reply>>,
  'service' | 'kind' | 'again'
> &
  Partial<Pick<RpcMethod, 'again'>>;

/**
 * What an app offers to the others. The version is part of every name: a breaking change is a new version beside the
 * old one.
 */
export const contractOf = <Name extends App>(app: Name) => ({
  /** Request/reply that changes nothing; for services. */
  query: <Request extends z.ZodType, Reply extends z.ZodType>(definition: MethodDefinition<Request, Reply>) =>
    defineMethod(app, 'query', definition),

  /** Request/reply that changes something; for services. Each is an act, with a row of the audit (B60). */
  command: <Request extends z.ZodType, Reply extends z.ZodType>(definition: MethodDefinition<Request, Reply>) =>
    defineMethod(app, 'command', definition),

  /** Something that has happened, published through the outbox, or by an edge straight to the stream. */
  event: <Data extends z.ZodType>(
    definition: Omit<WithVersion<EventDefinition<Data>>, 'app'>,
  ): EventDefinition<Data> => {
    const event = { version: 1, ...definition, app };
    definitions.events.push(event);
    return event;
  },

  /** A hint to every copy of some apps at once: may get lost, and is never the guarantee. */
  broadcast: <Data extends z.ZodType>(definition: Omit<WithVersion<Broadcast<Data>>, 'app'>): Broadcast<Data> => {
    const broadcast = { version: 1, ...definition, app };
    definitions.broadcasts.push(broadcast);
    return broadcast;
  },
});

function defineMethod<Request extends z.ZodType, Reply extends z.ZodType>(
  app: App,
  kind: RpcMethod['kind'],
  definition: MethodDefinition<Request, Reply>,
): RpcMethod<Request, Reply> {
  const again = kind === 'query' ? 'freely' : definition.unrecorded ? 'never' : 'withKey';
  const method = { version: 1, again, ...definition, kind, service: app as Service } as const;
  definitions.rpcMethods.push(method);
  return method;
}
