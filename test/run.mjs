// `npm test`: builds, starts a system of its own, runs every suite against it, and closes with one line of totals.
// `npm run test:long` runs the long suites at full size. Arguments after `--` go to Jest.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buildIfNeeded } from '../deploy/embedded/build.mjs';
import { installIfNeeded } from '../deploy/embedded/install.mjs';
import { SystemControl } from './support/system-control.mjs';

const checkout = resolve(import.meta.dirname, '..');
const results = join(checkout, '.results');
const long = process.argv.includes('--long');
const passedOn = process.argv.slice(2).filter((argument) => argument !== '--long' && argument !== '--');

// Later runs of one session overwrite earlier results; what was not run stays proven by its last run only here.
rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });
await installIfNeeded({ log: console.error });
await buildIfNeeded({ log: console.error });

const home = mkdtempSync(join(tmpdir(), 'slipway-test-'));
const control = await SystemControl.listen({ home, natsPrefix: join(home, 'nats-server') });
let exitCode = 1;
let stopping = false;

async function stop() {
  if (stopping) return;
  stopping = true;
  await control.close();
  rmSync(home, { recursive: true, force: true });
}
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => void stop().finally(() => process.exit(1)));

try {
  const shared = await control.start({ name: 'shared', copies: { tokens: 2, identity: 2 } });
  const suites = [
    { projects: ['unit', 'system'], arguments: [] },
    // These stop and break things, each on a system of its own: one after the other.
    { projects: ['faults'], arguments: ['--runInBand'] },
  ];
  let failed = false;
  for (const [index, suite] of suites.entries()) {
    if (suite.projects.includes('faults')) await control.stop(shared.id);
    const code = await jest(suite, { index, shared });
    failed ||= code !== 0;
  }
  exitCode = failed ? 1 : 0;
} catch (error) {
  console.error(error);
} finally {
  await stop();
}
const figures = join(results, 'figures.txt');
if (existsSync(figures)) console.log(`\n${readFileSync(figures, 'utf8').trim()}`);
const { passed, failures } = totals();
console.log(`\n${passed} passed, ${failures} failed`);
process.exit(exitCode === 0 && failures === 0 && passed > 0 ? 0 : 1);

function jest(suite, { index, shared }) {
  const bin = createRequire(import.meta.url).resolve('jest/bin/jest');
  const child = spawn(
    process.execPath,
    [bin, '--selectProjects', ...suite.projects, '--passWithNoTests', ...suite.arguments, ...passedOn],
    {
      cwd: checkout,
      stdio: 'inherit',
      env: {
        ...process.env,
        SLIPWAY_TEST_CONTROL: control.url,
        SLIPWAY_TEST_SYSTEM: JSON.stringify(shared),
        SLIPWAY_TEST_RUN: String(index),
        ...(long && { SLIPWAY_TEST_LONG: '1' }),
      },
    },
  );
  return new Promise((done) => child.on('exit', (code) => done(code ?? 1)));
}

/** Of all suites together; Jest's own summary is of each. */
function totals() {
  const tests = [0, 1].flatMap((index) => {
    try {
      return JSON.parse(readFileSync(join(results, `tests${index}.json`), 'utf8')).tests;
    } catch {
      return [];
    }
  });
  writeFileSync(join(results, 'tests.json'), JSON.stringify({ tests }, null, 2));
  const count = (status) => tests.filter((test) => test.status === status).length;
  return { passed: count('passed'), failures: count('failed') };
}
