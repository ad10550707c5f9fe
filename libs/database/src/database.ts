import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Client, Pool, QueryResult } from 'pg';
import { DataSource, type EntityManager } from 'typeorm';
import type { Clock } from '#libs/clock';
import { parsePostgresUrl } from '#libs/config';
import { databasePassword } from '#libs/crypto';
import type { DataOf, EventDefinition, Scope, Service } from '#libs/contracts';
import { ClosingRows, type Insertion } from './closing-rows';
import { connectionConfig, PrimaryClient, sourceOptions } from './connection';
import { platformTableNames } from './ddl';
import { insertEvents, toEvent, type Aggregate, type OutboxEvent } from './outbox';
import { asUnavailable, retryable } from './postgres-errors';
import { roleName } from './roles';

export interface DatabaseSettings {
  service: Service;
  serviceKey: string;
  /** `postgres://host:port/database`, without credentials; of several hosts the first primary counts. */
  url: string;
  /** Whether named statements are prepared; not where a pooler shares connections between transactions. */
  preparesStatements?: boolean;
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
  /** Written when all else has been, in one statement with everything of the kind. */
  insertLast(insertion: Insertion): void;
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
  /** What is to be done at once when it has committed, and may be left out: a hint to whoever would look later. */
  afterCommit(hint: () => void): void;
}

const poolSize: Record<Scope, number> = { sandbox: 4, production: 4, shared: 2 };
const attemptsMax = 3;
/** The token path is quick or away: it need not wait for as long as a transaction may. */
const preparedMs = 2_000;

/**
 * A pool per scope, each with that scope's login role, so that Postgres itself keeps the environments apart
 * (docs/adr/0003). There is no way to a connection that does not name its scope.
 */
@Injectable()
export class Database implements OnApplicationShutdown {
  private readonly sources = new Map<Scope, DataSource>();
  private readonly listeners: ((scope: Scope) => void)[] = [];

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

  /** A statement of the token path: prepared once for each connection, unless a pooler stands in between. */
  prepared<Row extends object>(
    scope: Scope,
    { name, ...statement }: { name: string; text: string; values: unknown[] },
  ): Promise<QueryResult<Row>> {
    const bounded = { ...statement, timeoutMs: preparedMs };
    const isPrepared = this.settings.preparesStatements ?? true;
    return this.pool(scope).query<Row>(isPrepared ? { name, ...bounded } : bounded);
  }

  pool(scope: Scope): Pool {
    return (this.source(scope).driver as unknown as { master: Pool }).master;
  }

  /** Runs `work` in one transaction; again, from the start, when Postgres asks for it. */
  async transaction<Result>(scope: Scope, traceId: string, work: (tx: Tx) => Promise<Result>): Promise<Result> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.committed(scope, traceId, work);
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

  /** Called after each commit that has left events in the outbox of its scope. */
  onPublished(listener: (scope: Scope) => void): void {
    this.listeners.push(listener);
  }

  /** A connection of its own, outside the pool, for what a lease is held for. Not yet connected. */
  client(scope: Scope): Client {
    return new PrimaryClient(this.connectionOf(scope));
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

  private async committed<Result>(scope: Scope, traceId: string, work: (tx: Tx) => Promise<Result>): Promise<Result> {
    const events: OutboxEvent[] = [];
    const closing = new ClosingRows();
    const hints: (() => void)[] = [];
    const result = await this.source(scope).transaction(async (manager) => {
      const done = await work({
        ...this.tx(scope, manager, traceId, events),
        insertLast: (insertion) => closing.add(insertion),
        afterCommit: (hint) => hints.push(hint),
      });
      if (events.length > 0) closing.add(insertEvents(this.service, scope, events));
      await closing.write(manager);
      return done;
    });
    if (events.length > 0) for (const listener of this.listeners) listener(scope);
    for (const hint of hints) hint();
    return result;
  }

  private tx(
    scope: Scope,
    manager: EntityManager,
    traceId: string,
    events: OutboxEvent[],
  ): Omit<Tx, 'insertLast' | 'afterCommit'> {
    const now = this.settings.clock.date();
    const publisher = { service: this.service, scope, traceId, now };
    return {
      now,
      scope,
      service: this.service,
      manager,
      publishEvent: async (definition, aggregate, data) =>
        void events.push(toEvent(publisher, { definition, aggregate, data })),
      publishEvents: async (definition, items) => {
        for (const item of items) events.push(toEvent(publisher, { definition, ...item }));
      },
    };
  }

  private source(scope: Scope): DataSource {
    const source = this.sources.get(scope);
    if (!source) throw new Error(`${this.service} has no database access in scope ${scope}`);
    return source;
  }

  private connectionOf(scope: Scope) {
    const { service, serviceKey, url } = this.settings;
    const user = roleName(service, scope);
    const login = { user, password: databasePassword(serviceKey, scope) };
    return { ...connectionConfig(parsePostgresUrl(url), login), application_name: user };
  }

  private createSource(scope: Scope): DataSource {
    return new DataSource({
      ...sourceOptions(this.connectionOf(scope)),
      schema: this.service,
      entities: this.settings.entities,
      synchronize: false,
      poolSize: poolSize[scope],
    });
  }
}
