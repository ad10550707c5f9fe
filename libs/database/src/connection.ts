import { Client, type ClientConfig } from 'pg';
import type { PostgresHost, PostgresUrl } from '#libs/config';
import { postgresTls } from './postgres-tls';

/**
 * How long each thing may take, in milliseconds. Postgres gives up first (`sessionSettings`): what this side gives up on is
 * a connection that says nothing any more.
 */
const bounds = { connect: 4_000, probe: 1_500, query: 5_500, goodbye: 1_000 };
/** After which the system asks whether the other side is still there; it asks again each second. */
const keepAliveMs = 5_000;

/**
 * What every session of a service's role is given, by the role itself: a pooler that shares connections between transactions
 * takes no such settings from a client. Postgres, too, asks soon whether the other side is still there, so that what a
 * service has let go of keeps no lock.
 */
export const sessionSettings: Readonly<Record<string, string>> = {
  statement_timeout: '5s',
  lock_timeout: '4s',
  idle_in_transaction_session_timeout: '10s',
  tcp_keepalives_idle: '5s',
  tcp_keepalives_interval: '3s',
  tcp_keepalives_count: '3',
  tcp_user_timeout: '15s',
};

/** Not the one that takes writes: SQLSTATE read_only_sql_transaction. */
class NoPrimaryError extends Error {
  readonly code = '25006';
}

/** No reply on this side of the connection. */
class SilenceError extends Error {
  readonly code = 'ETIMEDOUT';
}

const isReadOnly = (error: unknown): boolean => (error as { code?: string } | undefined)?.code === '25006';

/**
 * Which of several hosts is the primary: the first that says so of itself, and that one until it fails. libpq has this as
 * `target_session_attrs=read-write`; `pg` does not.
 */
class Primary {
  private known: PostgresHost | undefined;
  private search: Promise<PostgresHost> | undefined;

  constructor(
    private readonly hosts: readonly [PostgresHost, ...PostgresHost[]],
    private readonly config: ClientConfig,
  ) {}

  /** @throws where none is */
  async find(): Promise<PostgresHost> {
    if (this.hosts.length === 1) return this.hosts[0];
    this.search ??= this.look().finally(() => (this.search = undefined));
    return this.known ?? this.search;
  }

  forget(host: PostgresHost): void {
    if (this.known === host) this.known = undefined;
  }

  private async look(): Promise<PostgresHost> {
    if (this.known) return this.known;
    // All at once, as one that is silent takes its time; who stands first is preferred all the same.
    const looks = this.hosts.map((host) => ({
      host,
      outcome: this.tryHost(host).catch((error: unknown) => ({ error })),
    }));
    let fault: unknown;
    for (const { host, outcome } of looks) {
      const failed = await outcome;
      if (!failed) return (this.known = host);
      fault = failed.error;
    }
    throw fault;
  }

  private async tryHost(host: PostgresHost): Promise<void> {
    const client = new LastingClient({ ...this.config, ...host, connectionTimeoutMillis: bounds.probe });
    try {
      await client.connect();
      await client.requirePrimary(bounds.probe);
    } finally {
      void client.end();
    }
  }
}

/** A statement with a bound of its own. */
export interface BoundedStatement {
  text: string;
  values?: unknown[];
  timeoutMs?: number;
}

interface LastingClientConfig extends ClientConfig {
  /** How long a statement may take, unless it has a bound of its own. */
  timeoutMs?: number;
}

/** Of one pool: what has to be given up when one of them is found silent. */
class Siblings {
  readonly clients = new Set<LastingClient>();
  private moment = 0;

  /** A later one is higher. */
  now(): number {
    return (this.moment += 1);
  }
}

/**
 * One whose end is no end of the process, and that waits for nothing for ever. The pool stops listening for errors before
 * whoever gets the connection has begun to, and what Postgres says when it is killed may lie in the packet that also says
 * it is ready.
 */
export class LastingClient extends Client {
  /** When Postgres said something last. */
  private receivedAt = 0;
  private isBroken = false;
  private readonly timeoutMs: number;
  private siblings = new Siblings();

  constructor(config: LastingClientConfig) {
    // The pool hides the password from whoever copies its options.
    const { password } = config;
    super({ keepAlive: true, keepAliveInitialDelayMillis: keepAliveMs, ...config, password });
    this.timeoutMs = config.timeoutMs ?? bounds.query;
    this.on('error', () => undefined);
  }

  /** @throws where this is a standby, or takes no writes */
  async requirePrimary(timeoutMs: number = bounds.connect): Promise<void> {
    const text = `select pg_is_in_recovery() or current_setting('transaction_read_only')::boolean as read_only`;
    const { rows } = await (this as Client).query<{ read_only: boolean }>({ text, timeoutMs } as BoundedStatement);
    if (rows[0]?.read_only !== false) throw new NoPrimaryError('this Postgres takes no writes');
  }

  /**
   * As `pg` has it, with a bound. What `pg` brings (`query_timeout`) gives the connection back with the statement still on
   * it, and whoever gets it next waits for both.
   */
  override query(...given: unknown[]): never {
    const { timeoutMs = this.timeoutMs } = given[0] as Partial<BoundedStatement>;
    const since = this.siblings.now();
    let isOver = false;
    const timer = setTimeout(() => {
      // What arrived while this process was busy counts.
      setImmediate(() => isOver || this.giveUp(since));
    }, timeoutMs);
    const settle = (error?: unknown) => {
      isOver = true;
      clearTimeout(timer);
      if (this.isBroken) return;
      this.receivedAt = this.siblings.now();
      if (isReadOnly(error)) this.breakOff(error as Error);
    };
    const callback = given.at(-1) as ((error: unknown, result: unknown) => void) | undefined;
    if (typeof callback !== 'function') return settled(send(this, given), settle);
    const received = (error: unknown, result: unknown) => {
      settle(error);
      callback(error, result);
    };
    return send(this, [...given.slice(0, -1), received]) as never;
  }

  /** @param callback once it has ended: what says nothing to our goodbye is left */
  override end(callback?: (error: Error) => void): Promise<void> {
    const timer = setTimeout(() => this.connection.stream.destroy(), bounds.goodbye).unref();
    this.once('end', () => clearTimeout(timer));
    // Given none, `pg` makes a promise.
    return (super.end as (callback?: (error: Error) => void) => Promise<void>).call(this, callback);
  }

  protected joins(siblings: Siblings): void {
    this.siblings = siblings;
    this.receivedAt = siblings.now();
    siblings.clients.add(this);
    this.once('end', () => siblings.clients.delete(this));
  }

  /** Whatever is as silent as this one is as dead. Each would be found out by a request of its own otherwise. */
  private giveUp(since: number): void {
    const silent = [...this.siblings.clients].filter(({ receivedAt }) => receivedAt < since);
    for (const client of new Set([this, ...silent]))
      client.breakOff(new SilenceError('Postgres says nothing any more'));
  }

  /** At once, so that the pool does not give it to the next. */
  private breakOff(error: Error): void {
    if (this.isBroken) return;
    this.isBroken = true;
    this.connection.emit('error', error);
    this.connection.stream.destroy();
  }
}

const send = (client: LastingClient, given: unknown[]): unknown =>
  (Client.prototype.query as (...given: unknown[]) => unknown).apply(client, given);

function settled(result: unknown, settle: (error?: unknown) => void): never {
  (result as Promise<unknown>).then(() => settle(), settle);
  return result as never;
}

export interface PrimaryClientConfig extends LastingClientConfig {
  primary: Primary;
  siblings: Siblings;
}

/** One to the primary, or none. */
export class PrimaryClient extends LastingClient {
  private readonly primary: Primary;
  private readonly pool: Siblings;

  constructor(config: PrimaryClientConfig) {
    super(config);
    this.primary = config.primary;
    this.pool = config.siblings;
  }

  override connect(): Promise<this>;
  override connect(callback: (error: Error | null, client?: this) => void): void;
  override connect(callback?: (error: Error | null, client?: this) => void): Promise<this> | void {
    const connected = this.connectToPrimary();
    if (!callback) return connected;
    void connected.then(() => callback(null, this), callback);
  }

  private async connectToPrimary(): Promise<this> {
    const host = await this.primary.find();
    Object.assign(this, host);
    try {
      await super.connect();
      await this.requirePrimary();
    } catch (error) {
      this.primary.forget(host);
      void this.end();
      throw error;
    }
    // Broken, or no primary any more: the next looks for it.
    this.once('error', () => this.primary.forget(host));
    this.joins(this.pool);
    return this;
  }
}

interface Login {
  user: string | undefined;
  password: string | undefined;
}

/** What every connection to Postgres is made with, of a pool or by itself. */
export function connectionConfig({ hosts, database, searchParams }: PostgresUrl, login: Login) {
  const config = {
    ...hosts[0],
    ...login,
    database,
    ssl: postgresTls({ searchParams }),
    connectionTimeoutMillis: bounds.connect,
  };
  return { ...config, primary: new Primary(hosts, config), siblings: new Siblings() };
}

/** The same, as TypeORM wants it. */
export function sourceOptions(config: ReturnType<typeof connectionConfig> & Pick<PrimaryClientConfig, 'timeoutMs'>) {
  const { host, port, database, ssl, user, password, connectionTimeoutMillis, ...extra } = config;
  return {
    type: 'postgres' as const,
    ...{ host, port, database, ssl, password },
    username: user,
    connectTimeoutMS: connectionTimeoutMillis,
    installExtensions: false,
    // TypeORM would log statements with their parameters.
    logging: false as const,
    poolErrorHandler: () => undefined,
    extra: { ...extra, Client: PrimaryClient },
  };
}
