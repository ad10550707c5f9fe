import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Clock } from '#libs/clock';
import type { PlanId, subscriptions } from '#libs/contracts';
import { invalid, SlipwayError, type FieldFault } from '#libs/errors';
import { LOGGER, type Logger } from '#libs/observability';
import { FairPool, type Turn } from '#libs/turns';
import { SubscriptionsConfig } from '../config';
import { CheckThread, TaskEnded } from './check-thread';
import type { FormResult } from './form-tasks';

const waitingOfOneMax = 4;
/** Compiling a form costs more than checking answers, and once per thread; on a busy machine longer than when it was saved. */
const judgingTimes = 2;
const preparingTimes = 4;
/** How many forms are remembered that take too much; one that is forgotten is found out again. */
const costlyFormsMax = 1_000;
/** Of 19. Whoever attacks with such a form keeps a core busy that others could use: it has a tenth of what they have. */
const costlyNiceness = 10;
/** How long whoever sent answers that took too much waits before the next are looked at: twice as long each time. */
const firstWaitMs = 2_000;
const waitMsMax = 60_000;
/** After so long without any it begins anew. */
const forgottenAfterMs = 600_000;
const waitingMax = 10_000;

interface Check {
  /** Which form, in which version. */
  form: string;
  steps: subscriptions.FormStep[];
  answers: subscriptions.FormAnswers;
}

/**
 * Checks forms and the answers to them, in threads of their own: somebody else wrote the form, and somebody else the
 * answers, and whatever they are this process goes on. Call it outside a transaction; nothing may wait for it there.
 */
@Injectable()
export class FormChecks implements BeforeApplicationShutdown {
  private readonly threads: CheckThread[];
  /** Partner after partner. */
  private readonly pool: FairPool<CheckThread>;
  /** A form by which somebody's check went beyond its bounds is checked here from then on: those of others do not wait for it. */
  private readonly costlyPool: FairPool<CheckThread>;
  private readonly costlyForms = new LRUCache<string, true>({ max: costlyFormsMax });
  private readonly waits = new LRUCache<string, { until: number; waitMs: number }>({ max: waitingMax });
  private readonly timeMsMax: number;

  constructor(
    @Inject(SubscriptionsConfig) config: SubscriptionsConfig,
    private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.timeMsMax = config.SLIPWAY_FORM_CHECK_MS;
    const memoryMb = config.SLIPWAY_FORM_CHECK_MEMORY_MB;
    const threads = Array.from({ length: config.SLIPWAY_FORM_CHECK_THREADS }, () => new CheckThread(clock, memoryMb));
    const threadOfCostly = new CheckThread(clock, memoryMb, costlyNiceness);
    this.threads = [...threads, threadOfCostly];
    const bounds = { waitingMax: config.SLIPWAY_FORM_CHECK_QUEUE, waitingOfOneMax };
    this.pool = new FairPool(threads, bounds, clock);
    this.costlyPool = new FairPool([threadOfCostly], bounds, clock);
  }

  /** @param pointer where the steps stand in the request @throws invalid_request, unavailable */
  async requireUsable(steps: subscriptions.FormStep[], pointer: string, turn: Turn): Promise<void> {
    const faults = await this.pool.run(turn, async (thread) => {
      const judged = await endedOr(thread.run({ kind: 'judge', steps, pointer }, judgingTimes * this.timeMsMax));
      return 'faults' in judged ? judged.faults : [{ pointer, detail: 'This form takes too much to be checked.' }];
    });
    if (faults.length > 0) throw invalid(faults);
  }

  /**
   * To be called before anything is done for the answers: they may be large, and sent as fast as they are refused.
   *
   * @param of who sends them: a partner, whatever the form
   * @throws subscriptions.answers_too_costly while they have to wait, since others took too much
   */
  requireAllowed(of: string): void {
    const seconds = Math.ceil(((this.waits.get(of)?.until ?? 0) - this.clock.monotonic()) / 1_000);
    if (seconds <= 0) return;
    throw new SlipwayError(
      'subscriptions.answers_too_costly',
      'The last answers took too much to be checked. Wait before you send others, or send shorter ones then.',
      { retryAfterSeconds: seconds },
    );
  }

  /**
   * What is wrong with the answers; also when they, or the form, cannot be checked within the bounds.
   *
   * @throws unavailable, subscriptions.answers_too_costly
   */
  async faultsOf(
    planId: PlanId,
    { version, steps }: subscriptions.Form,
    answers: subscriptions.FormAnswers,
    turn: Turn,
  ): Promise<FieldFault[]> {
    const form = `${planId}/${version}`;
    const check = (thread: CheckThread) => {
      // Of those that came at once, the first may have taken too much.
      this.requireAllowed(turn.of);
      return this.checkWithin(thread, turn.of, { form, steps, answers });
    };
    if (!this.costlyForms.has(form)) {
      // It may have been found out while this one waited.
      const faults = await this.pool.run(turn, async (thread) =>
        this.costlyForms.has(form) ? 'costly' : check(thread),
      );
      if (faults !== 'costly') return faults;
    }
    return this.costlyPool.run(turn, check);
  }

  /**
   * Before the connections drain: whoever waits is still told. What runs is ended, what waits refused as its turn comes:
   * nothing of it has begun to change anything.
   */
  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.threads.map((thread) => thread.close()));
  }

  private async checkWithin(thread: CheckThread, of: string, check: Check): Promise<FieldFault[]> {
    const { isUsed } = thread;
    let result = await endedOr(this.check(thread, check));
    // What earlier checks have left in its memory is not these answers' fault.
    if (isUsed && 'ended' in result && result.ended.isOutOfMemory) result = await endedOr(this.check(thread, check));
    if ('faults' in result) return result.faults;
    const { form } = check;
    if ('ended' in result) {
      this.costlyForms.set(form, true);
      this.makeWait(of);
    }
    this.logger.warn({ form, why: 'ended' in result ? result.ended.message : result }, 'answers could not be checked');
    return [{ pointer: '/answers', detail: 'These answers could not be checked against the form.' }];
  }

  private makeWait(of: string): void {
    const last = this.waits.get(of);
    const now = this.clock.monotonic();
    const isAgain = last !== undefined && now < last.until + forgottenAfterMs;
    const waitMs = isAgain ? Math.min(2 * last.waitMs, waitMsMax) : firstWaitMs;
    this.waits.set(of, { waitMs, until: now + waitMs });
  }

  private async check(thread: CheckThread, { form, steps, answers }: Check): Promise<FormResult> {
    const task = { kind: 'check', form, answers } as const;
    const result = await thread.run(task, this.timeMsMax);
    if (!('unprepared' in result)) return result;
    const prepared = await thread.run({ kind: 'prepare', form, steps }, preparingTimes * this.timeMsMax);
    return 'failed' in prepared ? prepared : thread.run(task, this.timeMsMax);
  }
}

/** @throws whatever is not the task's fault */
const endedOr = (result: Promise<FormResult>): Promise<FormResult | { ended: TaskEnded }> =>
  result.catch((error: unknown) => {
    if (error instanceof TaskEnded) return { ended: error };
    throw error;
  });
