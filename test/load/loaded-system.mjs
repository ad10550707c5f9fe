// Systems of their own for a benchmark, each with keys to load it with.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { makeKeys } from './make-keys.mjs';

/** @typedef {import('../../deploy/embedded/system.mjs').System} System */
/**
 * @typedef {object} LoadedSystem
 * @property {System} system
 * @property {import('./make-keys.mjs').Key[]} keys
 * @property {import('./make-keys.mjs').SignIn} admin
 * @property {string} masterKey
 */
/** @typedef {() => void | Promise<void>} Ending */
/** @typedef {{ env?: Record<string, string>, databaseUrl?: string, masterKey?: string }} Given beside what each has of itself */
/**
 * @typedef {object} Bench
 * @property {(checkout: string, given?: Given) => Promise<LoadedSystem>} start
 * @property {(ending: Ending) => void} atEnd what was started last ends first
 */

/**
 * Whatever way the benchmark ends, also by a signal, its systems are stopped and what they stored is removed.
 * @param {{ clients: number }} size how many keys each system gets
 * @param {(bench: Bench) => Promise<void>} benchmark
 */
export async function withSystems({ clients }, benchmark) {
  const home = mkdtempSync(join(tmpdir(), 'slipway-bench-'));
  const interrupted = new AbortController();
  /** @type {Ending[]} */
  const endings = [];
  const endAll = async () => {
    for (let next = endings.pop(); next; next = endings.pop()) await next();
    rmSync(home, { recursive: true, force: true });
  };
  /** @type {Promise<void> | undefined} */
  let ended;
  // A signal and the failure that it causes both come here; whoever comes second waits for the first.
  const end = () => (ended ??= endAll());
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, () => {
      interrupted.abort(new Error(`Interrupted by ${signal}.`));
      void end().finally(() => process.exit(1));
    });
  }
  const atEnd = (/** @type {Ending} */ ending) => void endings.push(ending);
  const { signal } = interrupted;
  try {
    await benchmark({
      atEnd,
      start: (checkout, given) => startWithKeys(checkout, { home, clients, signal, atEnd }, given),
    });
  } finally {
    await end();
  }
}

/**
 * Everything is the checkout's own: its build, its way to start, its way to clean up.
 * @param {string} checkout
 * @param {{ home: string, clients: number, signal: AbortSignal, atEnd: Bench['atEnd'] }} options
 * @param {Given} [given]
 * @returns {Promise<LoadedSystem>}
 */
async function startWithKeys(checkout, { home, clients, signal, atEnd }, given = {}) {
  const embedded = (/** @type {string} */ file) =>
    import(pathToFileURL(join(resolve(checkout), 'deploy', 'embedded', file)).href);
  /** @type {typeof import('../../deploy/embedded/build.mjs')} */
  const { buildIfNeeded } = await embedded('build.mjs');
  /** @type {typeof import('../../deploy/embedded/system.mjs')} */
  const { startSystem } = await embedded('system.mjs');
  /** @type {typeof import('../../deploy/embedded/data-folder.mjs')} */
  const { removeDataFolder } = await embedded('data-folder.mjs').catch(() => embedded('system.mjs')); // an older checkout
  await buildIfNeeded({ log: console.error, signal });
  const dataDir = mkdtempSync(join(home, 'data-'));
  const admin = { email: 'admin@provider.example', password: randomBytes(12).toString('hex') };
  const masterKey = given.masterKey ?? randomBytes(32).toString('hex');
  const system = await startSystem({
    ...given,
    dataDir,
    gatewayPort: 0,
    adminPort: 0,
    natsPrefix: join(home, 'nats-server'),
    masterKey,
    adminEmail: admin.email,
    adminPassword: admin.password,
    trustRegistration: true,
    staffSecondFactor: 'optional',
    signal,
  });
  atEnd(async () => {
    await system.stop();
    await removeDataFolder(dataDir);
  });
  console.error(`Making ${clients} keys in the system of ${checkout}...`);
  return { system, admin, masterKey, keys: await makeKeys(system, admin, clients) };
}

/** @param {System} system @returns {Record<string, number>} pids of all its processes, by name */
export function pidsOf(system) {
  return Object.fromEntries(
    system.names.map((name) => {
      const pid = system.pid(name);
      if (!pid) throw new Error(`${name} does not run.`);
      return [name, pid];
    }),
  );
}
