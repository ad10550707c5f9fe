import { Latch } from '#libs/clock';
import type { Scope } from '#libs/contracts';
import type { Database } from '#libs/database';
import type { Stalls } from './stalls';

const pollMs = 1_000;

/** What became of an attempt: the row is done, or is to be tried again after a while. */
export type AttemptResult = { done: true } | { done: false; retryAfterMs: number };

/** What `workColumns` (libs/database) adds to a table, as the worker hands it over. */
export interface Work {
  id: string;
  /** Attempts so far, this one included. */
  attempts: number;
}

/** An attempt that is over, and is yet to be written down. */
export interface Finished<Row extends Work, Result extends AttemptResult = AttemptResult> {
  row: Claimed<Row>;
  result: Result;
}

/** A row that this copy holds; whoever writes to it names the epoch, and writes nothing once another copy has it. */
export type Claimed<Row extends Work> = Row & { lease_epoch: string };

export interface WorkerSettings<Row extends Work, Result extends AttemptResult = AttemptResult> {
  /** Of the service's schema, with the columns of `workColumns`. */
  table: string;
  scope: Scope;
  /** How many rows are under way at once. */
  concurrency: number;
  /** How long an attempt may take, seconds; then another copy may begin it again. */
  leaseSeconds: number;
  /**
   * One attempt. It may happen twice, when a process dies in the middle: whatever it does must bear that. A fault that
   * it throws is an attempt that failed.
   */
  attempt: (row: Claimed<Row>) => Promise<Result | AttemptResult>;
  /** How long to wait after a fault; a pure function of how often it was tried. */
  retryDelayMs: (attempts: number) => number;
  /** Leases what is to be begun, this many rows at most, and counts the attempt; unless given, whatever is due, oldest first. */
  claim?: (free: number) => Promise<Claimed<Row>[]>;
  /** Writes down what has ended since it was called last, all of it at once; unless given, when it is to be tried again. */
  finish?: (finished: Finished<Row, Result | AttemptResult>[]) => Promise<void>;
}

/**
 * Works off rows that have a next attempt: deliveries, mails, invoices. Each row is leased to one copy for the time of an
 * attempt, and counted before it begins, so that a process that dies leaves an attempt that is made again, never one that
 * is lost; the lease's epoch keeps a copy that was paused from writing over what another has done since.
 */
export class Worker<Row extends Work, Result extends AttemptResult = AttemptResult> {
  private readonly stopping = new Latch();
  private readonly woken = new Latch();
  private readonly underWay = new Set<Promise<void>>();
  private loop: Promise<void> | undefined;
  private finished: Finished<Row, Result | AttemptResult>[] = [];
  private writing: Promise<void> = Promise.resolve();
  private nextWriting: Promise<void> | undefined;

  constructor(
    private readonly database: Database,
    private readonly stalls: Stalls,
    private readonly settings: WorkerSettings<Row, Result>,
  ) {}

  start(): void {
    this.loop ??= this.keepWorking();
  }

  /** There may be something to do now. */
  wake(): void {
    this.woken.raise();
  }

  /** Begins nothing more, and waits for what is under way. */
  async stop(): Promise<void> {
    this.stopping.raise();
    this.woken.raise();
    await this.loop;
    await Promise.all(this.underWay);
  }

  private async keepWorking(): Promise<void> {
    const what = `worker of ${this.settings.table} in ${this.settings.scope}`;
    while (!this.stopping.raised) {
      this.woken.lower();
      try {
        const claimed = await this.claim();
        this.stalls.goOn(what);
        for (const row of claimed) this.begin(row);
        if (claimed.length > 0 && this.free > 0) continue;
      } catch (error) {
        this.stalls.stall(what, error);
      }
      await this.woken.within(pollMs);
    }
  }

  private get free(): number {
    return this.settings.concurrency - this.underWay.size;
  }

  private async claim(): Promise<Claimed<Row>[]> {
    if (this.free <= 0) return [];
    return this.settings.claim ? this.settings.claim(this.free) : this.claimOldest();
  }

  /** What is due and nobody's, oldest first; copies that claim at once get different rows. */
  private async claimOldest(): Promise<Claimed<Row>[]> {
    const { rows } = await this.database.pool(this.settings.scope).query<Claimed<Row>>(
      `update ${this.table} w
       set lease_until = now() + make_interval(secs => $1), lease_epoch = w.lease_epoch + 1, attempts = w.attempts + 1
       where w.id in (
         select id from ${this.table}
         where next_attempt_at <= now() and (lease_until is null or lease_until <= now())
         order by next_attempt_at limit $2 for update skip locked)
       returning w.*`,
      [this.settings.leaseSeconds, this.free],
    );
    return rows;
  }

  private begin(row: Claimed<Row>): void {
    const attempt = this.work(row).finally(() => {
      this.underWay.delete(attempt);
      this.woken.raise();
    });
    this.underWay.add(attempt);
  }

  private async work(row: Claimed<Row>): Promise<void> {
    const result = await this.settings
      .attempt(row)
      .catch((): AttemptResult => ({ done: false, retryAfterMs: this.settings.retryDelayMs(row.attempts) }));
    await this.finish({ row, result });
  }

  /** What ends while the writing before is under way is written together. */
  private finish(one: Finished<Row, Result | AttemptResult>): Promise<void> {
    this.finished.push(one);
    this.nextWriting ??= this.writing.then(() => {
      this.nextWriting = undefined;
      return (this.writing = this.write(this.finished.splice(0)));
    });
    return this.nextWriting;
  }

  /** Where this cannot be written, the leases run out and the attempts are made again. */
  private async write(finished: Finished<Row, Result | AttemptResult>[]): Promise<void> {
    try {
      await (this.settings.finish ? this.settings.finish(finished) : this.writeNextAttempts(finished));
    } catch (error) {
      this.stalls.stall(`worker of ${this.settings.table} in ${this.settings.scope}`, error);
    }
  }

  private async writeNextAttempts(finished: Finished<Row, AttemptResult>[]): Promise<void> {
    await this.database.pool(this.settings.scope).query(
      `update ${this.table} w set lease_until = null, next_attempt_at = now() + make_interval(secs => over.delay_seconds)
         from unnest($1::uuid[], $2::bigint[], $3::float8[]) as over (id, epoch, delay_seconds)
         where w.id = over.id and w.lease_epoch = over.epoch`,
      [
        finished.map(({ row }) => row.id),
        finished.map(({ row }) => row.lease_epoch),
        finished.map(({ result }) => (result.done ? null : result.retryAfterMs / 1_000)),
      ],
    );
  }

  private get table(): string {
    return `${this.database.service}.${this.settings.table}`;
  }
}
