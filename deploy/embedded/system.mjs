// The whole system as child processes of this one: Postgres, NATS, and the services. `npm start` and the tests use it.
import { appendFileSync, existsSync, mkdirSync, readdirSync, rmSync, statfsSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { CHECKOUT, ClearError, messageOf, orAborted, pause } from './basics.mjs';
import { endOfLog, endProcesses, isOurs, logPath, plainEnvironment, readPid } from './processes.mjs';
import { lockDataFolder } from './lock.mjs';
import { prepareNats } from './nats.mjs';
import { choosePort } from './ports.mjs';
import { preparePostgres, removePostgres } from './postgres.mjs';
import { Supervised } from './supervised.mjs';

const SERVICES = ['identity', 'tokens', 'subscriptions', 'notifications', 'gateway', 'admin'];

const READY_MS = 120_000;
const SET_UP_MS = 60_000;
const FREE_BYTES_MIN = 300 * 1024 * 1024;

/** @type {import('./processes.mjs').StopStep[]} */
const SERVICE_STOP_STEPS = [
  { signal: 'SIGTERM', graceMs: 10_000 },
  { signal: 'SIGKILL', graceMs: 5_000 },
];

/** What set-up and the services share. Only these may be inherited: a service never sees the keys to everything else. */
const NOT_INHERITED = ['SLIPWAY_MASTER_KEY', 'SLIPWAY_ADMIN_PASSWORD', 'SLIPWAY_ADMIN_EMAIL'];

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
 * @property {string} [databaseUrl] set: Postgres is not started here
 * @property {string} [natsUrl] set: NATS is not started here
 * @property {string} [natsPrefix] where a NATS server from npm is installed; several systems may share it
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
 * @property {(name: string, signal?: NodeJS.Signals) => boolean} kill the supervisor is not told: a child that ends comes back
 * @property {(name: string) => Promise<void>} stopChild until `startChild`
 * @property {(name: string) => Promise<void>} startChild for Postgres and NATS: until they are ready
 * @property {(options?: { timeoutMs?: number }) => Promise<void>} waitReady until every edge says that all it needs is ready
 * @property {() => Promise<void>} stop
 */

/**
 * Level by level: where nothing can be made, such as under /proc, Node's recursive form never returns (seen on 20.20).
 * @param {string} folder
 * @param {number} mode
 */
function makeFolder(folder, mode) {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder), 0o755);
  try {
    mkdirSync(folder, { mode });
  } catch (error) {
    if (!existsSync(folder)) throw error; // else somebody else was faster
  }
}

/**
 * Makes the data folder and sees that it can hold what comes.
 * @param {string} dataDir
 */
export function makeDataFolder(dataDir) {
  try {
    // As root, the user that Postgres runs as must be able to pass through; every file with a secret is closed by itself.
    makeFolder(dataDir, process.getuid?.() === 0 ? 0o711 : 0o700);
    for (const folder of ['run', 'log']) mkdirSync(join(dataDir, folder), { recursive: true, mode: 0o700 });
    const { bavail, bsize } = statfsSync(dataDir);
    if (bavail * bsize >= FREE_BYTES_MIN) return;
  } catch (error) {
    throw new ClearError(`Cannot write to the data folder ${dataDir}: ${messageOf(error)}`);
  }
  throw new ClearError(`Less than ${FREE_BYTES_MIN / 1024 / 1024} MB are free for the data folder ${dataDir}.`);
}

/** @param {string} name of a child */
const serviceOf = (name) => name.replace(/-\d+$/, '');

/** @param {string} name of a child */
function programOf(name) {
  if (name === 'postgres') return 'postgres';
  if (name === 'nats') return 'nats-server';
  return mainFileOf(serviceOf(name));
}

/** @param {string} service */
const mainFileOf = (service) => join('dist', 'apps', service, 'src', 'main.js');

/**
 * Ends what a start that was itself killed has left running with this data folder.
 * @param {string} dataDir
 * @param {(line: string) => void} log
 */
export async function endOrphans(dataDir, log) {
  const files = readdirSync(join(dataDir, 'run')).filter((file) => file.endsWith('.pid') && file !== 'system.pid');
  const orphans = files.flatMap((file) => {
    const name = file.slice(0, -'.pid'.length);
    const pid = readPid(join(dataDir, 'run', file));
    return pid && isOurs(pid, { program: programOf(name), dataDir }) ? [{ name, pid }] : [];
  });
  const pidsOf = (/** @type {(name: string) => boolean} */ chosen) =>
    orphans.filter(({ name }) => chosen(name)).map(({ pid }) => pid);
  if (orphans.length) log(`Ending what an earlier start left: ${orphans.map(({ name }) => name).join(', ')}`);
  await endProcesses(
    pidsOf((name) => SERVICES.includes(serviceOf(name))),
    SERVICE_STOP_STEPS,
  );
  await endProcesses(
    pidsOf((name) => name === 'nats'),
    SERVICE_STOP_STEPS,
  );
  await endProcesses(
    pidsOf((name) => name === 'postgres'),
    [
      { signal: 'SIGINT', graceMs: 15_000 },
      { signal: 'SIGQUIT', graceMs: 5_000 },
      { signal: 'SIGKILL', graceMs: 5_000 },
    ],
  );
  for (const file of files) rmSync(join(dataDir, 'run', file), { force: true });
}

/** What deploy/setup compiles to. */
function loadSetup() {
  const file = join(CHECKOUT, 'dist', 'deploy', 'setup', 'index.js');
  if (!existsSync(file)) throw new ClearError('Slipway is not built: run `npm run build`.');
  return createRequire(import.meta.url)(file);
}

/** The operator's environment, as far as a service may see it. @param {string} dataDir */
function inheritedEnvironment(dataDir) {
  const kept = [
    'NODE_OPTIONS',
    'NODE_ENV',
    'NODE_EXTRA_CA_CERTS',
    'HTTP_PROXY',
    'HTTPS_PROXY',
    'NO_PROXY',
    'LOG_LEVEL',
  ];
  const settings = Object.entries(process.env).filter(
    ([name]) => kept.includes(name) || (name.startsWith('SLIPWAY_') && !NOT_INHERITED.includes(name)),
  );
  return { ...Object.fromEntries(settings), ...plainEnvironment(dataDir) };
}

/**
 * @param {string} url
 * @returns {Promise<string | undefined>} what is missing; nothing when ready
 */
async function whatIsMissing(url) {
  try {
    const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(3_000) });
    const body = (await answer.text()).slice(0, 500);
    return answer.status === 200 ? undefined : `${url}/readyz answers ${answer.status} ${body}`;
  } catch (error) {
    const { cause } = /** @type {Error} */ (error);
    return `${url}/readyz: ${messageOf(cause ?? error)}`;
  }
}

/** @param {Promise<void>} promise @param {string} what */
async function withinSetUpTime(promise, what) {
  const timer = new AbortController();
  const tooLate = pause(SET_UP_MS, timer.signal).then(() => Promise.reject(new Error(`${what} took too long.`)));
  try {
    await Promise.race([promise, tooLate]);
  } finally {
    tooLate.catch(() => {});
    timer.abort();
  }
}

class RunningSystem {
  /** @type {Map<string, Supervised>} */
  #children = new Map();
  /** @type {Promise<void> | undefined} */
  #stopping;
  #abandon = () => this.#children.forEach((child) => child.abandon());

  /** Of use when something is wrong, and noise on the terminal. */
  #logSetUp = (/** @type {string} */ line) =>
    appendFileSync(logPath(this.dataDir, 'setup'), `${new Date().toISOString()} ${line}\n`, { mode: 0o600 });
  #hasten = () => this.#children.forEach((child) => child.hasten());

  gatewayUrls = /** @type {string[]} */ ([]);
  adminUrls = /** @type {string[]} */ ([]);
  databaseUrl = '';
  natsUrl = '';

  /** @param {SystemOptions} options @param {{ release(): void }} lock */
  constructor(options, lock) {
    this.options = options;
    this.dataDir = options.dataDir;
    this.log = options.log ?? (() => {});
    this.lock = lock;
    // The last resort: a process that ends without having stopped its system must not leave it behind.
    process.on('exit', this.#abandon);
    options.hurry?.addEventListener('abort', this.#hasten, { once: true });
  }

  async start() {
    const setup = loadSetup();
    await endOrphans(this.dataDir, this.log);
    await this.#startPostgres();
    await this.#startNats(setup);
    await this.#setUpDatabase(setup);
    await this.#startServices(setup);
    await this.#waitFirstReady();
  }

  async #startPostgres() {
    const { dataDir, databaseUrl, signal } = this.options;
    if (databaseUrl) return void (this.databaseUrl = databaseUrl);
    const { server, url } = await preparePostgres({ dataDir, log: this.log, signal });
    this.databaseUrl = url;
    await this.#startAndWait(server);
  }

  /** @param {any} setup */
  async #startNats(setup) {
    const { dataDir, natsUrl, natsPrefix, masterKey, signal } = this.options;
    if (natsUrl) {
      this.natsUrl = natsUrl;
      return withinSetUpTime(setup.setUpBroker({ natsUrl, masterKey, log: this.#logSetUp }), 'Setting up the broker');
    }
    const { server, port } = await prepareNats({
      dataDir,
      prefix: natsPrefix,
      log: this.log,
      signal,
      makeConfig: ({ port, storeDir }) => setup.natsServerConfig({ port, storeDir, masterKey }),
      setUp: (port) => {
        const url = setup.natsAdminUrl({ port, masterKey });
        return withinSetUpTime(
          setup.setUpBroker({ natsUrl: url, masterKey, log: this.#logSetUp }),
          'Setting up the broker',
        );
      },
    });
    this.natsUrl = setup.natsAdminUrl({ port, masterKey });
    await this.#startAndWait(server);
  }

  /** @param {Supervised} server */
  async #startAndWait(server) {
    this.options.signal?.throwIfAborted();
    this.#children.set(server.name, server);
    server.start();
    await server.whenReady({ signal: this.options.signal });
  }

  /** @param {any} setup */
  async #setUpDatabase(setup) {
    const { masterKey, signal } = this.options;
    const work = setup.setUpDatabase({ databaseUrl: this.databaseUrl, masterKey, log: this.#logSetUp });
    await orAborted(work, signal);
  }

  /** @param {any} setup */
  async #startServices(setup) {
    const { copies = {}, signal } = this.options;
    for (const service of SERVICES) {
      for (let copy = 1; copy <= (copies[service] ?? 1); copy += 1) {
        const ports = await this.#portsOf(service, copy);
        signal?.throwIfAborted();
        this.#startService(setup, service, copy === 1 ? service : `${service}-${copy}`, ports);
      }
    }
  }

  /**
   * Only the first copy of an edge listens on the configured port.
   * @param {string} service
   * @param {number} copy
   */
  async #portsOf(service, copy) {
    const { gatewayPort, adminPort } = this.options;
    if (copy === 1 || (service !== 'gateway' && service !== 'admin')) return { gatewayPort, adminPort };
    return service === 'gateway'
      ? { gatewayPort: await choosePort(), adminPort }
      : { gatewayPort, adminPort: await choosePort() };
  }

  /**
   * @param {any} setup
   * @param {string} service
   * @param {string} name
   * @param {{ gatewayPort: number, adminPort: number }} ports
   */
  #startService(setup, service, name, ports) {
    const {
      dataDir,
      masterKey,
      publicUrl,
      staffUrl,
      adminEmail,
      adminPassword,
      trustRegistration = false,
    } = this.options;
    const own = setup.serviceEnvironment(service, {
      ...{ masterKey, databaseUrl: this.databaseUrl, natsUrl: this.natsUrl, dataDir, ...ports },
      ...{ publicUrl, adminUrl: staffUrl, adminEmail, adminPassword, trustRegistration },
    });
    const env = { ...inheritedEnvironment(dataDir), ...own, ...this.options.env };
    const child = new Supervised({
      name,
      dataDir,
      log: this.log,
      stopSteps: SERVICE_STOP_STEPS,
      launch: (stdio) =>
        spawn(process.execPath, [join(CHECKOUT, mainFileOf(service))], { cwd: CHECKOUT, env, stdio, detached: true }),
    });
    if (service === 'gateway') this.gatewayUrls.push(`http://localhost:${ports.gatewayPort}`);
    if (service === 'admin') this.adminUrls.push(`http://localhost:${ports.adminPort}`);
    this.#children.set(name, child);
    child.start();
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
    return this.gatewayUrls[0];
  }

  get adminUrl() {
    return this.adminUrls[0];
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
      const answers = await Promise.all([...this.gatewayUrls, ...this.adminUrls].map(whatIsMissing));
      const missing = answers.filter((answer) => answer !== undefined);
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

  /** Services first, as they still have things to finish in NATS and Postgres. */
  async #stopInOrder() {
    const services = this.names.filter((name) => SERVICES.includes(serviceOf(name)));
    await Promise.all(services.map((name) => this.stopChild(name)));
    if (this.#children.has('nats')) await this.stopChild('nats');
    if (this.#children.has('postgres')) await this.stopChild('postgres');
    process.off('exit', this.#abandon);
    this.options.hurry?.removeEventListener('abort', this.#hasten);
    this.lock.release();
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
  const publicUrl = given.publicUrl ?? `http://localhost:${gatewayPort}`;
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
    stopChild: (name) => running.stopChild(name),
    startChild: (name) => running.startChild(name),
    waitReady: (options) => running.waitReady(options),
    stop: () => running.stop(),
  };
}

/**
 * Deletes a data folder with all that belongs to it, also its database if that is kept elsewhere. Nothing may run in it.
 * @param {string} dataDir
 */
export async function removeDataFolder(dataDir) {
  await removePostgres(resolve(dataDir));
  rmSync(resolve(dataDir), { recursive: true, force: true });
}
