import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { unavailable } from '#libs/errors';
import type { FormResult, FormTask } from './form-tasks';

/** Node runs what is built, in a thread as in the process; Jest, which reads the sources, too. */
const program = require.resolve('#built/apps/subscriptions/src/forms/in-thread.js');
const startMsMax = 10_000;

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
  private limit: AbortController | undefined;
  private tasks = 0;
  private isClosed = false;

  /** @param niceness the thread's own, where threads have one: on Linux */
  constructor(
    private readonly memoryMbMax: number,
    private readonly niceness = 0,
  ) {}

  /** Whether its memory holds what earlier tasks have left there. */
  get isUsed(): boolean {
    return this.tasks > 0;
  }

  /** @throws TaskEnded, unavailable */
  async run(task: FormTask, timeMsMax: number): Promise<FormResult> {
    const worker = await this.started();
    this.tasks += 1;
    const result = this.next(worker, timeMsMax);
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
      this.tasks = 0;
    });
    try {
      await this.next(worker, startMsMax);
      return worker;
    } catch (error) {
      await this.end();
      throw unavailable(error);
    }
  }

  /** The next message, unless the thread falls, or is given up, before. */
  private async next(worker: Worker, timeMsMax: number): Promise<unknown> {
    const limit = new AbortController();
    this.limit = limit;
    // Where it is this process that had no time, a message that has come already is read before the timer counts.
    const timer = setTimeout(() => setImmediate(() => limit.abort()), timeMsMax);
    try {
      const [message] = (await once(worker, 'message', { signal: limit.signal })) as unknown[];
      return message;
    } finally {
      clearTimeout(timer);
    }
  }
}
