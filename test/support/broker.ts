import {
  connect,
  createInbox,
  headers,
  PermissionViolationError,
  type NatsConnection,
  type Msg,
} from '@nats-io/transport-node';
import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { brokerPassword, deriveServiceKey } from '#libs/crypto';
import {
  consumers,
  durableName,
  replyPrefix,
  replyPrefixOf,
  streamName,
  type App,
  type Scope,
  type Service,
} from '#libs/contracts';
import { until, type RunningSystem } from '#libs/testing';

const addressOf = ({ natsUrl }: RunningSystem) => new URL(natsUrl).host;

const adminCredentials = ({ natsUrl }: RunningSystem) => {
  const { username, password } = new URL(natsUrl);
  return { user: decodeURIComponent(username), pass: decodeURIComponent(password) };
};

export const userOf = (app: App, scope: Scope) => `${app}_${scope}`;

export const logIn = (system: RunningSystem, credentials: { user?: string; pass?: string } = {}) =>
  connect({ servers: addressOf(system), reconnect: false, ...credentials });

export async function asBrokerAdministrator<Result>(
  system: RunningSystem,
  work: (connection: NatsConnection, manager: JetStreamManager) => Promise<Result>,
): Promise<Result> {
  const connection = await logIn(system, adminCredentials(system));
  try {
    return await work(connection, await jetstreamManager(connection));
  } finally {
    await connection.close();
  }
}

/** Waits until every durable has taken, and acknowledged, all there is for it. */
export const consumersCaughtUp = (system: RunningSystem): Promise<unknown> =>
  asBrokerAdministrator(system, (_connection, manager) =>
    until('the consumers to catch up', async () => {
      const infos = await Promise.all(
        consumers.map((spec) => manager.consumers.info(streamName(spec.from), durableName(spec))),
      );
      return infos.every(({ num_pending, num_ack_pending }) => num_pending === 0 && num_ack_pending === 0);
    }),
  );

/** A service's own login, and what the broker refused it. */
export class BrokerUser {
  private readonly violations: PermissionViolationError[] = [];

  private constructor(
    readonly connection: NatsConnection,
    readonly app: App,
    readonly scope: Scope,
  ) {
    void this.watch();
  }

  static async logIn(system: RunningSystem, app: App, scope: Scope): Promise<BrokerUser> {
    const pass = brokerPassword(deriveServiceKey(system.masterKey, app), scope);
    const user = userOf(app, scope);
    const connection = await connect({
      servers: addressOf(system),
      reconnect: false,
      user,
      pass,
      inboxPrefix: replyPrefix(app, scope),
    });
    return new BrokerUser(connection, app, scope);
  }

  /** Of these subjects, those that the broker let through. `message` must be harmless where it is let through. */
  async publishable(subjects: string[], message: { data?: string; headers?: Record<string, string> }) {
    const messageHeaders = headers();
    for (const [name, value] of Object.entries(message.headers ?? {})) messageHeaders.set(name, value);
    for (const subject of subjects) this.connection.publish(subject, message.data, { headers: messageHeaders });
    const refusedSubjects = await this.refusals('publish');
    return subjects.filter((subject) => !refusedSubjects.includes(subject));
  }

  /** Of these subjects, those that the broker let this user listen on. */
  async subscribable(subjects: { subject: string; queue?: string }[]): Promise<string[]> {
    const subscriptions = subjects.map(({ subject, queue }) =>
      this.connection.subscribe(subject, { queue, callback: () => undefined }),
    );
    const refusedSubjects = await this.refusals('subscription');
    for (const subscription of subscriptions) if (!subscription.isClosed()) subscription.unsubscribe();
    return subjects.map(({ subject }) => subject).filter((subject) => !refusedSubjects.includes(subject));
  }

  /** The reply of whoever listens, or undefined when nobody may be called. */
  async request(subject: string, data?: string, messageHeaders: Record<string, string> = {}): Promise<Msg | undefined> {
    const all = headers();
    for (const [name, value] of Object.entries(messageHeaders)) all.set(name, value);
    const [kind, , service] = subject.split('.');
    const reply = kind === 'rpc' && createInbox(replyPrefixOf(service as Service, this.app, this.scope));
    return this.connection
      .request(subject, data, { timeout: 30_000, headers: all, ...(reply && { noMux: true, reply }) })
      .catch(() => undefined);
  }

  close(): Promise<void> {
    return this.connection.close();
  }

  private async watch(): Promise<void> {
    for await (const status of this.connection.status()) {
      if (status.type === 'error' && status.error instanceof PermissionViolationError)
        this.violations.push(status.error);
    }
  }

  /** The broker answers in order: what it refused is known when it has answered the ping. */
  private async refusals(operation: 'publish' | 'subscription'): Promise<string[]> {
    await this.connection.flush();
    await new Promise((resolve) => setImmediate(resolve));
    return this.violations
      .splice(0)
      .flatMap((violation) => (violation.operation === operation ? [violation.subject] : []));
  }
}
