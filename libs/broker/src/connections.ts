import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { brokerPassword } from '#libs/crypto';
import { replyPrefix, type App, type Scope } from '#libs/contracts';
import { unavailable } from '#libs/errors';
import type { Logger } from '#libs/observability';
import { brokerTls } from './broker-tls';

export interface BrokerSettings {
  app: App;
  serviceKey: string;
  /** Its address; `tls://` where it must be encrypted. */
  servers: string;
  /** Who signs its certificate, in PEM. */
  ca?: string;
  scopes: readonly Scope[];
}

/** Without its broker a connection does not drain. */
const drainMs = 1_000;

/**
 * One connection per scope, each with a user of its own, so that the broker itself refuses what does not belong to
 * the scope (docs/adr/0004). Connections wait for a broker that is away for as long as it takes.
 */
@Injectable()
export class Connections implements OnApplicationShutdown {
  private readonly connections = new Map<Scope, NatsConnection>();
  private readonly away = new Set<Scope>();

  private constructor(
    readonly app: App,
    private readonly logger: Logger,
  ) {}

  static async open(settings: BrokerSettings, logger: Logger): Promise<Connections> {
    const connections = new Connections(settings.app, logger);
    await Promise.all(settings.scopes.map((scope) => connections.add(scope, settings)));
    return connections;
  }

  /** @throws unavailable when there is no connection right now: better an answer at once than a wait in a buffer. */
  of(scope: Scope): NatsConnection {
    const connection = this.connections.get(scope);
    if (!connection) throw new Error(`${this.app} has no connection for scope ${scope}`);
    if (this.away.has(scope)) throw unavailable(new Error(`no broker for ${scope}`));
    return connection;
  }

  /** For subscriptions, which the client renews by itself after an outage. */
  evenWhileAway(scope: Scope): NatsConnection {
    const connection = this.connections.get(scope);
    if (!connection) throw new Error(`${this.app} has no connection for scope ${scope}`);
    return connection;
  }

  isUp(): boolean {
    return this.away.size === 0;
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([...this.connections.values()].map(end));
  }

  private async add(scope: Scope, settings: BrokerSettings): Promise<void> {
    const user = `${settings.app}_${scope}`;
    const options = {
      servers: settings.servers,
      user,
      pass: brokerPassword(settings.serviceKey, scope),
      name: user,
      inboxPrefix: replyPrefix(settings.app, scope),
      ...brokerTls(settings.servers, settings.ca),
      maxReconnectAttempts: -1,
      reconnectTimeWait: 250,
      reconnectJitter: 100,
      // While its users are changed a broker refuses everybody; without this, the client gives up for good the second time.
      ignoreAuthErrorAbort: true,
      pingInterval: 10_000,
    };
    const connection = await connect(options).catch((error: unknown) => {
      this.logger.warn({ scope, reason: String(error) }, 'broker connection');
      return connect({ ...options, waitOnFirstConnect: true });
    });
    this.connections.set(scope, connection);
    void this.watch(scope, connection);
  }

  private async watch(scope: Scope, connection: NatsConnection): Promise<void> {
    for await (const status of connection.status()) {
      if (status.type === 'disconnect') this.away.add(scope);
      if (status.type === 'reconnect') this.away.delete(scope);
      if (status.type === 'disconnect' || status.type === 'reconnect' || status.type === 'error') {
        this.logger.warn(
          { scope, status: status.type, reason: 'error' in status ? String(status.error) : undefined },
          'broker connection',
        );
      }
    }
  }
}

/** What has been sent reaches the broker first. */
async function end(connection: NatsConnection): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise((resolve) => (timer = setTimeout(resolve, drainMs)));
  await Promise.race([connection.drain().catch(() => undefined), tooLong]).finally(() => clearTimeout(timer));
  await connection.close().catch(() => undefined);
}
