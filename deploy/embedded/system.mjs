// The whole system as child processes of this one: Postgres, NATS, and the services. `npm start` and the tests use it.
import { appendFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { CHECKOUT, ClearError, orAborted, pause } from './basics.mjs';
import { makeDataFolder } from './data-folder.mjs';
import { endOfLog, logPath } from './processes.mjs';
import { lockDataFolder } from './lock.mjs';
import { prepareNats } from './nats.mjs';
import { endOrphans } from './orphans.mjs';
import { knownOutcomeConsumers } from './outcome-consumers.mjs';
import { choosePort, choosePorts } from './ports.mjs';
import { preparePostgres } from './postgres.mjs';
import { whatIsMissing } from './readiness.mjs';
import { SERVICE_STOP_STEPS, inheritedEnvironment, mainFileOf } from './services.mjs';
import { loadSetup, withinSetUpTime } from './setup.mjs';
import { chooseServiceUser } from './service-user.mjs';
import { Supervised } from './supervised.mjs';

/** What is not an app of ours: they have their own ways to end. */
const INFRASTRUCTURE = ['postgres', 'nats'];

/** @typedef {import('./setup.mjs').Setup} Setup */
/** @typedef {import('./setup.mjs').App} App */

const READY_MS = 120_000;
/** How often streams and consumers are looked for. */
const WATCH_MS = 5_000;

/**
 * What a system asks of a child, whether that is a process or a container.
 * @typedef {Pick<Supervised, 'name' | 'pid' | 'failures' | 'isMisconfigured' | 'start' | 'whenReady' | 'stop' | 'hasten' | 'abandon'>
 *   & { kill(signal: NodeJS.Signals): boolean | Promise<boolean> }} Child
 */

/**
 * @typedef {object} Infrastructure
 * @property {(options: Parameters<typeof preparePostgres>[0]) => Promise<{ server: Child, url: string }>} preparePostgres
 * @property {(options: Parameters<typeof prepareNats>[0]) => Promise<{ server: Child, port: number, reload: () => Promise<void> }>} prepareNats
 */

/** @type {Infrastructure} */
const embedded = { preparePostgres, prepareNats };

/**
 * @typedef {object} SystemOptions
 * @property {string} dataDir
 * @property {number} gatewayPort 0 for a free one
 * @property {number} adminPort 0 for a free one
 * @property {string} [publicUrl] default: the gateway on localhost
 * @property {string} [staffUrl] where staff reaches the admin edge; default: on localhost
 * @property {string} masterKey
 * @property {string} adminEmail
 * @property {string} adminPassword
 * @property {boolean} [trustRegistration]
 * @property {'required' | 'optional'} [staffSecondFactor] default: required
 * @property {string} [databaseUrl] set: Postgres is not started here
 * @property {string} [natsUrl] set: NATS is not started here
 * @property {string} [natsCa] who signs the certificate of that NATS, in PEM
 * @property {Infrastructure} [infrastructure] where Postgres and NATS come from; default: embedded
 * @property {string} [natsPrefix] where a NATS server from npm is installed; several systems may share it
 * @property {readonly App[]} [apps] which are started; all, unless told
 * @property {string} [release] the folder, built, of another release that everything begins as; this one, unless told
 * @property {Record<string, number>} [copies] how many processes of a service, such as { tokens: 2 }
 * @property {Record<string, string>} [env] for every service, stronger than everything else
 * @property {(line: string) => void} [log]
 * @property {AbortSignal} [signal] aborted: what has been started is stopped, and the start rejects
 * @property {AbortSignal} [hurry] aborted: a stop, under way or to come, loses its patience
 * @property {{ release(): void }} [lock] the data folder's lock, if the caller has taken it already
 */

/**
 * @typedef {object} System
 * @property {string} gatewayUrl
 * @property {string} adminUrl
 * @property {string[]} gatewayUrls one for each copy
 * @property {string[]} adminUrls one for each copy
 * @property {string} databaseUrl an administrator's
 * @property {string} natsUrl an administrator's
 * @property {string} dataDir
 * @property {string[]} names of every child
 * @property {(name: string) => number | undefined} pid
 * @property {(name: string, signal?: NodeJS.Signals) => boolean | Promise<boolean>} kill the supervisor is not told: a child that ends comes back
 * @property {(release?: string) => Promise<void>} setUpRelease makes of Postgres and NATS what a release needs, beside processes of another
 * @property {(name: string, release?: string) => void} changeRelease from its next start on, a service is of that release
 * @property {(name: string) => Promise<void>} stopChild until `startChild`
 * @property {(name: string) => Promise<void>} startChild for Postgres and NATS: until they are ready
 * @property {(options?: { timeoutMs?: number }) => Promise<void>} waitReady until every edge says that all it needs is ready
 * @property {() => Promise<void>} stop
 */

/** @param {number} port */
const localUrl = (port) => `http://localhost:${port}`;

class RunningSystem {
  /** The folder of the release for which Postgres and NATS are set up. @type {string} */
  #release;
  /** Of services, where it is not the one that the system began as. @type {Map<string, string>} folders by name */
  #releases = new Map();
  /** Has the broker read users and permissions anew; only one of our own can be told. */
  #reloadNats = async () => {};
  /** @type {Map<string, Child>} */
  #children = new Map();
  /** @type {Promise<void> | undefined} */
  #stopping;
  /** @type {Set<string>} names */
  #edges = new Set();
  /** Ends the watch over the broker. */
  #unwatch = new AbortController();
  #abandon = () => this.#children.forEach((child) => child.abandon());

  /** Of use when something is wrong, and noise on the terminal. */
  #logSetUp = (/** @type {string} */ line) =>
    appendFileSync(logPath(this.dataDir, 'setup'), `${new Date().toISOString()} ${line}\n`, { mode: 0o600 });
  #hasten = () => this.#children.forEach((child) => child.hasten());

  gatewayUrls = /** @type {string[]} */ ([]);
  adminUrls = /** @type {string[]} */ ([]);
  databaseUrl = '';
  natsUrl = '';

  /** @param {SystemOptions & { publicUrl: string }} options @param {{ release(): void }} lock */
  constructor(options, lock) {
    this.options = options;
    this.dataDir = options.dataDir;
    this.log = options.log ?? (() => {});
    this.lock = lock;
    this.#release = options.release ?? CHECKOUT;
    // The last resort: a process that ends without having stopped its system must not leave it behind.
    process.on('exit', this.#abandon);
    options.hurry?.addEventListener('abort', this.#hasten, { once: true });
  }

  get #setup() {
    return loadSetup(this.#release);
  }

  async start() {
    await endOrphans(this.dataDir, this.log);
    await this.#startPostgres();
    await this.#startNats();
    await this.#setUpDatabase();
    await this.#startServices();
    void this.#watchBroker();
    await this.#waitFirstReady();
  }

  /** Streams and consumers that somebody deletes are made again: no service may. */
  async #watchBroker() {
    const { apps } = this.options;
    const { signal } = this.#unwatch;
    if (apps?.length === 0) return;
    let consumers = knownOutcomeConsumers(this.dataDir);
    while (!signal.aborted) {
      await pause(WATCH_MS, signal).catch(() => {});
      if (signal.aborted) return;
      const now = knownOutcomeConsumers(this.dataDir);
      if (now !== consumers) await this.#reloadNats().then(() => (consumers = now), this.#sayNotReloaded);
      // A broker that is away is set up when it is back.
      await this.#setUpBroker().catch(() => {});
    }
  }

  #sayNotReloaded = (/** @type {unknown} */ error) => this.#logSetUp(`NATS was not told of a consumer: ${error}`);

  /** A release before knows of none. */
  #outcomeConsumers() {
    return this.#setup.outcomeConsumersOf?.(knownOutcomeConsumers(this.dataDir)) ?? [];
  }

  #setUpBroker(natsUrl = this.natsUrl) {
    const { natsCa, masterKey } = this.options;
    const { databaseUrl } = this;
    const outcomeConsumers = this.#outcomeConsumers();
    return this.#setup.setUpBroker({ natsUrl, natsCa, masterKey, databaseUrl, outcomeConsumers, log: this.#logSetUp });
  }

  async #startPostgres() {
    const { dataDir, databaseUrl, infrastructure = embedded, signal } = this.options;
    if (databaseUrl) return void (this.databaseUrl = databaseUrl);
    const { server, url } = await infrastructure.preparePostgres({ dataDir, log: this.log, signal });
    this.databaseUrl = url;
    await this.#startAndWait(server);
  }

  async #startNats() {
    const { dataDir, natsUrl, natsPrefix, infrastructure = embedded, masterKey, signal } = this.options;
    if (natsUrl) {
      this.natsUrl = natsUrl;
      return withinSetUpTime(this.#setUpBroker(), 'Setting up the broker');
    }
    const { server, port, reload } = await infrastructure.prepareNats({
      dataDir,
      prefix: natsPrefix,
      log: this.log,
      signal,
      makeConfig: (place) =>
        this.#setup.natsServerConfig({ ...place, masterKey, outcomeConsumers: this.#outcomeConsumers() }),
      setUp: (port) =>
        withinSetUpTime(this.#setUpBroker(this.#setup.natsAdminUrl({ port, masterKey })), 'Setting up the broker'),
    });
    this.natsUrl = this.#setup.natsAdminUrl({ port, masterKey });
    this.#reloadNats = reload;
    await this.#startAndWait(server);
  }

  /** @param {Child} server */
  async #startAndWait(server) {
    this.options.signal?.throwIfAborted();
    this.#children.set(server.name, server);
    server.start();
    await server.whenReady({ signal: this.options.signal });
  }

  async #setUpDatabase() {
    const { masterKey, signal } = this.options;
    const work = this.#setup.setUpDatabase({ databaseUrl: this.databaseUrl, masterKey, log: this.#logSetUp });
    await orAborted(work, signal);
  }

  async #startServices() {
    const { apps = this.#setup.apps, copies = {}, signal } = this.options;
    const processes = apps.flatMap((service) =>
      Array.from({ length: copies[service] ?? 1 }, (_, index) => ({ service, copy: index + 1 })),
    );
    const user = await chooseServiceUser(apps, this.log);
    // Chosen before the first is started: each must know where all the others listen.
    const chosen = await choosePorts(2 * processes.length);
    const otherPorts = [this.options.gatewayPort, this.options.adminPort, ...chosen];
    signal?.throwIfAborted();
    for (const [index, { service, copy }] of processes.entries()) {
      const [metricsPort = 0, furtherPort = 0] = chosen.slice(2 * index);
      const ports = { ...this.#portsOf(service, copy, furtherPort), metricsPort, otherPorts, user };
      this.#startService(service, copy === 1 ? service : `${service}-${copy}`, ports);
    }
  }

  /**
   * Only the first copy of an edge listens on the configured port.
   * @param {string} service
   * @param {number} copy
   * @param {number} furtherPort
   */
  #portsOf(service, copy, furtherPort) {
    const { gatewayPort, adminPort } = this.options;
    if (copy === 1) return { gatewayPort, adminPort };
    return {
      gatewayPort: service === 'gateway' ? furtherPort : gatewayPort,
      adminPort: service === 'admin' ? furtherPort : adminPort,
    };
  }

  /**
   * @param {App} service
   * @param {string} name
   * @param {{ gatewayPort: number, adminPort: number, metricsPort: number, otherPorts: number[], user?: import('./service-user.mjs').OsUser }} place
   */
  #startService(service, name, { user, ...ports }) {
    const { dataDir, release = CHECKOUT } = this.options;
    const child = new Supervised({
      name,
      dataDir,
      log: this.log,
      stopSteps: SERVICE_STOP_STEPS,
      launch: (stdio) => {
        const cwd = this.#releases.get(name) ?? release;
        const env = this.#environmentOf(service, ports, loadSetup(cwd));
        return spawn(process.execPath, [join(cwd, mainFileOf(service))], { ...user, cwd, env, stdio, detached: true });
      },
    });
    if (service === 'gateway') this.gatewayUrls.push(localUrl(ports.gatewayPort));
    if (service === 'admin') this.adminUrls.push(localUrl(ports.adminPort));
    if (!this.#setup.services.some((name) => name === service)) this.#edges.add(name);
    this.#children.set(name, child);
    child.start();
  }

  /**
   * @param {App} service
   * @param {{ gatewayPort: number, adminPort: number, metricsPort: number, otherPorts: number[] }} ports
   * @param {Setup} setup of its release
   */
  #environmentOf(service, { metricsPort, ...ports }, setup) {
    const {
      dataDir,
      masterKey,
      publicUrl,
      staffUrl,
      adminEmail,
      adminPassword,
      trustRegistration = false,
      staffSecondFactor,
    } = this.options;
    const own = setup.serviceEnvironment(service, {
      ...{ masterKey, databaseUrl: this.databaseUrl, natsUrl: this.natsUrl, dataDir, ...ports },
      ...{ publicUrl, adminUrl: staffUrl, adminEmail, adminPassword, trustRegistration, staffSecondFactor },
    });
    const metrics = { SLIPWAY_METRICS_PORT: String(metricsPort) };
    return { ...inheritedEnvironment(dataDir), ...own, ...metrics, ...this.options.env };
  }

  async #waitFirstReady() {
    const impatience = new AbortController();
    const crash = (async () => {
      for (;;) {
        await pause(200, impatience.signal);
        const failing = [...this.#children.values()].find((child) => child.failures >= 4 || child.isMisconfigured);
        if (!failing) continue;
        const file = logPath(this.dataDir, failing.name);
        throw new ClearError(`${failing.name} does not start; its log is ${file} and ends so:`, endOfLog(file));
      }
    })();
    try {
      await Promise.race([crash, orAborted(this.waitReady(), this.options.signal)]);
    } finally {
      crash.catch(() => {});
      impatience.abort();
    }
  }

  get gatewayUrl() {
    return localUrl(this.options.gatewayPort);
  }

  get adminUrl() {
    return localUrl(this.options.adminPort);
  }

  get names() {
    return [...this.#children.keys()];
  }

  /** @param {string} name */
  #child(name) {
    const child = this.#children.get(name);
    if (!child) throw new Error(`There is no child process "${name}"; there are ${this.names.join(', ')}.`);
    return child;
  }

  /** @param {string} name */
  pid(name) {
    return this.#child(name).pid;
  }

  /** @param {string} name @param {NodeJS.Signals} [signal] */
  kill(name, signal = 'SIGKILL') {
    return this.#child(name).kill(signal);
  }

  /** As on several machines (docs/several-machines.md): the database, the broker's users, its streams and consumers. */
  async setUpRelease(release = CHECKOUT) {
    this.#release = release;
    await this.#setUpDatabase();
    await this.#reloadNats();
    await this.#setUpBroker();
  }

  /** @param {string} name @param {string} [release] */
  changeRelease(name, release = CHECKOUT) {
    this.#releases.set(this.#child(name).name, release);
  }

  /** @param {string} name */
  async stopChild(name) {
    await this.#child(name).stop();
  }

  /** @param {string} name */
  async startChild(name) {
    this.#child(name).start();
    await this.#child(name).whenReady();
  }

  /** @param {{ timeoutMs?: number }} [options] */
  async waitReady({ timeoutMs = READY_MS } = {}) {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const found = await Promise.all([...this.gatewayUrls, ...this.adminUrls].map(whatIsMissing));
      const missing = found.filter((what) => what !== undefined);
      if (!missing.length) return;
      if (this.#stopping) throw new Error('The system has been stopped.');
      if (Date.now() > deadline) {
        throw new ClearError(
          `Not ready after ${timeoutMs / 1000} s (logs: ${join(this.dataDir, 'log')}):`,
          missing.join('\n'),
        );
      }
      await pause(100);
    }
  }

  stop() {
    this.#stopping ??= this.#stopInOrder();
    return this.#stopping;
  }

  /**
   * Edges first: a request that is under way there still gets its answer, rather than waiting for a service that has gone.
   * Then services, as they still have things to finish in NATS and Postgres.
   */
  async #stopInOrder() {
    this.#unwatch.abort();
    await this.#stopAll((name) => this.#edges.has(name));
    await this.#stopAll((name) => !this.#edges.has(name) && !INFRASTRUCTURE.includes(name));
    if (this.#children.has('nats')) await this.stopChild('nats');
    if (this.#children.has('postgres')) await this.stopChild('postgres');
    process.off('exit', this.#abandon);
    this.options.hurry?.removeEventListener('abort', this.#hasten);
    this.lock.release();
  }

  /** @param {(name: string) => boolean} isMeant */
  async #stopAll(isMeant) {
    await Promise.all(this.names.filter(isMeant).map((name) => this.stopChild(name)));
  }
}

/**
 * Starts everything and returns when it is ready. On any failure, all that was started has been stopped again.
 * @param {SystemOptions} given
 * @returns {Promise<System>}
 */
export async function startSystem(given) {
  const dataDir = resolve(given.dataDir);
  makeDataFolder(dataDir);
  const lock = given.lock ?? lockDataFolder(dataDir);
  const gatewayPort = given.gatewayPort || (await choosePort());
  const adminPort = given.adminPort || (await choosePort());
  const publicUrl = given.publicUrl ?? localUrl(gatewayPort);
  const running = new RunningSystem({ ...given, dataDir, gatewayPort, adminPort, publicUrl }, lock);
  try {
    await running.start();
  } catch (error) {
    await running.stop();
    throw error;
  }
  return asSystem(running);
}

/** Plain functions, so that a caller may take them apart. @param {RunningSystem} running @returns {System} */
function asSystem(running) {
  const { gatewayUrl, adminUrl, gatewayUrls, adminUrls, databaseUrl, natsUrl, dataDir, names } = running;
  return {
    ...{ gatewayUrl, adminUrl, gatewayUrls, adminUrls, databaseUrl, natsUrl, dataDir, names },
    pid: (name) => running.pid(name),
    kill: (name, signal) => running.kill(name, signal),
    setUpRelease: (release) => running.setUpRelease(release),
    changeRelease: (name, release) => running.changeRelease(name, release),
    stopChild: (name) => running.stopChild(name),
    startChild: (name) => running.startChild(name),
    waitReady: (options) => running.waitReady(options),
    stop: () => running.stop(),
  };
}
