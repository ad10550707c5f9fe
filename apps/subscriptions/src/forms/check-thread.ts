import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { Clock } from '#libs/clock';
import { unavailable } from '#libs/errors';
import type { FormResult, FormTask } from './form-tasks';
import type { Ready } from './in-thread';

/** Node runs what is built, in a thread as in the process; Jest, which reads the sources, too. */
const program = require.resolve('#built/apps/subscriptions/src/forms/in-thread.js');
const startMsMax = 10_000;
/** How much longer than its time a task may take where the machine does not let it run: it is not its fault. */
const heldUpTimesMax = 4;

/** A task that took too long, too much memory, or its thread with it. */
export class TaskEnded extends Error {
  constructor(
    readonly isOutOfMemory: boolean,
    cause: unknown,
  ) {
    super(isOutOfMemory ? 'out of memory' : 'out of time', { cause });
  }
}

/**
 * One thread, one task at a time. A task that goes beyond its bounds ends it; the next one starts another. Not of a pool
 * library: those count the time that a task waits for its turn as its own.
 */
export class CheckThread {
  private worker: Worker | undefined;
  /** By the number that the operating system knows it by; none where there is no way to tell what it used. */
  private threadId: number | undefined;
  private limit: AbortController | undefined;
  private tasks = 0;
  private isClosed = false;

  /** @param niceness the thread's own, where threads have one: on Linux */
  constructor(
    private readonly clock: Clock,
    private readonly memoryMbMax: number,
    private readonly niceness = 0,
  ) {}

  /** Whether its memory holds what earlier tasks have left there. */
  get isUsed(): boolean {
    return this.tasks > 0;
  }

  /**
   * @param timeMsMax of a core's time; where the operating system does not tell it, of time
   * @throws TaskEnded, unavailable
   */
  async run(task: FormTask, timeMsMax: number): Promise<FormResult> {
    const worker = await this.started();
    this.tasks += 1;
    const result = this.next(worker, timeMsMax, heldUpTimesMax * timeMsMax);
    worker.postMessage(task);
    try {
      return (await result) as FormResult;
    } catch (error) {
      await this.end();
      if (this.isClosed) throw unavailable(error);
      throw new TaskEnded((error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY', error);
    }
  }

  /** For good. */
  async close(): Promise<void> {
    this.isClosed = true;
    this.limit?.abort();
    await this.end();
  }

  private async end(): Promise<void> {
    await this.worker?.terminate();
  }

  private async started(): Promise<Worker> {
    if (this.isClosed) throw unavailable(new Error('the service is stopping'));
    if (this.worker) return this.worker;
    const worker = new Worker(program, {
      // Nothing of the environment, where the service's key is.
      env: {},
      workerData: { niceness: this.niceness },
      resourceLimits: { maxOldGenerationSizeMb: this.memoryMbMax, maxYoungGenerationSizeMb: 16 },
    });
    this.worker = worker;
    // Whoever waits learns it from `next`; one that falls while nobody waits is only to be forgotten.
    worker.on('error', () => undefined);
    worker.once('exit', () => {
      this.worker = undefined;
      this.threadId = undefined;
      this.tasks = 0;
    });
    try {
      const { threadId } = (await this.next(worker, startMsMax, startMsMax)) as Ready;
      this.threadId = threadId;
      return worker;
    } catch (error) {
      await this.end();
      throw unavailable(error);
    }
  }

  /** The next message, unless the thread falls, or is given up, before. */
  private async next(worker: Worker, timeMsMax: number, heldUpMsMax: number): Promise<unknown> {
    const limit = new AbortController();
    this.limit = limit;
    const usedBefore = this.usedMs();
    const endsAt = this.clock.monotonic() + heldUpMsMax;
    let timer: NodeJS.Timeout | undefined;
    const end = () => {
      if (limit.signal.aborted) return;
      const leftMs = Math.min(timeMsMax - (this.usedMs() - usedBefore), endsAt - this.clock.monotonic());
      if (leftMs > 1) wait(leftMs);
      else limit.abort();
    };
    // Where it is this process that had no time, a message that has come already is read before the timer counts.
    const wait = (ms: number) => (timer = setTimeout(() => setImmediate(end), ms));
    wait(timeMsMax);
    try {
      const [message] = (await once(worker, 'message', { signal: limit.signal })) as unknown[];
      return message;
    } finally {
      clearTimeout(timer);
      limit.abort();
    }
  }

  /** What the thread has had of a core so far, or else the time. */
  private usedMs(): number {
    if (this.threadId !== undefined)
      try {
        const [nanoseconds] = readFileSync(`/proc/self/task/${this.threadId}/schedstat`, 'utf8').split(' ');
        return Number(nanoseconds) / 1_000_000;
      } catch {
        // A kernel that does not count it, or a thread that has just fallen.
      }
    return this.clock.monotonic();
  }
}
