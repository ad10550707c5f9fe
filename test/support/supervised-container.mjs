// A container in the place of a child process (deploy/embedded/supervised.mjs): the same methods, and it too comes back
// when it dies. Each life is a container of its own, as a process would be; what must outlive it lies in mounted folders.
import { createWriteStream } from 'node:fs';
import { GenericContainer, getContainerRuntimeClient, Wait } from 'testcontainers';
import { ClearError, messageOf, orAborted, pause } from '../../deploy/embedded/basics.mjs';
import { endOfLog, logPath } from '../../deploy/embedded/processes.mjs';

const PAUSE_MS = 200;
const START_MS = 60_000;
const PATIENCE_SECONDS = 15;

/** Reachable from this machine alone, as the embedded servers are; Testcontainers itself would open the port to everybody. */
class LoopbackContainer extends GenericContainer {
  /** @override */
  async beforeContainerCreated() {
    /** @type {Record<string, { HostIp?: string }[]>} */
    const ports = this.hostConfig.PortBindings ?? {};
    for (const binding of Object.values(ports).flat()) binding.HostIp = '127.0.0.1';
  }
}

/** @typedef {{ handle: import('dockerode').Container, pid: number, remove: () => Promise<unknown> }} Life */

export class SupervisedContainer {
  /** @type {Life | undefined} */
  #life;
  /** @type {Promise<void>} */
  #loop = Promise.resolve();
  #wanted = false;
  #rest = new AbortController();
  #patienceSeconds = PATIENCE_SECONDS;

  /** Whether the present container has passed `becomeReady`. */
  isReady = false;
  /** How many containers in a row could not be started or ended before they were ready. */
  failures = 0;
  isMisconfigured = false;

  /**
   * @param {object} options
   * @param {string} options.name names the log
   * @param {string} options.dataDir
   * @param {string} options.image
   * @param {(container: GenericContainer) => GenericContainer} options.describe what this container needs beside its image
   * @param {RegExp} options.started what the server logs when it has started
   * @param {(signal: AbortSignal) => Promise<void>} options.becomeReady after each start
   * @param {(line: string) => void} options.log
   */
  constructor(options) {
    this.options = options;
    this.name = options.name;
  }

  /** Of the container's first process, as the machine of the engine knows it. */
  get pid() {
    return this.#life?.pid;
  }

  start() {
    if (this.#wanted) return;
    this.#wanted = true;
    this.#rest = new AbortController();
    this.failures = 0;
    // The loop before may still be ending.
    this.#loop = this.#loop.then(() => this.#keepRunning());
  }

  /** @param {{ signal?: AbortSignal, attempts?: number }} [options] */
  async whenReady({ signal, attempts = 3 } = {}) {
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

  /** A pause freezes every process of the container, as it does every process of the embedded server. @param {NodeJS.Signals} signal */
  async kill(signal) {
    const container = this.#life?.handle;
    if (!container) return false;
    if (signal === 'SIGSTOP') await container.pause();
    else if (signal === 'SIGCONT') await container.unpause();
    else await container.kill({ signal });
    return true;
  }

  /** Nothing can be awaited in the moment in which our own process ends; Testcontainers' reaper removes what is left. */
  abandon() {
    this.#wanted = false;
  }

  /** A stop that comes later is given one second. */
  hasten() {
    this.#patienceSeconds = 1;
  }

  /** Stops the container for good (until `start`) and returns when it has gone. */
  async stop() {
    this.#wanted = false;
    this.#rest.abort(new Error('It is being stopped.'));
    await this.#endLife();
    await this.#loop;
  }

  async #endLife() {
    const container = this.#life?.handle;
    if (!container) return;
    await container.unpause().catch(() => {}); // a paused one hears nothing else; most are not paused
    await container.stop({ t: this.#patienceSeconds }).catch(ignoreGone);
  }

  async #keepRunning() {
    while (this.#wanted) {
      const end = await this.#runOnce().catch(messageOf);
      if (!this.#wanted) return;
      this.options.log(`${this.name} ended (${end}); it is started again`);
      await pause(PAUSE_MS, this.#rest.signal).catch(() => {});
    }
  }

  /** One container from its making to its removal; resolves to how it ended. */
  async #runOnce() {
    this.failures += 1; // until it is ready
    const life = await this.#makeContainer();
    const ended = new AbortController();
    try {
      this.#life = life;
      if (!this.#wanted) await this.#endLife(); // stopped while it was being made
      void this.#becomeReady(AbortSignal.any([ended.signal, this.#rest.signal]));
      const { StatusCode: code } = await life.handle.wait();
      return `exit code ${code}`;
    } finally {
      ended.abort(new Error('The container has ended.'));
      this.#life = undefined;
      this.isReady = false;
      await life.remove();
    }
  }

  /** @returns {Promise<Life>} */
  async #makeContainer() {
    const { name, dataDir, image, describe, started } = this.options;
    const log = createWriteStream(logPath(dataDir, name), { flags: 'a', mode: 0o600 });
    const container = await describe(new LoopbackContainer(image))
      .withLogConsumer((stream) => stream.pipe(log))
      .withWaitStrategy(Wait.forLogMessage(started))
      .withStartupTimeout(START_MS)
      .start();
    const { container: engine } = await getContainerRuntimeClient();
    const handle = engine.getById(container.getId());
    const { State: state } = await handle.inspect();
    return { handle, pid: state.Pid, remove: () => container.stop({ timeout: 0 }) };
  }

  /** Tries for as long as this container lives. @param {AbortSignal} ended */
  async #becomeReady(ended) {
    while (!ended.aborted) {
      try {
        await orAborted(this.options.becomeReady(ended), ended);
        this.isReady = !ended.aborted;
        this.failures = 0;
        return;
      } catch {
        await pause(50, ended).catch(() => {});
      }
    }
  }
}

/** It may end by itself at the same moment. @param {unknown} error */
function ignoreGone(error) {
  const { statusCode } = /** @type {{ statusCode?: number }} */ (error);
  if (statusCode !== 304 && statusCode !== 404) throw error;
}
