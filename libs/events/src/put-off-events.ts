import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { durableName, type ConsumerSpec, type EventId, type Scope } from '#libs/contracts';
import { Database, newId, type Tx } from '#libs/database';
import { SlipwayError } from '#libs/errors';
import { LOGGER, metrics, type Logger } from '#libs/observability';
import { EventHandlers, NotYet } from './event-handlers';
import { Stalls } from './stalls';
import { Worker, type AttemptResult, type Work } from './worker';

/** Where the settings are injected. */
export const PUT_OFF_SETTINGS = Symbol('PutOffSettings');

export interface PutOffSettings {
  /** For how long an event is tried before it is a dead letter. */
  patienceSeconds: number;
}

/** A message that could not be taken, as it came. */
export interface Untaken {
  subject: string;
  eventId: EventId;
  payload: string;
}

interface Row extends Work {
  scope: Scope;
  consumer: string;
  subject: string;
  event_id: EventId;
  payload: string;
}

const delayMsMin = 1_000;
const delayMsMax = 600_000;
/** However short the patience is. */
const attemptsMin = 3;
/** About four minutes: whoever waits for it is told then. */
const attemptsUntilDelayed = 8;

export const retryDelayMs = (attempts: number): number => Math.min(delayMsMin * 2 ** attempts, delayMsMax);

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : 'unknown').replaceAll('\0', '');

/**
 * Events that a consumer could not take: of a type or a shape that a later release knows, or whose handler fails. They wait
 * in Postgres, so that they are in nobody's way in the stream, and are tried again for hours; whatever copy does that.
 * What fails for all that time is a dead letter.
 */
@Injectable()
export class PutOffEvents implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private workers: Worker<Row>[] = [];

  constructor(
    private readonly database: Database,
    private readonly handlers: EventHandlers,
    private readonly stalls: Stalls,
    @Inject(PUT_OFF_SETTINGS) private readonly settings: PutOffSettings,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    const scopes = new Set(this.handlers.own().map(({ into }) => into));
    this.workers = [...scopes].map((scope) => this.workerOf(scope));
    for (const worker of this.workers) worker.start();
  }

  /** While the database is there: what has begun is recorded. */
  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.stop()));
  }

  async putOff(spec: ConsumerSpec, untaken: Untaken, error: unknown): Promise<void> {
    const delayMs = error instanceof NotYet ? error.later.afterMs : delayMsMin;
    const { service } = this.database;
    await this.database.transaction(spec.into, 'none', async ({ manager }) => {
      await manager.query(
        `insert into ${service}.put_off_events
           (scope, id, consumer, subject, event_id, payload, reason, next_attempt_at)
         select $1, $2, $3, $4, $5, $6, $7, now() + make_interval(secs => $8)
         where not exists (select from ${service}.consumed_events where scope = $1 and consumer = $3 and event_id = $5)
         on conflict (scope, consumer, event_id) do nothing`,
        [
          ...[spec.into, newId(), durableName(spec), untaken.subject, untaken.eventId],
          ...[untaken.payload.replaceAll('\0', ''), reasonOf(error), delayMs / 1_000],
        ],
      );
    });
    if (!(error instanceof NotYet))
      this.logger.warn({ err: error, consumer: durableName(spec), ...named(untaken) }, 'event put off');
  }

  /** What can never become an event. */
  async bury(spec: ConsumerSpec, { subject, payload }: Omit<Untaken, 'eventId'>, reason: string): Promise<void> {
    this.logger.error({ consumer: durableName(spec), subject, reason }, 'no event; set aside as dead letter');
    await this.database.transaction(spec.into, 'none', async ({ manager, service }) => {
      await manager.query(
        `insert into ${service}.dead_letters (scope, id, consumer, subject, event_id, payload, reason)
         values ($1, $2, $3, $4, null, $5, $6)`,
        [
          ...[spec.into, newId(), durableName(spec), subject],
          ...[payload.replaceAll('\0', '').slice(0, 64 * 1024), reason],
        ],
      );
    });
  }

  private workerOf(scope: Scope): Worker<Row> {
    return new Worker<Row>(this.database, this.stalls, {
      table: 'put_off_events',
      scope,
      // Of a pool of four, which serves callers too.
      concurrency: 1,
      leaseSeconds: 30,
      attempt: (row) => this.attempt(row),
      retryDelayMs,
    });
  }

  private async attempt(row: Row): Promise<AttemptResult> {
    const spec = this.handlers.own().find((own) => durableName(own) === row.consumer);
    try {
      if (!spec) throw new Error(`there is no consumer ${row.consumer}`);
      await this.take(row, spec);
      metrics.eventsHandled.inc({ consumer: row.consumer, outcome: 'recorded' });
      return { done: true };
    } catch (error) {
      if (error instanceof NotYet) return { done: false, retryAfterMs: error.later.afterMs };
      // No failure of the event: the database is away.
      if (isUnavailable(error)) return { done: false, retryAfterMs: delayMsMin };
      return this.afterFailure(row, error);
    }
  }

  private async take(row: Row, spec: ConsumerSpec): Promise<void> {
    const { event, handling } = this.handlers.read(row.payload);
    await this.database.transaction(row.scope, event.traceid, async (tx) => {
      await this.handlers.record(tx, spec, [event], handling);
      await tx.manager.query(`delete from ${tx.service}.put_off_events where scope = $1 and id = $2`, [
        row.scope,
        row.id,
      ]);
    });
  }

  private async afterFailure(row: Row, error: unknown): Promise<AttemptResult> {
    const reason = reasonOf(error);
    const isDead = row.attempts >= attemptsMin && (await this.giveUp(row, reason));
    if (isDead || row.attempts === attemptsUntilDelayed) await this.sayDelayed(row);
    if (isDead) {
      this.logger.error(
        { err: error, consumer: row.consumer, ...named(untakenOf(row)) },
        'event given up as dead letter',
      );
      metrics.eventsHandled.inc({ consumer: row.consumer, outcome: 'set_aside' });
      return { done: true };
    }
    metrics.eventsHandled.inc({ consumer: row.consumer, outcome: 'put_off' });
    await this.database
      .pool(row.scope)
      .query(`update ${this.database.service}.put_off_events set reason = $3 where scope = $1 and id = $2`, [
        ...[row.scope, row.id, reason],
      ]);
    return { done: false, retryAfterMs: retryDelayMs(row.attempts) };
  }

  /**
   * Recorded as taken too, so that nobody brings it back. What another copy has taken meanwhile is no dead letter, which
   * could be redelivered. @returns whether it is one now
   */
  private giveUp(row: Row, reason: string): Promise<boolean> {
    return this.database.transaction(row.scope, 'none', async ({ manager, service }: Tx) => {
      const dead = await manager.query<unknown[]>(
        `with given_up as (
           delete from ${service}.put_off_events
           where scope = $1 and id = $2 and put_off_at <= now() - make_interval(secs => $3) returning *
         ), recorded as (
           insert into ${service}.consumed_events (scope, consumer, event_id)
             select scope, consumer, event_id from given_up on conflict do nothing returning event_id
         )
         insert into ${service}.dead_letters (scope, id, consumer, subject, event_id, payload, reason)
           select scope, id, consumer, subject, event_id, payload, $4 from given_up
           where exists (select from recorded) returning id`,
        [row.scope, row.id, this.settings.patienceSeconds, reason],
      );
      return dead.length > 0;
    });
  }

  /** What cannot be told is no reason to stop trying. */
  private async sayDelayed(row: Row): Promise<void> {
    await this.database
      .transaction(row.scope, traceIdIn(row.payload), (tx) => this.handlers.sayDelayed(tx, row.payload))
      .catch((error: unknown) => this.logger.warn({ err: error, consumer: row.consumer }, 'a delay was not told'));
  }
}

export const isUnavailable = (error: unknown): boolean =>
  error instanceof SlipwayError && error.category === 'unavailable';

const untakenOf = ({ subject, event_id: eventId, payload }: Row): Untaken => ({ subject, eventId, payload });

const named = ({ subject, eventId }: Untaken) => ({ subject, eventId });

function traceIdIn(payload: string): string {
  const { traceid } = JSON.parse(payload) as { traceid?: unknown };
  return typeof traceid === 'string' ? traceid : 'none';
}
