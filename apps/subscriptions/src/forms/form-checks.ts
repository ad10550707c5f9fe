import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Clock } from '#libs/clock';
import type { PlanId, subscriptions } from '#libs/contracts';
import { invalid, type FieldFault } from '#libs/errors';
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
  private readonly timeMsMax: number;

  constructor(
    @Inject(SubscriptionsConfig) config: SubscriptionsConfig,
    clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.timeMsMax = config.SLIPWAY_FORM_CHECK_MS;
    const memoryMb = config.SLIPWAY_FORM_CHECK_MEMORY_MB;
    const threads = Array.from({ length: config.SLIPWAY_FORM_CHECK_THREADS }, () => new CheckThread(memoryMb));
    const threadOfCostly = new CheckThread(memoryMb, costlyNiceness);
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

  /** What is wrong with the answers; also when they, or the form, cannot be checked within the bounds. @throws unavailable */
  async faultsOf(
    planId: PlanId,
    { version, steps }: subscriptions.Form,
    answers: subscriptions.FormAnswers,
    turn: Turn,
  ): Promise<FieldFault[]> {
    const form = `${planId}/${version}`;
    const check = (thread: CheckThread) => this.checkWithin(thread, form, steps, answers);
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

  private async checkWithin(
    thread: CheckThread,
    form: string,
    steps: subscriptions.FormStep[],
    answers: subscriptions.FormAnswers,
  ): Promise<FieldFault[]> {
    const { isUsed } = thread;
    let result = await endedOr(this.check(thread, form, steps, answers));
    // What earlier checks have left in its memory is not these answers' fault.
    if (isUsed && 'ended' in result && result.ended.isOutOfMemory)
      result = await endedOr(this.check(thread, form, steps, answers));
    if ('faults' in result) return result.faults;
    if ('ended' in result) this.costlyForms.set(form, true);
    this.logger.warn({ form, why: 'ended' in result ? result.ended.message : result }, 'answers could not be checked');
    return [{ pointer: '/answers', detail: 'These answers could not be checked against the form.' }];
  }

  private async check(
    thread: CheckThread,
    form: string,
    steps: subscriptions.FormStep[],
    answers: subscriptions.FormAnswers,
  ): Promise<FormResult> {
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
