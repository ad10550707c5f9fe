import { brokerPassword, deriveServiceKey } from '#libs/config';
import {
  allFacts,
  allQuestions,
  apps,
  consumers,
  durableName,
  factSubject,
  streamName,
  subjectOf,
  tokens,
  type App,
  type Scope,
} from '#libs/contracts';
import { brokerScopesOf } from '#libs/messaging';

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

/**
 * What one app may say and hear in one scope, read from the contracts: it asks what it is allowed to ask, answers what
 * is its own, tells its own facts, pulls and acknowledges its own durables. Streams and consumers are made by the
 * administrator alone.
 */
export function permissionsOf(app: App, scope: Scope): Permissions {
  const asked = allQuestions.filter((question) => question.scopes.includes(scope) && question.askedBy.includes(app));
  const answered = allQuestions.filter((question) => question.scopes.includes(scope) && question.service === app);
  const told = allFacts.filter((fact) => fact.scopes.includes(scope) && fact.service === app);
  const heard = consumers.filter((consumer) => consumer.service === app && consumer.from === scope);
  const pushes = scope !== 'shared' ? [tokens.revocationSubject(scope)] : [];
  return {
    publish: [
      ...asked.map((question) => subjectOf(question, scope)),
      ...told.map((fact) => factSubject(fact, scope)),
      ...(app === 'tokens' ? pushes : []),
      ...heard.flatMap((consumer) => {
        const durable = `${streamName(scope)}.${durableName(consumer)}`;
        return [`$JS.API.CONSUMER.INFO.${durable}`, `$JS.API.CONSUMER.MSG.NEXT.${durable}`, `$JS.ACK.${durable}.>`];
      }),
    ],
    subscribe: [
      `_INBOX_${app}_${scope}.>`,
      ...answered.map((question) => `${subjectOf(question, scope)} ${app}`),
      ...(app === 'gateway' ? pushes : []),
    ],
  };
}

function userBlock(app: App, scope: Scope, masterKey: string): string {
  const { publish, subscribe } = permissionsOf(app, scope);
  return `    {
      user: "${app}_${scope}", password: "${brokerPassword(deriveServiceKey(masterKey, app), scope)}"
      permissions: {
        publish: { allow: ${JSON.stringify(publish)} }
        subscribe: { allow: ${JSON.stringify(subscribe)} }
        allow_responses: { max: 256, expires: "1m" }
      }
    }`;
}

interface BrokerConfig {
  /** `host:port`; or a port on loopback. */
  listen?: string;
  port?: number;
  storeDir: string;
  masterKey: string;
}

/** The server's configuration: JetStream that syncs every write, and a user per app and scope. */
export function natsServerConfig({ listen, port, storeDir, masterKey }: BrokerConfig): string {
  const users = apps.flatMap((app) => brokerScopesOf(app).map((scope) => userBlock(app, scope, masterKey)));
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
