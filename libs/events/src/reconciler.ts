import { Inject, Injectable } from '@nestjs/common';
import type { JetStreamClient } from '@nats-io/jetstream';
import { Clock, type Latch } from '#libs/clock';
import {
  consumers,
  durableName,
  eventSubject,
  platformMethods,
  type CloudEvent,
  type ConsumerSpec,
  type EventId,
  type ReplyOf,
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
  /** How often it looks for events that are to be asked about; where there are some, it goes on until there are none. */
  intervalMs: number;
  /** How long consumers may take before they are asked about an event. */
  graceMs: number;
}

interface Row {
  id: string;
  event_id: EventId;
  subject: string;
  event: CloudEvent;
  /** In the stream; null: a release before has published it, and did not note it. */
  stream_seq: string | null;
  /** Consumers that had not recorded it when they were asked last; null: none has been. */
  awaited: string[] | null;
  looks: number;
  published_ms_ago: number;
}

type Reply = ReplyOf<ReturnType<typeof platformMethods>['unrecordedEvents']>;

interface Verdict {
  row: Row;
  awaited: string[];
  /** A consumer will not get it any more by itself. */
  isLost: boolean;
}

const batchMax = 500;
/** A consumer that takes longer is asked another time; the others are not kept waiting. */
const inquiryMs = 2_000;
/** How much longer it takes each time until an event is looked at again: twice as long, and at most so much. */
const slowestLook = { notYet: 4, lost: 20 };
/** In graces: after which an event of which nobody knows where the stream has it is published again. */
const gracesUntilLost = 20;

/**
 * The guarantee behind the stream: asks every consumer which published events it has not recorded. What lies behind the
 * point up to which a consumer has acknowledged was lost on the way, and is published again; what lies before it is
 * still on its way. JetStream may lose what it acknowledged, or its disk; the outbox does not. Consumers drop what they know.
 */
@Injectable()
export class Reconciler {
  /** Consumers that did not reply, and until when they are not asked. */
  private readonly silentUntil = new Map<string, number>();

  constructor(
    private readonly database: Database,
    private readonly rpc: RpcClient,
    private readonly clock: Clock,
    @Inject(RECONCILER_SETTINGS) private readonly settings: ReconcilerSettings,
    private readonly stalls: Stalls,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** After its publication an event is left alone for so long. */
  get graceMs(): number {
    return this.settings.graceMs;
  }

  /** Beside the relay, under its lease: neither waits for the other. */
  async reconcileUntil(ended: Latch, lease: Lease, stream: JetStreamClient): Promise<void> {
    const what = `reconciler of ${lease.scope}`;
    while (!ended.raised) {
      try {
        while (!ended.raised && (await this.reconcile(lease, stream)) > 0);
        this.stalls.goOn(what);
      } catch (error) {
        if (!ended.raised) this.stalls.stall(what, error);
      }
      await ended.within(this.settings.intervalMs);
    }
  }

  /** @returns how many events it has looked at */
  private async reconcile(lease: Lease, stream: JetStreamClient): Promise<number> {
    const rows = await this.due(lease.scope);
    if (rows.length === 0) return 0;
    const replies = await this.inquireAll(rows, lease.scope);
    const verdicts = rows.map((row) => this.judge(row, replies));
    const lost = verdicts.filter(({ isLost }) => isLost).map(({ row }) => row);
    const sequences = await this.publishAgain(lost, lease.scope, stream);
    return this.note(lease, verdicts, sequences);
  }

  private async due(scope: Scope): Promise<Row[]> {
    const { rows } = await this.database.pool(scope).query<Row>(
      `select id, event_id, subject, event, stream_seq, awaited, looks,
              (extract(epoch from now() - published_at) * 1000)::float8 as published_ms_ago
       from ${this.database.service}.outbox
       where scope = $1 and settled_at is null and published_at is not null
         and (next_look_at <= now() or (next_look_at is null and published_at < now() - make_interval(secs => $2)))
       order by next_look_at nulls first limit ${batchMax}`,
      [scope, this.settings.graceMs / 1_000],
    );
    return rows;
  }

  /** Every consumer on its own: one that is away or slow keeps no event from the others. */
  private async inquireAll(rows: Row[], scope: Scope): Promise<Map<string, Reply>> {
    const replies = new Map<string, Reply>();
    await Promise.all(
      consumers.map(async (consumer) => {
        const name = durableName(consumer);
        const eventIds = rows.filter((row) => isAwaited(consumer, row, scope)).map(({ event_id: id }) => id);
        if (eventIds.length === 0 || this.clock.monotonic() < (this.silentUntil.get(name) ?? 0)) return;
        const what = `reconciler of ${scope}: ${name}`;
        try {
          replies.set(name, await this.inquire(consumer, eventIds, scope));
          this.stalls.goOn(what);
        } catch (error) {
          this.silentUntil.set(name, this.clock.monotonic() + this.settings.intervalMs);
          this.stalls.stall(what, error);
        }
      }),
    );
    return replies;
  }

  private inquire(consumer: ConsumerSpec, eventIds: EventId[], scope: Scope): Promise<Reply> {
    return this.rpc.call(
      platformMethods(consumer.service).unrecordedEvents,
      scope,
      { into: consumer.into, consumer: durableName(consumer), eventIds },
      this.rpc.systemContext(undefined, inquiryMs),
    );
  }

  private judge(row: Row, replies: Map<string, Reply>): Verdict {
    const listeners = consumers.filter((consumer) => isAwaited(consumer, row, row.event.scope)).map(durableName);
    const awaited = listeners.filter((name) => replies.get(name)?.eventIds.includes(row.event_id) ?? true);
    const isLost = awaited.some((name) => {
      const reply = replies.get(name);
      return reply !== undefined && this.hasPassed(row, reply.position);
    });
    return { row, awaited, isLost };
  }

  /** Whether a consumer that has not recorded an event is past it. One of a release before does not say where it is. */
  private hasPassed({ stream_seq: sequence, published_ms_ago: ms }: Row, position: Reply['position']): boolean {
    if (position?.caughtUp) return true;
    if (!position || sequence === null) return ms > gracesUntilLost * this.settings.graceMs;
    return Number(sequence) <= position.takenUpTo;
  }

  /** @returns where the stream has them now */
  private async publishAgain(rows: Row[], scope: Scope, stream: JetStreamClient): Promise<Map<string, number>> {
    const sequences = new Map<string, number>();
    if (rows.length === 0) return sequences;
    const published = await Promise.allSettled(
      rows.map(async ({ id, subject, event, event_id: eventId }) => {
        // Another message id: within its duplicate window the stream would drop the original one.
        const msgID = `${eventId}:${this.clock.now()}`;
        sequences.set(id, (await stream.publish(subject, JSON.stringify(event), { msgID })).seq);
      }),
    );
    if (sequences.size > 0)
      this.logger.warn({ scope, events: sequences.size }, 'published again what a consumer never recorded');
    const refused = published.find((result) => result.status === 'rejected');
    if (refused) this.logger.warn({ scope, err: refused.reason as unknown }, 'an event could not be published again');
    return sequences;
  }

  /** @returns how many; 0: the lease is another's by now */
  private async note(lease: Lease, verdicts: Verdict[], sequences: Map<string, number>): Promise<number> {
    const { service } = this.database;
    const noted = verdicts.map(({ row, awaited, isLost }) => ({
      id: row.id,
      awaited,
      seq: sequences.get(row.id) ?? null,
      delay: this.delaySeconds(row, isLost),
    }));
    const { rowCount } = await this.database.pool(lease.scope).query(
      `update ${service}.outbox o
       set settled_at = case when cardinality(noted.awaited) = 0 then now() end, awaited = noted.awaited,
           looks = o.looks + 1, next_look_at = now() + make_interval(secs => noted.delay),
           stream_seq = coalesce(noted.seq, o.stream_seq),
           published_at = case when noted.seq is null then o.published_at else now() end
       from jsonb_to_recordset($2::jsonb) as noted (id bigint, awaited text[], seq bigint, delay float8)
       where o.scope = $1 and o.id = noted.id and ${stillHeld(service, lease)}`,
      [lease.scope, JSON.stringify(noted)],
    );
    return rowCount ?? 0;
  }

  private delaySeconds({ looks }: Row, isLost: boolean): number {
    const intervals = Math.min(2 ** looks, isLost ? slowestLook.lost : slowestLook.notYet);
    return (this.settings.intervalMs / 1_000) * intervals;
  }
}

const isAwaited = (consumer: ConsumerSpec, { subject, awaited }: Row, scope: Scope): boolean =>
  consumer.from === scope &&
  (awaited?.includes(durableName(consumer)) ?? true) &&
  consumer.events.some((event) => eventSubject(event, scope) === subject);
