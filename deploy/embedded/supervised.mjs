// A child process that is started again when it dies.
import { closeSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { ClearError, messageOf, orAborted, pause } from './basics.mjs';
import { endOfLog, logPath, openLog, pidPath, signalGroup, signalProcess } from './processes.mjs';

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 5_000;
const STEADY_MS = 30_000;

/** @typedef {import('./processes.mjs').StopStep} StopStep */
/** @typedef {import('node:child_process').ChildProcess} ChildProcess */
/** @typedef {['ignore', number, number]} ChildStdio */

export class Supervised {
  /** @type {ChildProcess | undefined} */
  #child;
  /** @type {Promise<void>} */
  #loop = Promise.resolve();
  #wanted = false;
  #rest = new AbortController();
  #hurry = new AbortController();

  /** Whether the present process has passed `becomeReady`. */
  isReady = false;
  /** How many processes have ended in a row without being asked to and before they were steady. */
  failures = 0;
  isMisconfigured = false;

  /**
   * @param {object} options
   * @param {string} options.name names the pid file and the log
   * @param {string} options.dataDir
   * @param {(stdio: ChildStdio) => ChildProcess} options.launch must spawn detached
   * @param {() => Promise<void>} [options.clearAway] before each start and after the stop: whatever an earlier process left
   * @param {(pid: number, signal: AbortSignal) => Promise<void>} [options.becomeReady] after each start
   * @param {() => number[]} [options.members] processes of the child that are not in its process group
   * @param {StopStep[]} options.stopSteps
   * @param {(line: string) => void} options.log
   */
  constructor(options) {
    this.options = options;
    this.name = options.name;
  }

  get pid() {
    return this.#child?.pid;
  }

  start() {
    if (this.#wanted) return;
    this.#wanted = true;
    this.#rest = new AbortController();
    this.failures = 0;
    // The loop before may still be ending.
    this.#loop = this.#loop.then(() => this.#keepRunning());
  }

  /**
   * Waits until the child is ready; gives up when it has died `attempts` times in a row.
   * @param {{ signal?: AbortSignal, attempts?: number }} [options]
   */
  async whenReady({ signal, attempts = 8 } = {}) {
    while (!this.isReady) {
      if (!this.#wanted) throw new Error(`${this.name} is stopped.`);
      if (this.failures >= attempts) throw this.#gaveUp();
      await pause(25, signal);
    }
  }

  #gaveUp() {
    const log = logPath(this.options.dataDir, this.name);
    return new ClearError(`${this.name} does not start; its log is ${log} and ends so:`, endOfLog(log));
  }

  /** Signals the process itself, not its group, as `kill` in a shell does. @param {NodeJS.Signals} signal */
  kill(signal) {
    // Of Postgres, a pause of the server alone would not pause the processes that serve its connections.
    const isPause = signal === 'SIGSTOP' || signal === 'SIGCONT';
    if (isPause) this.options.members?.().forEach((pid) => signalProcess(pid, signal));
    return this.pid !== undefined && signalProcess(this.pid, signal);
  }

  /** For the moment in which our own process ends without having stopped its children. */
  abandon() {
    const last = this.options.stopSteps.at(-1);
    if (this.pid && last) signalGroup(this.pid, last.signal);
  }

  /** A stop that is under way, or comes later, skips its patient first step. */
  hasten() {
    this.#hurry.abort();
  }

  /** Stops the child for good (until `start`) and returns when its process has gone. */
  async stop() {
    this.#wanted = false;
    this.#rest.abort();
    for (const pid of this.options.members?.() ?? []) signalProcess(pid, 'SIGCONT'); // the child would wait for a paused one
    for (const [index, step] of this.options.stopSteps.entries()) {
      const isPatient = index === 0 && this.options.stopSteps.length > 1;
      if (!this.#child || (isPatient && this.#hurry.signal.aborted)) continue;
      await this.#endBy(step, isPatient ? this.#hurry.signal : undefined);
    }
    await this.#loop;
    await this.options.clearAway?.();
  }

  /** @param {StopStep} step @param {AbortSignal} [hurry] */
  async #endBy({ signal, graceMs }, hurry) {
    const child = this.#child;
    if (!child?.pid) return;
    signalGroup(child.pid, signal);
    signalGroup(child.pid, 'SIGCONT'); // a paused process hears nothing else
    const deadline = Date.now() + graceMs;
    while (this.#child === child && Date.now() < deadline && !hurry?.aborted) await pause(20);
  }

  async #keepRunning() {
    let pauseMs = FIRST_PAUSE_MS;
    let saidEvery = false;
    while (this.#wanted) {
      const startedAt = Date.now();
      const end = await this.#runOnce().catch(messageOf);
      if (!this.#wanted) return;
      // EX_CONFIG: its settings are at fault, and trying again would change nothing.
      this.isMisconfigured = end === 'exit code 78';
      const wasSteady = Date.now() - startedAt >= STEADY_MS;
      if (wasSteady) [pauseMs, saidEvery] = [FIRST_PAUSE_MS, false];
      this.failures = wasSteady ? 1 : this.failures + 1;
      const again = pauseMs < LONGEST_PAUSE_MS ? `in ${pauseMs / 1000} s` : `every ${pauseMs / 1000} s from now on`;
      if (!saidEvery) this.options.log(`${this.name} ended (${end}); it is started again ${again}`);
      saidEvery = pauseMs === LONGEST_PAUSE_MS;
      await pause(pauseMs, this.#rest.signal).catch(() => {});
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    }
  }

  /** One life of the process; resolves to how it ended. */
  async #runOnce() {
    await this.options.clearAway?.();
    if (!this.#wanted) return 'not wanted';
    const child = this.#spawn();
    const ended = new AbortController();
    /** @type {Promise<string>} */
    const end = new Promise((resolve) => {
      child.once('error', (error) => resolve(messageOf(error)));
      child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
    });
    void end.then(() => ended.abort(new Error('The process has ended.')));
    void this.#becomeReady(child, ended.signal);
    const how = await end;
    this.#child = undefined;
    this.isReady = false;
    this.#removePidFile(child.pid);
    return how;
  }

  #spawn() {
    const descriptor = openLog(this.options.dataDir, this.name);
    try {
      const child = this.options.launch(['ignore', descriptor, descriptor]);
      this.#child = child;
      if (child.pid) writeFileSync(pidPath(this.options.dataDir, this.name), `${child.pid}\n`, { mode: 0o600 });
      return child;
    } finally {
      closeSync(descriptor);
    }
  }

  /**
   * Tries for as long as this process lives: what readiness depends on may be away for a while.
   * @param {ChildProcess} child
   * @param {AbortSignal} ended
   */
  async #becomeReady(child, ended) {
    let lastProblem = '';
    while (!ended.aborted) {
      try {
        if (child.pid) await orAborted(this.options.becomeReady?.(child.pid, ended) ?? Promise.resolve(), ended);
        this.isReady = !ended.aborted;
        return;
      } catch (error) {
        if (ended.aborted) return;
        if (messageOf(error) !== lastProblem) this.options.log(`${this.name} is not ready yet: ${messageOf(error)}`);
        lastProblem = messageOf(error);
        await pause(500, ended).catch(() => {});
      }
    }
  }

  /** @param {number | undefined} pid */
  #removePidFile(pid) {
    const file = pidPath(this.options.dataDir, this.name);
    try {
      if (readFileSync(file, 'utf8').trim() === String(pid)) rmSync(file);
    } catch {
      // gone already, with the data folder perhaps
    }
  }
}
