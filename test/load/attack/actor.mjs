// A process of its own for each who has a part in the attack: no part waits while another is busy.
import { fork } from 'node:child_process';

/** @typedef {{ id: number, name: string, given: unknown }} Command */
/** @typedef {{ id: number, result?: unknown, error?: string }} Outcome */

/** Seen from whoever started it. */
export class Actor {
  #child;
  #next = 1;
  /** @type {Map<number, { done: (result: unknown) => void, fail: (error: Error) => void }>} */
  #waiting = new Map();

  /** @param {string} file beside this one */
  constructor(file) {
    this.#child = fork(new URL(file, import.meta.url), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    this.#child.on('message', (message) => this.#settle(/** @type {Outcome} */ (message)));
    this.#child.on('exit', (code) => this.#failAll(new Error(`${file} has ended: ${code}`)));
  }

  /**
   * @template Result
   * @param {string} name
   * @param {unknown} [given]
   * @returns {Promise<Result>}
   */
  run(name, given) {
    const id = this.#next++;
    this.#child.send({ id, name, given });
    return new Promise((done, fail) =>
      this.#waiting.set(id, { done: /** @type {(result: unknown) => void} */ (done), fail }),
    );
  }

  stop() {
    this.#child.kill();
  }

  /** @param {Outcome} outcome */
  #settle({ id, result, error }) {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error === undefined) waiting?.done(result);
    else waiting?.fail(new Error(error));
  }

  /** @param {Error} error */
  #failAll(error) {
    for (const { fail } of this.#waiting.values()) fail(error);
    this.#waiting.clear();
  }
}

/**
 * Seen from itself. It ends with whoever started it.
 * @param {Record<string, (given: any) => unknown>} commands
 */
export function actUpon(commands) {
  process.on('disconnect', () => process.exit());
  process.on('message', (message) => void carryOut(commands, /** @type {Command} */ (message)));
}

/** @param {Parameters<typeof actUpon>[0]} commands @param {Command} command */
async function carryOut(commands, { id, name, given }) {
  try {
    process.send?.({ id, result: (await commands[name]?.(given)) ?? null });
  } catch (error) {
    process.send?.({ id, error: error instanceof Error ? error.stack : String(error) });
  }
}
