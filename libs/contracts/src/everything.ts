import type { App, Service } from './apps';
import type { Broadcast } from './broadcast';
import { consumers } from './consumers';
import { definitions } from './definitions';
import { scopes, type Scope } from './environment';
import type { EventDefinition } from './event';
import type { RpcMethod } from './rpc-method';

// Read through `./index`, which has read every contract before: what a file has defined is listed once it was read.
export const allRpcMethods: readonly RpcMethod[] = definitions.rpcMethods;
export const allEvents: readonly EventDefinition[] = definitions.events;
export const allBroadcasts: readonly Broadcast[] = definitions.broadcasts;

/** Everything one service handles, what all services handle alike included. */
export const rpcMethodsOf = (service: Service): RpcMethod[] =>
  allRpcMethods.filter((method) => method.service === service);

/** Every scope in which an app has something to say or to receive: it gets a connection, and a broker user, for each. */
export const scopesOf = (app: App): Scope[] =>
  scopes.filter(
    (scope) =>
      allRpcMethods.some(
        (method) => method.scopes.includes(scope) && (method.service === app || method.calledBy.includes(app)),
      ) ||
      consumers.some((consumer) => consumer.service === app && consumer.from === scope) ||
      allEvents.some((event) => event.app === app && event.scopes.includes(scope)) ||
      allBroadcasts.some(
        (broadcast) =>
          broadcast.scopes.includes(scope) && (broadcast.app === app || broadcast.receivedBy.includes(app)),
      ),
  );
