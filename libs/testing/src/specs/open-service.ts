import type { Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Server, type CustomTransportStrategy } from '@nestjs/microservices';
import { Broadcasts, EdgeEvents, OnceEvents } from '#libs/broker';
import type { ServiceConfig } from '#libs/config';
import {
  eventType,
  rpcSubject,
  scopes,
  type Caller,
  type CallerSession,
  type CloudEvent,
  type EventDefinition,
  type ReplyOf,
  type RpcMethod,
  type Scope,
} from '#libs/contracts';
import { deriveServiceKey } from '#libs/crypto';
import { Database } from '#libs/database';
import { KeptEvents, Purge } from '#libs/events';
import { createLogger } from '#libs/observability';
import { dispatch, newTraceId, PassErrorsOn, RpcClient } from '#libs/rpc';
import { ServiceHealth, serviceRoot, type ServiceDefinition } from '#libs/service';
import { aSession } from './contexts';
import { ManualClock } from './manual-clock';
import { Neighbours } from './neighbours';
import { RecordedBroadcasts } from './recorded-broadcasts';
import { RecordedEdgeEvents } from './recorded-edge-events';
import { cloneDatabase, type SpecDatabase } from './spec-database';

/** A row of the audit. */
export interface RecordedAct {
  scope: Scope;
  at: Date;
  by: { kind: string; id: string | null };
  action: string;
  outcome: string;
  targets: Record<string, string | boolean>;
  address: string | null;
  traceId: string;
}

/** Handlers are called by the spec; nothing listens. */
class CalledBySpec extends Server implements CustomTransportStrategy {
  listen(callback: () => void): void {
    callback();
  }

  close(): void {
    // Nothing was opened.
  }

  on(): void {
    throw new Error('There is nothing to listen to.');
  }

  unwrap<T>(): T {
    throw new Error('There is nothing behind it.');
  }
}

interface CallOptions {
  idempotencyKey?: string;
  /** Whence the request came. */
  address?: string;
  traceId?: string;
  /** By which the caller is signed in: unless given, one that has just begun and lacks nothing. */
  session?: Partial<CallerSession>;
}

/**
 * One service in this process, on a database of its own with every role, policy and grant, its neighbours played by the
 * spec. Requests go through permission and contract as they do in `RpcServer`; no broker is there, and no event leaves
 * the outbox.
 */
export class OpenedService {
  private constructor(
    readonly neighbours: Neighbours,
    readonly broadcasts: RecordedBroadcasts,
    readonly edgeEvents: RecordedEdgeEvents,
    readonly clock: ManualClock,
    readonly database: Database,
    /** An administrator's connection, for a look behind the policies. */
    readonly admin: SpecDatabase['admin'],
    private readonly onlooker: SpecDatabase['onlooker'],
    readonly get: <T>(type: Type<T> | (abstract new (...args: never[]) => T)) => T,
    private readonly transport: CalledBySpec,
    private readonly stop: () => Promise<void>,
  ) {}

  static async open<Config extends ServiceConfig>(
    definition: ServiceDefinition<Config>,
    environment: Record<string, string> = {},
  ): Promise<OpenedService> {
    const spec = await cloneDatabase();
    const config = definition.config.schema.parse({
      SLIPWAY_SERVICE_KEY: deriveServiceKey(spec.masterKey, definition.name),
      SLIPWAY_NATS: 'nats://localhost:4222',
      SLIPWAY_DATABASE: spec.url,
      ...environment,
    });
    const clock = new ManualClock();
    const logger = createLogger(definition.name, process.env['SLIPWAY_LOG_LEVEL'] ?? 'fatal');
    const database = await Database.open({
      service: definition.name,
      serviceKey: config.SLIPWAY_SERVICE_KEY,
      url: config.SLIPWAY_DATABASE,
      entities: definition.entities,
      scopes,
      clock,
    });
    const neighbours = new Neighbours(definition.name);
    const broadcasts = new RecordedBroadcasts();
    const edgeEvents = new RecordedEdgeEvents();
    const transport = new CalledBySpec();
    const root = serviceRoot(definition, {
      config,
      database,
      clock,
      logger,
      neighbours: [
        { provide: RpcClient, useValue: neighbours },
        { provide: Broadcasts, useValue: broadcasts },
        { provide: EdgeEvents, useValue: edgeEvents },
        OnceEvents,
        { provide: ServiceHealth, useValue: { read: () => ({ database: true, broker: true }) } },
        // Without the timer.
        KeptEvents,
        Purge,
      ],
    });
    const app = await NestFactory.createMicroservice(root, { strategy: transport, logger: false, abortOnError: false });
    app.useGlobalFilters(new PassErrorsOn());
    await app.listen();
    return new OpenedService(
      neighbours,
      broadcasts,
      edgeEvents,
      clock,
      database,
      spec.admin,
      spec.onlooker,
      (type) => app.get(type, { strict: false }),
      transport,
      async () => {
        await app.close();
        await spec.drop();
      },
    );
  }

  /** Calls a method as somebody, as if it came over the broker. @throws SlipwayError */
  async call<M extends RpcMethod>(
    method: M,
    scope: Scope,
    request: unknown,
    caller: Caller,
    { idempotencyKey, address, traceId = newTraceId(), session }: CallOptions = {},
  ): Promise<ReplyOf<M>> {
    const subject = rpcSubject(method, scope);
    const handler = this.transport.getHandlerByPattern(subject);
    if (!handler) throw new Error(`nobody handles ${subject}`);
    const envelope = { caller, session: aSession(session), traceId, timeoutMs: 10_000, idempotencyKey, address };
    const before = await this.rowsOf(traceId, scope);
    const { reply } = await dispatch({ method, scope, subject, handler }, envelope, request, this.clock);
    this.requireRecorded(method, (await this.rowsOf(traceId, scope)) - before, idempotencyKey !== undefined);
    return reply as ReplyOf<M>;
  }

  /** The audit, oldest first. */
  async acts(): Promise<RecordedAct[]> {
    const { rows } = await this.admin.query<RecordedAct>(
      `select scope, at, jsonb_build_object('kind', actor_kind, 'id', actor_id) as by, action, outcome, targets, address,
              trace_id as "traceId"
       from ${this.database.service}.audit order by at, id`,
    );
    return rows;
  }

  /** B60: a command that was answered has left one row in its scope; unless it is a repetition, whose row is the first's. */
  private requireRecorded({ name, kind, unrecorded }: RpcMethod, rows: number, isRepeatable: boolean): void {
    const expected = kind === 'command' && !unrecorded ? [1, ...(isRepeatable ? [0] : [])] : [0];
    if (!expected.includes(rows)) throw new Error(`${name}, a ${kind}, has left ${rows} rows in the audit`);
  }

  private async rowsOf(traceId: string, scope: Scope): Promise<number> {
    const sql = `select count(*)::int as count from ${this.database.service}.audit where trace_id = $1 and scope = $2`;
    const { rows } = await this.onlooker.query<{ count: number }>(sql, [traceId, scope]);
    return rows[0]?.count ?? 0;
  }

  /** Events in the outbox, oldest first; those of one definition where it is given. */
  async published(definition?: EventDefinition): Promise<CloudEvent<Record<string, unknown>>[]> {
    const { rows } = await this.admin.query<{ event: CloudEvent<Record<string, unknown>> }>(
      `select event from ${this.database.service}.outbox order by id`,
    );
    return rows.map(({ event }) => event).filter(({ type }) => !definition || type === eventType(definition));
  }

  close(): Promise<void> {
    return this.stop();
  }
}

export const openService = OpenedService.open;
