import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Clock } from '#libs/clock';
import { subscriptions, type SubscriptionId } from '#libs/contracts';
import { Database, recordAct, type Tx } from '#libs/database';
import { Stalls, Worker, type AttemptResult, type Work } from '#libs/events';
import { newTraceId } from '#libs/rpc';
import { slipway } from '../domain/slipway';
import { Cancellation } from '../storage/entities';
import { lockAnyEvenCancelled } from '../storage/subscriptions.repository';
import { advance } from '../storage/transitions.repository';
import { aggregateOf, subscriptionEventData } from '../views/subscription.event-data';

const retryDelayMs = (attempts: number): number => Math.min(1_000 * 2 ** attempts, 3_600_000);

/** Ends a cancelled subscription when the time to restore it is over: its keys end with it. */
@Injectable()
export class EndingCancelled implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly worker: Worker<Work>;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    stalls: Stalls,
  ) {
    this.worker = new Worker(database, stalls, {
      table: 'cancellations',
      scope: 'shared',
      concurrency: 2,
      leaseSeconds: 60,
      attempt: ({ id }) => this.attempt(id as SubscriptionId),
      retryDelayMs,
    });
  }

  onApplicationBootstrap(): void {
    this.worker.start();
  }

  /** Before the database is closed. */
  beforeApplicationShutdown(): Promise<void> {
    return this.worker.stop();
  }

  private attempt(id: SubscriptionId): Promise<AttemptResult> {
    const traceId = newTraceId();
    return this.database.transaction('shared', traceId, (tx) => this.end(tx, id, traceId));
  }

  /** Whoever restores it at this moment waits for the same lock; the one that comes second finds what the first has done. */
  private async end(tx: Tx, id: SubscriptionId, traceId: string): Promise<AttemptResult> {
    const withPlan = await lockAnyEvenCancelled(tx.manager, id);
    const { cancelledAt, restorableUntil, phase, partnerId } = withPlan.subscription;
    if (!cancelledAt || !restorableUntil) return { done: true };
    const leftMs = restorableUntil.getTime() - this.clock.now();
    if (leftMs > 0) return { done: false, retryAfterMs: leftMs };
    const ended = await advance(tx, withPlan, { action: 'ended', to: phase, by: slipway }, { restorableUntil: null });
    await tx.manager.delete(Cancellation, { id });
    await tx.publishEvent(subscriptions.subscriptionEnded, aggregateOf(ended), subscriptionEventData(ended, slipway));
    const targets = { partnerId, subscriptionId: id };
    await recordAct(tx, { by: { kind: 'system', id: null }, action: 'subscriptions.end-cancelled', targets, traceId });
    return { done: true };
  }
}
