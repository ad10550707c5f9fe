import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { jetstream, type JetStreamClient } from '@nats-io/jetstream';
import type { Client } from 'pg';
import { Broadcasts, Connections } from '#libs/broker';
import { Clock } from '#libs/clock';
import { outboxWritten, type CloudEvent, type Scope } from '#libs/contracts';
import { Database } from '#libs/database';
import { Reconciler } from './reconciler';
import { Latch } from './latch';
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
/** How often, at most, this copy tells the others of what it has written: a hint for many. */
const hintMs = 250;
const purgeMs = 3_600_000;
/** Published and settled events are kept so that a broker that lost its disk can be filled again. */
const keepDays = 30;

interface Row {
  id: string;
  event_id: string;
  subject: string;
  event: CloudEvent;
}

/**
 * Carries committed events from the outbox to JetStream, one active relay per service and scope (a lease picks it). Reads `published_at is null`, never `id > last`: a transaction that took its id early may commit late.
 */
@Injectable()
export class OutboxRelay implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly stopping = new Latch();
  private readonly leases: Leases;
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

  async onApplicationShutdown(): Promise<void> {
    this.stopping.raise();
    for (const { timer } of this.hinted.values()) clearTimeout(timer);
    await Promise.all(this.loops);
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
    this.woken.set(lease.scope, woken);
    client.on('end', () => woken.raise());
    const forget = this.stopping.onRaise(() => woken.raise());
    try {
      const stream = jetstream(this.connections.evenWhileAway(lease.scope), { timeout: 3_000 });
      let heldUntil = this.clock.monotonic() + renewMs;
      let purgedAt = this.clock.monotonic() - purgeMs;
      while (!this.stopping.raised) {
        woken.lower();
        if (this.clock.monotonic() > heldUntil) {
          if (!(await this.isProlonged(client, lease))) return;
          heldUntil = this.clock.monotonic() + renewMs;
        }
        if ((await this.publishNext(client, lease, stream)) > 0) continue;
        await this.reconciler.reconcileWhenDue(client, lease, stream);
        if (this.clock.monotonic() - purgedAt > purgeMs) {
          await this.purge(client);
          purgedAt = this.clock.monotonic();
        }
        await woken.within(pollMs);
      }
    } finally {
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
       where scope = $1 and published_at is null order by id limit ${batchMax}`,
      [lease.scope],
    );
    if (rows.length === 0) return 0;
    this.connections.of(lease.scope);
    const published = await Promise.allSettled(
      rows.map((row) => stream.publish(row.subject, JSON.stringify(row.event), { msgID: row.event_id })),
    );
    const ids = rows.filter((_row, index) => published[index]?.status === 'fulfilled').map(({ id }) => id);
    await client.query(
      `update ${service}.outbox set published_at = now()
       where scope = $1 and id = any($2) and ${stillHeld(service, lease)}`,
      [lease.scope, ids],
    );
    const refused = published.find((result) => result.status === 'rejected');
    if (refused) throw refused.reason;
    return rows.length;
  }

  private async purge(client: Client): Promise<void> {
    const { service } = this.database;
    await client.query(`delete from ${service}.outbox where settled_at < now() - make_interval(days => ${keepDays})`);
    await client.query(
      `delete from ${service}.consumed_events where recorded_at < now() - make_interval(days => ${2 * keepDays})`,
    );
    await client.query(`delete from ${service}.idempotency where recorded_at < now() - make_interval(days => 2)`);
  }
}
