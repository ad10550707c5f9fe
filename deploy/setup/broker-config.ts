import {
  allBroadcasts,
  allEvents,
  allRpcMethods,
  apps,
  broadcastSubject,
  consumers,
  durableName,
  isEnvironment,
  eventSubject,
  outcomeStreamName,
  outcomeSubject,
  outcomeUser,
  replyPrefix,
  replyPrefixOf,
  rpcSubject,
  rpcSubjectOfAll,
  scopesOf,
  streamName,
  type App,
  type Environment,
  type OutcomeConsumer,
  type RpcMethod,
  type Scope,
  type Service,
} from '#libs/contracts';
import { brokerPassword, deriveServiceKey } from '#libs/crypto';

interface Permissions {
  publish: string[];
  subscribe: string[];
}

const adminUser = 'administrator';
const adminPassword = (masterKey: string): string =>
  brokerPassword(deriveServiceKey(masterKey, 'broker-administrator'), 'all');

export const brokerAdministrator = (masterKey: string) => ({ user: adminUser, pass: adminPassword(masterKey) });

export const natsAdminUrl = ({ port, masterKey }: { port: number; masterKey: string }): string =>
  `nats://${adminUser}:${adminPassword(masterKey)}@127.0.0.1:${port}`;

/** What reaches one copy, and what reaches all of them. */
const subjectsOf = (method: RpcMethod, scope: Scope): string[] =>
  method.again === 'never' ? [rpcSubject(method, scope)] : [rpcSubject(method, scope), rpcSubjectOfAll(method, scope)];

const callersOf = (methods: readonly RpcMethod[]): App[] => [...new Set(methods.flatMap(({ calledBy }) => calledBy))];

/**
 * What one app may publish and subscribe to in one scope, read from the contracts: it calls what it is allowed to call,
 * handles what is its own and replies to whoever may call that, publishes its own events and broadcasts, pulls and
 * acknowledges its own durables. Streams and consumers are made by the administrator alone. There is no `allow_responses`:
 * a caller names the subject of the reply, and would have others publish there in its place.
 */
export function permissionsOf(app: App, scope: Scope): Permissions {
  const inScope = <Definition extends { scopes: readonly Scope[] }>(definitions: readonly Definition[]): Definition[] =>
    definitions.filter(({ scopes }) => scopes.includes(scope));
  const called = inScope(allRpcMethods).filter((method) => method.calledBy.includes(app));
  const handled = inScope(allRpcMethods).filter((method) => method.service === app);
  const published = inScope(allEvents).filter((event) => event.app === app);
  const sent = inScope(allBroadcasts).filter((broadcast) => broadcast.app === app);
  const received = inScope(allBroadcasts).filter((broadcast) => broadcast.receivedBy.includes(app));
  const consumed = consumers.filter((consumer) => consumer.service === app && consumer.from === scope);
  return {
    publish: [
      ...called.flatMap((method) => subjectsOf(method, scope)),
      ...callersOf(handled).map((caller) => `${replyPrefixOf(app as Service, caller, scope)}.>`),
      ...published.map((event) => eventSubject(event, scope)),
      ...sent.map((broadcast) => broadcastSubject(broadcast, scope)),
      ...consumed.flatMap((consumer) => {
        const durable = `${streamName(scope)}.${durableName(consumer)}`;
        return takingFrom(durable);
      }),
      ...(app === 'notifications' && isEnvironment(scope) ? fillingOutcomes(scope) : []),
    ],
    subscribe: [
      `${replyPrefix(app, scope)}.>`,
      ...handled.map((method) => `${rpcSubject(method, scope)} ${app}`),
      ...handled.filter(({ again }) => again !== 'never').map((method) => rpcSubjectOfAll(method, scope)),
      ...received.map((broadcast) => broadcastSubject(broadcast, scope)),
    ],
  };
}

/** To pull what a durable is to be given, and to acknowledge it. */
const takingFrom = (durable: string): string[] => [
  `$JS.API.CONSUMER.INFO.${durable}`,
  `$JS.API.CONSUMER.MSG.NEXT.${durable}`,
  `$JS.ACK.${durable}.>`,
];

const fillingOutcomes = (environment: Environment): string[] => [
  outcomeSubject('>', environment),
  `$JS.API.STREAM.INFO.${outcomeStreamName(environment)}`,
];

/**
 * A system of the provider's that follows outcomes: it pulls from its own durable, and nothing else. It makes no durable
 * itself: one that pushes would have the broker publish to any subject.
 */
const consumerPermissions = (consumer: OutcomeConsumer): Permissions => ({
  publish: takingFrom(`${outcomeStreamName(consumer.environment)}.${consumer.name}`),
  subscribe: [`_INBOX_${outcomeUser(consumer)}.>`],
});

/** With which it logs in. */
export const outcomeLogin = (consumer: OutcomeConsumer, masterKey: string) => ({
  user: outcomeUser(consumer),
  pass: brokerPassword(deriveServiceKey(masterKey, `outcome-consumer-${consumer.name}`), consumer.environment),
});

const appBlock = (app: App, scope: Scope, masterKey: string): string =>
  userBlock(
    { user: `${app}_${scope}`, pass: brokerPassword(deriveServiceKey(masterKey, app), scope) },
    permissionsOf(app, scope),
  );

function userBlock({ user, pass }: { user: string; pass: string }, { publish, subscribe }: Permissions): string {
  return `    {
      user: "${user}", password: "${pass}"
      permissions: {
        publish: { allow: ${JSON.stringify(publish)} }
        subscribe: { allow: ${JSON.stringify(subscribe)} }
      }
    }`;
}

interface BrokerConfig {
  /** `host:port`; or a port on loopback. */
  listen?: string;
  port?: number;
  storeDir: string;
  masterKey: string;
  outcomeConsumers?: readonly OutcomeConsumer[];
}

/** The server's configuration: JetStream that syncs every write, and a user per app and scope. */
export function natsServerConfig({ listen, port, storeDir, masterKey, outcomeConsumers = [] }: BrokerConfig): string {
  const users = [
    ...apps.flatMap((app) => scopesOf(app).map((scope) => appBlock(app, scope, masterKey))),
    ...outcomeConsumers.map((one) => userBlock(outcomeLogin(one, masterKey), consumerPermissions(one))),
  ];
  return `# Made from the contracts by deploy/setup; changes here are lost.
listen: "${listen ?? `127.0.0.1:${port}`}"
server_name: "slipway"
# A page of a list is one message.
max_payload: 8MB
jetstream: {
  store_dir: ${JSON.stringify(storeDir)}
  # Without it JetStream acknowledges what a power cut would lose.
  sync_interval: always
}
authorization: {
  timeout: 5
  users: [
    { user: "${adminUser}", password: "${adminPassword(masterKey)}" }
${users.join('\n')}
  ]
}
`;
}
