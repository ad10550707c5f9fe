import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { unavailable } from '#libs/errors';
import type { Argon2Result, Argon2Task } from './argon2-tasks';

/** Node runs what is built, in a thread as in the process; Jest, which reads the sources, too. */
const program = require.resolve('#built/apps/identity/src/secrets/in-thread.js');

/** One thread, one task at a time: whoever has it from the pool. */
export class PasswordThread {
  private worker: Worker | undefined;
  private isClosed = false;

  /** @param niceness the thread's own, where threads have one: on Linux */
  constructor(private readonly niceness: number) {}

  async hash(password: string): Promise<string> {
    const result = await this.run({ kind: 'hash', password });
    if ('hash' in result) return result.hash;
    throw new Error('no hash', { cause: result });
  }

  async matches(password: string, passwordHash: string): Promise<boolean> {
    const result = await this.run({ kind: 'compare', password, passwordHash });
    if ('matches' in result) return result.matches;
    // What is no hash of Argon2 is nobody's password.
    return false;
  }

  /** For good. */
  async close(): Promise<void> {
    this.isClosed = true;
    await this.worker?.terminate();
  }

  private async run(task: Argon2Task): Promise<Argon2Result> {
    if (this.isClosed) throw unavailable(new Error('the service is stopping'));
    const worker = this.started();
    const ended = new AbortController();
    const end = (): void => ended.abort();
    worker.once('exit', end);
    worker.postMessage(task);
    try {
      const [result] = (await once(worker, 'message', { signal: ended.signal })) as [Argon2Result];
      return result;
    } catch (error) {
      throw unavailable(error);
    } finally {
      worker.off('exit', end);
    }
  }

  private started(): Worker {
    if (this.worker) return this.worker;
    // Nothing of the environment, where the service's key is.
    const worker = new Worker(program, { env: {}, workerData: { niceness: this.niceness } });
    this.worker = worker;
    // Whoever waits learns it from `run`; one that falls while nobody waits is only to be forgotten.
    worker.on('error', () => undefined);
    worker.once('exit', () => (this.worker = undefined));
    return worker;
  }
}
