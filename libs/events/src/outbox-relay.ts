import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { jetstream, JetStreamApiError, type JetStreamClient } from '@nats-io/jetstream';
import { errors } from '@nats-io/transport-node';
import type { Client } from 'pg';
import { Broadcasts, Connections } from '#libs/broker';
import { Clock, Latch } from '#libs/clock';
import { outboxWritten, type CloudEvent, type Scope } from '#libs/contracts';
import { Database } from '#libs/database';
import { Reconciler } from './reconciler';
import { Leases, stillHeld, type Lease } from './lease';
import { Stalls } from './stalls';

const batchMax = 256;
const pollMs = 1_000;
/** How often a copy that does not relay looks whether it should. */
const leasePollMs = 1_000;
/** How often the lease is prolonged: several times before it runs out. */
const renewMs = 1_000;
const leaseName = 'outbox-relay';
const afterFaultMs = 500;
/** How long an event waits at most that the broker has refused. */
const refusedSecondsMax = 60;
/** How often, at most, this copy tells the others of what it has written: a hint for many. */
const hintMs = 250;

interface Row {
  id: string;
  event_id: string;
  subject: string;
  event: CloudEvent;
}

interface Refused {
  row: Row;
  error: unknown;
}

/** Where the stream has a row's event. */
interface Mark {
  id: string;
  seq: number;
  /** It had it before. */
  duplicate: boolean;
}

/**
 * Carries committed events from the outbox to JetStream, one active relay per service and scope (a lease picks it). Reads `published_at is null`, never `id > last`: a transaction that took its id early may commit late.
 */
@Injectable()
export class OutboxRelay implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly stopping = new Latch();
  private readonly leases: Leases;
  private readonly reconciling = new Set<Promise<void>>();
  /** Of each scope's stream, the highest sequence that this copy was given last. */
  private readonly highest = new Map<Scope, number>();
  private loops: Promise<void>[] = [];
  /** Of the scopes that this copy relays. */
  private readonly woken = new Map<Scope, Latch>();
  private readonly hinted = new Map<Scope, { atEnd: boolean; timer: NodeJS.Timeout }>();

  constructor(
    private readonly database: Database,
    private readonly connections: Connections,
    private readonly reconciler: Reconciler,
    private readonly clock: Clock,
    private readonly stalls: Stalls,
    private readonly broadcasts: Broadcasts,
  ) {
    this.leases = new Leases(database.service);
  }

  onApplicationBootstrap(): void {
    this.database.onPublished((scope) => this.wake(scope));
    for (const scope of this.database.scopes)
      this.broadcasts.receive(outboxWritten(this.database.service), scope, () => this.woken.get(scope)?.raise());
    this.loops = this.database.scopes.map((scope) => this.keepRelaying(scope));
  }

  /** While the database and the connections are there: what has been published is marked, and the lease given back. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.raise();
    for (const { timer } of this.hinted.values()) clearTimeout(timer);
    await Promise.all(this.loops);
    await Promise.all(this.reconciling);
  }

  /** Something was committed. Polling is the guarantee: none of this must succeed. */
  private wake(scope: Scope): void {
    const own = this.woken.get(scope);
    if (own) own.raise();
    else if (!this.stopping.raised) this.hint(scope);
  }

  /** To the copy that relays, whichever it is; what is written soon after goes with the next. */
  private hint(scope: Scope): void {
    const last = this.hinted.get(scope);
    if (last) {
      last.atEnd = true;
      return;
    }
    this.broadcasts.send(outboxWritten(this.database.service), scope, {});
    const timer = setTimeout(() => {
      const isDue = this.hinted.get(scope)?.atEnd;
      this.hinted.delete(scope);
      if (isDue) this.wake(scope);
    }, hintMs).unref();
    this.hinted.set(scope, { atEnd: false, timer });
  }

  private async keepRelaying(scope: Scope): Promise<void> {
    const what = `outbox relay of ${scope}`;
    while (!this.stopping.raised) {
      const client = this.database.client(scope);
      try {
        // Copies that only wait need no connection of their own.
        if (await this.leases.isAnothers(this.database.pool(scope), scope, leaseName)) {
          this.stalls.goOn(what);
          await this.stopping.within(leasePollMs);
          continue;
        }
        await client.connect();
        await this.relayWhileHeld(client, scope, () => this.stalls.goOn(what));
      } catch (error) {
        if (!this.stopping.raised) this.stalls.stall(what, error);
        await this.stopping.within(afterFaultMs);
      } finally {
        await client.end().catch(() => undefined);
      }
    }
  }

  private async relayWhileHeld(client: Client, scope: Scope, goOn: () => void): Promise<void> {
    const lease = await this.leases.acquire(client, scope, leaseName);
    goOn();
    if (!lease) return this.stopping.within(leasePollMs);
    await this.relay(client, lease);
    if (this.stopping.raised) await this.leases.release(client, lease);
  }

  /** Until the lease is lost, the connection breaks or the process ends. */
  private async relay(client: Client, lease: Lease): Promise<void> {
    const woken = new Latch();
    const ended = new Latch();
    this.woken.set(lease.scope, woken);
    client.on('end', () => woken.raise());
    const forget = this.stopping.onRaise(() => woken.raise());
    try {
      const stream = jetstream(this.connections.evenWhileAway(lease.scope), { timeout: 3_000 });
      const reconciling = this.reconciler.reconcileUntil(ended, lease, stream);
      this.reconciling.add(reconciling);
      void reconciling.finally(() => this.reconciling.delete(reconciling));
      let heldUntil = this.clock.monotonic() + renewMs;
      while (!this.stopping.raised) {
        woken.lower();
        if (this.clock.monotonic() > heldUntil) {
          if (!(await this.isProlonged(client, lease))) return;
          heldUntil = this.clock.monotonic() + renewMs;
        }
        if ((await this.publishNext(client, lease, stream)) > 0) continue;
        await woken.within(pollMs);
      }
    } finally {
      ended.raise();
      forget();
      this.woken.delete(lease.scope);
    }
  }

  /** Another epoch is another lease: somebody may have relayed in between. */
  private async isProlonged(client: Client, lease: Lease): Promise<boolean> {
    const now = await this.leases.acquire(client, lease.scope, lease.name);
    return now?.epoch === lease.epoch;
  }

  private async publishNext(client: Client, lease: Lease, stream: JetStreamClient): Promise<number> {
    const { service } = this.database;
    const { rows } = await client.query<Row>(
      `select id, event_id, subject, event from ${service}.outbox
       where scope = $1 and published_at is null and (next_look_at is null or next_look_at <= now())
       order by id limit ${batchMax}`,
      [lease.scope],
    );
    if (rows.length === 0) return 0;
    this.connections.of(lease.scope);
    const published = await Promise.allSettled(
      rows.map((row) => stream.publish(row.subject, JSON.stringify(row.event), { msgID: row.event_id })),
    );
    const marks = published.flatMap((result, index) => {
      const row = rows[index];
      return row && result.status === 'fulfilled' ? [{ id: row.id, ...result.value }] : [];
    });
    await this.markPublished(client, lease, marks);
    const refused = published.flatMap((result, index) => {
      const row = rows[index];
      return row && result.status === 'rejected' ? [{ row, error: result.reason as unknown }] : [];
    });
    const isRefused = ({ error }: Refused) => isRefusal(error, marks.length > 0);
    await this.passOver(client, lease, refused.filter(isRefused));
    const fault = refused.find((each) => !isRefused(each));
    if (fault) throw fault.error;
    return rows.length;
  }

  private async markPublished(client: Client, lease: Lease, marks: Mark[]): Promise<void> {
    if (marks.length === 0) return;
    const { service } = this.database;
    await this.noteNewStream(client, lease, marks);
    await client.query(
      `update ${service}.outbox o
       set published_at = now(), stream_seq = mark.seq, looks = 0, next_look_at = now() + make_interval(secs => $4)
       from unnest($2::bigint[], $3::bigint[]) as mark (id, seq)
       where o.scope = $1 and o.id = mark.id and ${stillHeld(service, lease)}`,
      [lease.scope, marks.map(({ id }) => id), marks.map(({ seq }) => seq), this.reconciler.graceMs / 1_000],
    );
    const place = (id: string) => `event ${id} of ${lease.scope}`;
    for (const { id } of marks) this.stalls.goOn(place(id));
  }

  /**
   * Sequences rise for as long as a stream lives. Where they fall the stream was deleted and made again, and what the one
   * before had and not everybody has recorded is in none any more.
   */
  private async noteNewStream(client: Client, { scope, ...lease }: Lease, marks: Mark[]): Promise<void> {
    const { service } = this.database;
    const fresh = marks.filter(({ duplicate }) => !duplicate).map(({ seq }) => seq);
    if (fresh.length === 0) return;
    const highest = this.highest.get(scope) ?? Infinity;
    this.highest.set(scope, Math.max(...fresh));
    if (Math.min(...fresh) > highest) return;
    await client.query(
      `update ${service}.outbox set stream_seq = 0
       where scope = $1 and settled_at is null and published_at is not null and stream_seq > $2
         and ${stillHeld(service, { scope, ...lease })}`,
      [scope, Math.min(...fresh)],
    );
  }

  /** What the broker will not have keeps nothing behind it waiting, and is tried again later and later. */
  private async passOver(client: Client, lease: Lease, refused: Refused[]): Promise<void> {
    if (refused.length === 0) return;
    const { service } = this.database;
    for (const { row, error } of refused) this.stalls.stall(`event ${row.id} of ${lease.scope}`, error);
    await client.query(
      `update ${service}.outbox
       set looks = looks + 1, next_look_at = now() + make_interval(secs => least(power(2, looks), $3))
       where scope = $1 and id = any($2) and ${stillHeld(service, lease)}`,
      [lease.scope, refused.map(({ row }) => row.id), refusedSecondsMax],
    );
  }
}

/**
 * Whether the broker will not have this one event: it is too large, nobody keeps its subject, it may not be published.
 * Where nobody keeps anything the stream is away, and that is no fault of an event.
 */
function isRefusal(error: unknown, othersWereTaken: boolean): boolean {
  if (error instanceof JetStreamApiError) return error.status < 500 || othersWereTaken;
  const cause = causeOf(error);
  if (cause instanceof errors.NoRespondersError) return othersWereTaken;
  return cause instanceof errors.PermissionViolationError || cause instanceof errors.InvalidArgumentError;
}

/** What the client has wrapped, once or twice. */
const causeOf = (error: unknown): unknown =>
  error instanceof Error && error.cause instanceof Error ? causeOf(error.cause) : error;
