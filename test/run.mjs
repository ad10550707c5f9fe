// `npm test`: builds, then runs level by level what proves the product, and closes with one line of totals.
//   npm test -- --level unit       one level (unit, system, faults); more than one may be named
//   npm run test:long              the long suites at full size
//   npm run test:containers        the same with Postgres and NATS in containers
// Everything else after `--` goes to Jest: `npm test -- --level unit apps/identity -t "B17"`.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { messageOf } from '../deploy/embedded/basics.mjs';
import { buildIfNeeded } from '../deploy/embedded/build.mjs';
import { installIfNeeded } from '../deploy/embedded/install.mjs';
import { prepareNats } from '../deploy/embedded/nats.mjs';
import { preparePostgres } from '../deploy/embedded/postgres.mjs';
import { SystemControl } from './support/system-control.mjs';

const checkout = resolve(import.meta.dirname, '..');
const results = join(checkout, '.results');

/**
 * @typedef {object} Level
 * @property {string} name
 * @property {string} what
 * @property {number} budgetSeconds how long it may take on two cores
 * @property {string[]} [jestArguments]
 * @property {(control: SystemControl) => Promise<{ id: string }>} [shared] what its tests share, started for them
 * @property {string} [sharedAs] the variable by which they find it
 * @property {() => Promise<{ settings: Record<string, string>, stop: () => Promise<void> } | undefined>} [servers] what
 *   else is started for its tests, and how they find it
 */

/**
 * What is written survives everything that tests do but for a fall of the machine itself, and waiting for the disk would take much
 * of their time.
 * @type {import('../deploy/embedded/system.mjs').Infrastructure}
 */
const unsynced = {
  preparePostgres: (options) => preparePostgres({ ...options, settings: { fsync: 'off', full_page_writes: 'off' } }),
  prepareNats,
};

/** @type {Level[]} */
const levels = [
  {
    name: 'unit',
    what: 'rules, and every use case on a Postgres of its own',
    budgetSeconds: 180,
    // Postgres and NATS without a service: each spec takes a copy of the migrated database.
    shared: (control) => control.start({ name: 'specs', apps: [] }),
    sharedAs: 'SLIPWAY_TEST_SPECS',
  },
  {
    name: 'system',
    what: 'the whole system through its edges and its site, and how it is started',
    budgetSeconds: 360,
    shared: (control) => control.start({ name: 'shared', copies: { tokens: 2, identity: 2 } }),
    sharedAs: 'SLIPWAY_TEST_SYSTEM',
    // In containers, too, `npm start` (test/start) brings no servers of its own.
    servers: async () => docker?.startContainers(join(home, 'npm-start')),
  },
  {
    name: 'faults',
    what: 'systems that are broken on purpose, one after the other',
    budgetSeconds: 300,
    jestArguments: ['--runInBand'],
  },
];

const { long, onContainers, chosen, passedOn } = readArguments(process.argv.slice(2));
rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });
await installIfNeeded({ log: console.error });
await buildIfNeeded({ log: console.error });

const home = mkdtempSync(join(tmpdir(), 'slipway-test-'));
const docker = onContainers ? await dockerOrExit() : undefined;
const control = await SystemControl.listen({
  home,
  natsPrefix: join(home, 'nats-server'),
  infrastructure: docker?.containers ?? unsynced,
});
let stopping = false;

async function stop() {
  if (stopping) return;
  stopping = true;
  await control.close();
  rmSync(home, { recursive: true, force: true });
}
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => void stop().finally(() => process.exit(1)));

/** @type {string[]} */
const spent = [];
let succeeded = true;
try {
  for (const level of chosen) succeeded = (await run(level)) && succeeded;
} catch (error) {
  console.error(error);
  succeeded = false;
} finally {
  await stop();
}
const figures = join(results, 'figures.txt');
if (existsSync(figures)) console.log(`\n${readFileSync(figures, 'utf8').trim()}`);
console.log(`\n${spent.join('\n')}`);
const { passed, failures } = totals();
console.log(`\n${passed} passed, ${failures} failed`);
process.exit(succeeded && failures === 0 && passed > 0 ? 0 : 1);

/** @param {string[]} given */
function readArguments(given) {
  const named = given.flatMap((argument, index) => (given[index - 1] === '--level' ? [argument] : []));
  const unknown = named.filter((name) => !levels.some((level) => level.name === name));
  if (unknown.length > 0) {
    console.error(`There is no level ${unknown.join(', ')}; there are ${levels.map(({ name }) => name).join(', ')}.`);
    process.exit(1);
  }
  return {
    long: given.includes('--long'),
    onContainers: given.includes('--containers'),
    chosen: levels.filter(({ name }) => named.length === 0 || named.includes(name)),
    passedOn: given.filter(
      (argument, index) =>
        !['--long', '--containers', '--', '--level'].includes(argument) && given[index - 1] !== '--level',
    ),
  };
}

async function dockerOrExit() {
  const docker = await import('./support/containers.mjs');
  try {
    await docker.requireEngine();
    return docker;
  } catch (error) {
    console.error(messageOf(error));
    rmSync(home, { recursive: true, force: true });
    process.exit(1);
  }
}

/** @param {Level} level @returns {Promise<boolean>} whether all of it has passed */
async function run(level) {
  const startedAt = Date.now();
  const shared = await level.shared?.(control);
  const servers = await level.servers?.();
  const code = await jest(level, {
    ...servers?.settings,
    ...(shared && level.sharedAs && { [level.sharedAs]: JSON.stringify(shared) }),
  });
  await servers?.stop();
  if (shared) await control.stop(shared.id);
  const seconds = Math.round((Date.now() - startedAt) / 1000);
  spent.push(`${level.name.padEnd(8)}${`${seconds} s`.padStart(6)} of ${level.budgetSeconds} s   ${level.what}`);
  return code === 0;
}

/** @param {Level} level @param {Record<string, string>} settings @returns {Promise<number>} Jest's exit code */
function jest({ name, jestArguments = [] }, settings) {
  const bin = createRequire(import.meta.url).resolve('jest/bin/jest');
  const child = spawn(
    process.execPath,
    [bin, '--selectProjects', name, '--passWithNoTests', ...jestArguments, ...passedOn],
    {
      cwd: checkout,
      stdio: 'inherit',
      env: {
        ...process.env,
        ...settings,
        SLIPWAY_TEST_CONTROL: control.url,
        SLIPWAY_TEST_RUN: name,
        ...(long && { SLIPWAY_TEST_LONG: '1' }),
      },
    },
  );
  return new Promise((done) => child.on('exit', (code) => done(code ?? 1)));
}

/** Of all levels together; Jest's own summary is of each. */
function totals() {
  const tests = chosen.flatMap(({ name }) => {
    const file = join(results, `tests-${name}.json`);
    if (!existsSync(file)) return [];
    /** @type {{ tests: { status: string }[] }} */
    const { tests: ofLevel } = JSON.parse(readFileSync(file, 'utf8'));
    return ofLevel;
  });
  writeFileSync(join(results, 'tests.json'), JSON.stringify({ tests }, null, 2));
  const count = (/** @type {string} */ status) => tests.filter((test) => test.status === status).length;
  return { passed: count('passed'), failures: count('failed') };
}
