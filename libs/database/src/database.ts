import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Client, type ClientConfig, type Pool } from 'pg';
import { DataSource, type EntityManager } from 'typeorm';
import type { Clock } from '#libs/clock';
import { databasePassword } from '#libs/crypto';
import type { DataOf, EventDefinition, Scope, Service } from '#libs/contracts';
import { platformTableNames } from './ddl';
import { publishEvents, type Aggregate } from './outbox';
import { asUnavailable, retryable } from './postgres-errors';
import { postgresTls } from './postgres-tls';
import { roleName } from './roles';

export interface DatabaseSettings {
  service: Service;
  serviceKey: string;
  /** `postgres://host:port/database`, without credentials. */
  url: string;
  entities: (new () => object)[];
  scopes: readonly Scope[];
  clock: Clock;
}

/** A transaction under one scope's role. */
export interface Tx {
  /** When it began: the one time that all it writes carries. */
  now: Date;
  scope: Scope;
  service: Service;
  manager: EntityManager;
  /** To the outbox, in this transaction: told once it commits, and only then. */
  publishEvent<Definition extends EventDefinition>(
    definition: Definition,
    aggregate: Aggregate,
    data: DataOf<Definition>,
  ): Promise<void>;
  /** Many at once, in their order. */
  publishEvents<Definition extends EventDefinition>(
    definition: Definition,
    items: readonly { aggregate: Aggregate; data: DataOf<Definition> }[],
  ): Promise<void>;
}

const poolSize: Record<Scope, number> = { sandbox: 4, production: 4, shared: 2 };
const attemptsMax = 3;

/**
 * A pool per scope, each with that scope's login role, so that Postgres itself keeps the environments apart
 * (docs/adr/0003). There is no way to a connection that does not name its scope.
 */
@Injectable()
export class Database implements OnApplicationShutdown {
  private readonly sources = new Map<Scope, DataSource>();

  private constructor(readonly settings: DatabaseSettings) {}

  static async open(settings: DatabaseSettings): Promise<Database> {
    const database = new Database(settings);
    for (const scope of settings.scopes) database.sources.set(scope, database.createSource(scope));
    await Promise.all([...database.sources.values()].map((source) => source.initialize()));
    return database;
  }

  get service(): Service {
    return this.settings.service;
  }

  get scopes(): readonly Scope[] {
    return this.settings.scopes;
  }

  /** Reads outside a transaction. */
  read(scope: Scope): EntityManager {
    return this.source(scope).manager;
  }

  /** Reads without a transaction. @throws unavailable when the database is away */
  async reading<Result>(scope: Scope, work: (manager: EntityManager) => Promise<Result>): Promise<Result> {
    try {
      return await work(this.read(scope));
    } catch (error) {
      throw asUnavailable(error);
    }
  }

  /** For prepared statements on the token path. */
  pool(scope: Scope): Pool {
    return (this.source(scope).driver as unknown as { master: Pool }).master;
  }

  /** Runs `work` in one transaction; again, from the start, when Postgres asks for it. */
  async transaction<Result>(scope: Scope, traceId: string, work: (tx: Tx) => Promise<Result>): Promise<Result> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.source(scope).transaction((manager) => work(this.tx(scope, manager, traceId)));
      } catch (error) {
        if (!retryable(error) || attempt === attemptsMax) throw asUnavailable(error);
      }
    }
  }

  /** What time it is there: milliseconds since 1970. */
  async time(): Promise<number> {
    const [row] = await this.read('shared').query<[{ time: number }]>(
      'select extract(epoch from clock_timestamp())::float8 * 1000 as time',
    );
    return row.time;
  }

  /** A connection of its own, outside the pool: for leases and LISTEN. Not yet connected. */
  client(scope: Scope): Client {
    return new LastingClient({ ...this.connectionOf(scope), keepAlive: true, connectionTimeoutMillis: 3_000 });
  }

  /** Postgres answers, and in every scope the tables that each service needs are there and may be written. */
  async isUp(): Promise<boolean> {
    const checks = await Promise.allSettled(this.scopes.map((scope) => this.hasPlatformTables(scope)));
    return checks.every((check) => check.status === 'fulfilled' && check.value);
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([...this.sources.values()].map((source) => source.destroy()));
  }

  private async hasPlatformTables(scope: Scope): Promise<boolean> {
    const names = platformTableNames.map((table) => `${this.service}.${table}`);
    const [found] = await this.read(scope).query<[{ all_there: boolean }]>(
      `select bool_and(coalesce(has_table_privilege(to_regclass(name), 'insert'), false)) as all_there
       from unnest($1::text[]) as name`,
      [names],
    );
    return found.all_there;
  }

  private tx(scope: Scope, manager: EntityManager, traceId: string): Tx {
    const now = this.settings.clock.date();
    const context = { service: this.service, scope, manager, traceId, now };
    return {
      now,
      scope,
      service: this.service,
      manager,
      publishEvent: (definition, aggregate, data) => publishEvents(context, [{ definition, aggregate, data }]),
      publishEvents: (definition, items) =>
        publishEvents(
          context,
          items.map((item) => ({ definition, ...item })),
        ),
    };
  }

  private source(scope: Scope): DataSource {
    const source = this.sources.get(scope);
    if (!source) throw new Error(`${this.service} has no database access in scope ${scope}`);
    return source;
  }

  private connectionOf(scope: Scope) {
    const { service, serviceKey, url } = this.settings;
    const address = new URL(url);
    const { hostname, port, pathname } = address;
    return {
      ssl: postgresTls(address),
      host: hostname,
      port: Number(port || 5432),
      database: pathname.slice(1),
      user: roleName(service, scope),
      password: databasePassword(serviceKey, scope),
      application_name: roleName(service, scope),
    };
  }

  private createSource(scope: Scope): DataSource {
    const { user, application_name, ...connection } = this.connectionOf(scope);
    return new DataSource({
      type: 'postgres',
      ...connection,
      username: user,
      applicationName: application_name,
      schema: this.service,
      entities: this.settings.entities,
      synchronize: false,
      installExtensions: false,
      // TypeORM would log statements with their parameters.
      logging: false,
      poolSize: poolSize[scope],
      connectTimeoutMS: 3_000,
      poolErrorHandler: () => undefined,
      extra: {
        statement_timeout: 5_000,
        lock_timeout: 4_000,
        idle_in_transaction_session_timeout: 10_000,
        keepAlive: true,
        Client: LastingClient,
      },
    });
  }
}

/**
 * One whose end is no end of the process. The pool stops listening for errors before whoever gets the connection has
 * begun to, and what Postgres says when it is killed may lie in the packet that also says it is ready.
 */
class LastingClient extends Client {
  constructor(config: ClientConfig) {
    super(config);
    this.on('error', () => undefined);
  }
}
