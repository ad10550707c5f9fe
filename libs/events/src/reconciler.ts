import { Inject, Injectable } from '@nestjs/common';
import type { JetStreamClient } from '@nats-io/jetstream';
import type { Client } from 'pg';
import { Clock } from '#libs/clock';
import {
  consumers,
  durableName,
  eventSubject,
  platformMethods,
  type CloudEvent,
  type ConsumerSpec,
  type EventId,
  type Scope,
} from '#libs/contracts';
import { Database } from '#libs/database';
import { LOGGER, type Logger } from '#libs/observability';
import { RpcClient } from '#libs/rpc';
import { stillHeld, type Lease } from './lease';
import { Stalls } from './stalls';

/** Where the settings are injected. */
export const RECONCILER_SETTINGS = Symbol('ReconcilerSettings');

export interface ReconcilerSettings {
  /** How often, in milliseconds. */
  intervalMs: number;
  /** How long a consumer may take before it is asked about an event. */
  graceMs: number;
}

interface Row {
  id: string;
  event_id: EventId;
  subject: string;
  event: CloudEvent;
}

interface Inquiry {
  consumer: ConsumerSpec;
  eventIds: EventId[];
}

interface Unrecorded {
  /** What a consumer says it never recorded. */
  missing: Set<EventId>;
  /** Of consumers that did not say. */
  unknown: Set<EventId>;
  fault?: PromiseRejectedResult;
}

const batchMax = 500;

/**
 * The guarantee behind the stream: asks every consumer which published events it never recorded and publishes those
 * again. JetStream may lose what it acknowledged, or its disk; the outbox does not. Consumers drop what they know.
 */
@Injectable()
export class Reconciler {
  private readonly lastRun = new Map<Scope, number>();

  constructor(
    private readonly database: Database,
    private readonly rpc: RpcClient,
    private readonly clock: Clock,
    @Inject(RECONCILER_SETTINGS) private readonly settings: ReconcilerSettings,
    private readonly stalls: Stalls,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async reconcileWhenDue(client: Client, lease: Lease, stream: JetStreamClient): Promise<void> {
    const { scope } = lease;
    const what = `reconciler of ${scope}`;
    if (this.clock.now() - (this.lastRun.get(scope) ?? 0) < this.settings.intervalMs) return;
    this.lastRun.set(scope, this.clock.now());
    try {
      await this.reconcile(client, lease, stream);
      this.stalls.goOn(what);
    } catch (error) {
      // A consumer that is away is asked again at the next run.
      this.stalls.stall(what, error);
    }
  }

  private async reconcile(client: Client, lease: Lease, stream: JetStreamClient): Promise<void> {
    const { service } = this.database;
    const { scope } = lease;
    const held = stillHeld(service, lease);
    const { rows } = await client.query<Row>(
      `select id, event_id, subject, event from ${service}.outbox
       where scope = $1 and settled_at is null and published_at < now() - make_interval(secs => $2)
       order by id limit ${batchMax}`,
      [scope, this.settings.graceMs / 1000],
    );
    if (rows.length === 0) return;
    const { missing, unknown, fault } = await this.unrecorded(rows, scope);
    const settled = rows.filter(({ event_id: id }) => !missing.has(id) && !unknown.has(id)).map(({ id }) => id);
    await client.query(
      `update ${service}.outbox set settled_at = now() where scope = $1 and id = any($2) and ${held}`,
      [scope, settled],
    );
    for (const row of rows.filter(({ event_id }) => missing.has(event_id))) {
      // Another message id: within its duplicate window the stream would drop the original one.
      await stream.publish(row.subject, JSON.stringify(row.event), { msgID: `${row.event_id}:${this.clock.now()}` });
      await client.query(`update ${service}.outbox set published_at = now() where scope = $1 and id = $2 and ${held}`, [
        scope,
        row.id,
      ]);
    }
    if (missing.size > 0)
      this.logger.warn({ scope, events: missing.size }, 'published again what a consumer never recorded');
    if (fault) throw fault.reason;
  }

  /** Every consumer on its own: one that is away keeps no event from the others. */
  private async unrecorded(rows: Row[], scope: Scope): Promise<Unrecorded> {
    const inquiries = consumers
      .filter(({ from }) => from === scope)
      .map((consumer) => ({ consumer, eventIds: idsFor(consumer, rows) }))
      .filter(({ eventIds }) => eventIds.length > 0);
    const replies = await Promise.allSettled(inquiries.map((inquiry) => this.inquire(inquiry, scope)));
    const unknown = inquiries.filter((_inquiry, index) => replies[index]?.status === 'rejected');
    return {
      missing: new Set(replies.flatMap((reply) => (reply.status === 'fulfilled' ? reply.value : []))),
      unknown: new Set(unknown.flatMap(({ eventIds }) => eventIds)),
      fault: replies.find((reply) => reply.status === 'rejected'),
    };
  }

  private async inquire({ consumer, eventIds }: Inquiry, scope: Scope): Promise<EventId[]> {
    const { eventIds: unrecorded } = await this.rpc.call(
      platformMethods(consumer.service).unrecordedEvents,
      scope,
      { into: consumer.into, consumer: durableName(consumer), eventIds },
      this.rpc.systemContext(),
    );
    return unrecorded;
  }
}

const idsFor = (consumer: ConsumerSpec, rows: Row[]): EventId[] =>
  rows.filter((row) => listensTo(consumer, row.subject)).map(({ event_id }) => event_id);

const listensTo = (consumer: ConsumerSpec, subject: string): boolean =>
  consumer.events.some((event) => eventSubject(event, consumer.from) === subject);
