import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { jetstream, type JetStreamClient } from '@nats-io/jetstream';
import type { Client } from 'pg';
import type { CloudEvent, Scope } from '#libs/contracts';
import { Database, outboxChannel } from '#libs/database';
import type { Logger } from '#libs/observability';
import { Connections } from './connections';
import { Reconciler } from './reconciler';
import { Signal } from './signal';

const batchMax = 256;
const pollMs = 1_000;
const lockPollMs = 1_000;
const afterFaultMs = 500;
const purgeMs = 3_600_000;
/** Published and settled facts are kept so that a broker that lost its disk can be filled again. */
const keepDays = 30;

interface Row {
  id: string;
  event_id: string;
  subject: string;
  event: CloudEvent;
}

/**
 * Carries committed facts from the outbox to JetStream, one active relay per service and scope (a session lock picks
 * it). Reads `published_at is null`, never `id > last`: a transaction that took its id early may commit late.
 */
@Injectable()
export class OutboxRelay implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly stopping = new Signal();
  private loops: Promise<void>[] = [];

  constructor(
    private readonly database: Database,
    private readonly connections: Connections,
    private readonly reconciler: Reconciler,
    private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.loops = this.database.scopes.map((scope) => this.keepRelaying(scope));
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopping.raise();
    await Promise.all(this.loops);
  }

  private async keepRelaying(scope: Scope): Promise<void> {
    while (!this.stopping.raised) {
      const client = this.database.client(scope);
      client.on('error', () => undefined);
      try {
        await client.connect();
        if (await this.becomeActive(client, scope)) await this.relay(client, scope);
      } catch (error) {
        if (!this.stopping.raised) this.logger.warn({ err: error, scope }, 'outbox relay interrupted');
        await this.stopping.within(afterFaultMs);
      } finally {
        await client.end().catch(() => undefined);
      }
    }
  }

  private async becomeActive(client: Client, scope: Scope): Promise<boolean> {
    while (!this.stopping.raised) {
      const { rows } = await client.query<{ held: boolean }>(
        `select pg_try_advisory_lock(hashtextextended($1, 11)) as held`,
        [outboxChannel(this.database.service, scope)],
      );
      if (rows[0]?.held) return true;
      await this.stopping.within(lockPollMs);
    }
    return false;
  }

  private async relay(client: Client, scope: Scope): Promise<void> {
    const woken = new Signal();
    client.on('notification', () => woken.raise());
    client.on('end', () => woken.raise());
    this.stopping.onRaise(() => woken.raise());
    await client.query(`listen ${outboxChannel(this.database.service, scope)}`);
    const stream = jetstream(this.connections.evenWhileAway(scope), { timeout: 3_000 });
    let purgedAt = 0;
    while (!this.stopping.raised) {
      woken.lower();
      if ((await this.publishNext(client, scope, stream)) > 0) continue;
      await this.reconciler.reconcileWhenDue(client, scope, stream);
      if (Date.now() - purgedAt > purgeMs) {
        await this.purge(client);
        purgedAt = Date.now();
      }
      await woken.within(pollMs);
    }
  }

  private async publishNext(client: Client, scope: Scope, stream: JetStreamClient): Promise<number> {
    const { rows } = await client.query<Row>(
      `select id, event_id, subject, event from ${this.database.service}.outbox
       where scope = $1 and published_at is null order by id limit ${batchMax}`,
      [scope],
    );
    if (rows.length === 0) return 0;
    this.connections.of(scope);
    const published = await Promise.allSettled(
      rows.map((row) => stream.publish(row.subject, JSON.stringify(row.event), { msgID: row.event_id })),
    );
    const ids = rows.filter((_row, index) => published[index]?.status === 'fulfilled').map(({ id }) => id);
    await client.query(
      `update ${this.database.service}.outbox set published_at = now() where scope = $1 and id = any($2)`,
      [scope, ids],
    );
    const refused = published.find((result) => result.status === 'rejected');
    if (refused) throw refused.reason;
    return rows.length;
  }

  private async purge(client: Client): Promise<void> {
    const { service } = this.database;
    await client.query(`delete from ${service}.outbox where settled_at < now() - make_interval(days => ${keepDays})`);
    await client.query(
      `delete from ${service}.inbox where recorded_at < now() - make_interval(days => ${2 * keepDays})`,
    );
    await client.query(`delete from ${service}.idempotency where recorded_at < now() - make_interval(days => 2)`);
  }
}
