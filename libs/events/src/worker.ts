import type { Scope } from '#libs/contracts';
import type { Database } from '#libs/database';
import { Latch } from './latch';
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

export interface WorkerSettings<Row extends Work> {
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
  attempt: (row: Row) => Promise<AttemptResult>;
  /** How long to wait after a fault; a pure function of how often it was tried. */
  retryDelayMs: (attempts: number) => number;
}

interface Claimed {
  lease_epoch: string;
}

/**
 * Works off rows that have a next attempt: deliveries, mails, invoices. Each row is leased to one copy for the time of an
 * attempt, and counted before it begins, so that a process that dies leaves an attempt that is made again, never one that
 * is lost; the lease's epoch keeps a copy that was paused from writing over what another has done since.
 */
export class Worker<Row extends Work> {
  private readonly stopping = new Latch();
  private readonly woken = new Latch();
  private readonly underWay = new Set<Promise<void>>();
  private loop: Promise<void> | undefined;

  constructor(
    private readonly database: Database,
    private readonly stalls: Stalls,
    private readonly settings: WorkerSettings<Row>,
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

  /** What is due and nobody's, oldest first; copies that claim at once get different rows. */
  private async claim(): Promise<(Row & Claimed)[]> {
    if (this.free <= 0) return [];
    const { rows } = await this.database.pool(this.settings.scope).query<Row & Claimed>(
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

  private begin(row: Row & Claimed): void {
    const attempt = this.work(row).finally(() => {
      this.underWay.delete(attempt);
      this.woken.raise();
    });
    this.underWay.add(attempt);
  }

  private async work(row: Row & Claimed): Promise<void> {
    const result = await this.settings
      .attempt(row)
      .catch((): AttemptResult => ({ done: false, retryAfterMs: this.settings.retryDelayMs(row.attempts) }));
    // Where this cannot be written, the lease runs out and the attempt is made again.
    await this.finish(row, result).catch((error: unknown) =>
      this.stalls.stall(`worker of ${this.settings.table} in ${this.settings.scope}`, error),
    );
  }

  private async finish({ id, lease_epoch: epoch }: Row & Claimed, result: AttemptResult): Promise<void> {
    const delaySeconds = result.done ? null : result.retryAfterMs / 1_000;
    await this.database.pool(this.settings.scope).query(
      `update ${this.table} set lease_until = null, next_attempt_at = now() + make_interval(secs => $3)
         where id = $1 and lease_epoch = $2`,
      [id, epoch, delaySeconds],
    );
  }

  private get table(): string {
    return `${this.database.service}.${this.settings.table}`;
  }
}
