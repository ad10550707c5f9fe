import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Clock } from '#libs/clock';
import { identity, subscriptions, type SubmissionId } from '#libs/contracts';
import { Database, recordAct, type Tx } from '#libs/database';
import { Stalls, Worker, type AttemptResult, type Work } from '#libs/events';
import { newTraceId, RpcClient } from '#libs/rpc';
import { reviewStep } from '../domain/review-step';
import { slipway } from '../domain/slipway';
import { ReviewClock } from '../storage/entities';
import { noteDue, noteReminded, stopClock, workingDayAfter } from '../storage/review-clocks.repository';
import { getSubmission, type UnderReview } from '../storage/submissions.repository';
import { lockAnyEvenCancelled } from '../storage/subscriptions.repository';
import { aggregateOf, submissionEventData } from '../views/subscription.event-data';
import { recipientsOf } from './review-recipients';

const retryDelayMs = (attempts: number): number => Math.min(1_000 * 2 ** attempts, 3_600_000);

/**
 * B48: finds out when what was submitted is due, reminds of it as that day begins, and tells the admins when it is over;
 * each once, whichever copy is there.
 */
@Injectable()
export class ReviewClocks implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly worker: Worker<Work>;

  constructor(
    private readonly database: Database,
    private readonly rpc: RpcClient,
    private readonly clock: Clock,
    stalls: Stalls,
  ) {
    this.worker = new Worker(database, stalls, {
      table: 'review_clocks',
      scope: 'shared',
      concurrency: 2,
      leaseSeconds: 60,
      attempt: ({ id }) => this.attempt(id as SubmissionId),
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

  private async attempt(id: SubmissionId): Promise<AttemptResult> {
    const traceId = newTraceId();
    const { dueAt } = await this.database.reading('shared', (manager) => getSubmission(manager, id));
    // Called before the transaction, as everywhere.
    const calendar = dueAt ? null : await this.calendar(traceId);
    return this.database.transaction('shared', traceId, async (tx) => {
      const clock = await this.lockRunning(tx, id);
      if (!clock) return this.stop(tx, id);
      if (calendar) return this.findOutWhenDue(tx, clock, calendar);
      return this.takeStep(tx, clock, traceId);
    });
  }

  private async calendar(traceId: string): Promise<identity.ProviderCalendar> {
    const provider = await this.rpc.call(identity.getProvider, 'shared', {}, this.rpc.systemContext(traceId));
    return provider.calendar;
  }

  /** Whoever decides at this moment waits for the same lock; the one that comes second finds what the first has done. */
  private async lockRunning({ manager }: Tx, id: SubmissionId): Promise<RunningClock | null> {
    const { subscriptionId } = await getSubmission(manager, id);
    const withPlan = await lockAnyEvenCancelled(manager, subscriptionId);
    const submission = await getSubmission(manager, id);
    const clock = await manager.findOneBy(ReviewClock, { id });
    return clock && submission.state === 'pending' ? { clock, review: { submission, withPlan } } : null;
  }

  private async findOutWhenDue(
    tx: Tx,
    { clock, review: { submission } }: RunningClock,
    calendar: identity.ProviderCalendar,
  ): Promise<AttemptResult> {
    const dueDay = await workingDayAfter(tx.manager, submission.submittedAt, clock.workingDays, calendar);
    await noteDue(tx, submission.id, dueDay);
    return this.againAt(dueDay.begins);
  }

  private async takeStep(tx: Tx, { clock, review }: RunningClock, traceId: string): Promise<AttemptResult> {
    const { dueAt } = review.submission;
    if (!dueAt) throw new Error(`nobody has found out when submission ${clock.id} is due`);
    const step = reviewStep(dueAt, clock.remindedAt !== null, tx.now);
    if (step !== 'nothing_yet') await this.say(tx, step, review, dueAt, traceId);
    if (step === 'overdue') return this.stop(tx, clock.id);
    return this.againAt(dueAt);
  }

  private againAt = (at: Date): AttemptResult => ({
    done: false,
    retryAfterMs: Math.max(0, at.getTime() - this.clock.now()),
  });

  private async say(tx: Tx, step: 'due' | 'overdue', review: UnderReview, dueAt: Date, traceId: string): Promise<void> {
    const { submission, withPlan } = review;
    const { staffIds, roles } = await recipientsOf(tx.manager, review);
    const event = step === 'due' ? subscriptions.reviewDue : subscriptions.reviewOverdue;
    await tx.publishEvent(event, aggregateOf(withPlan), {
      ...submissionEventData(withPlan, submission, slipway),
      staffIds,
      roles: step === 'due' ? roles : [...new Set([...roles, 'admin' as const])],
      dueAt: dueAt.toISOString(),
    });
    if (step === 'due') await noteReminded(tx, submission.id);
    const { id: subscriptionId, partnerId } = withPlan.subscription;
    const targets = { partnerId, subscriptionId, submissionId: submission.id };
    const by = { kind: 'system', id: null } as const;
    await recordAct(tx, { by, action: `subscriptions.say-review-${step}`, targets, traceId });
  }

  private async stop(tx: Tx, id: SubmissionId): Promise<AttemptResult> {
    await stopClock(tx, id);
    return { done: true };
  }
}

interface RunningClock {
  clock: ReviewClock;
  review: UnderReview;
}
