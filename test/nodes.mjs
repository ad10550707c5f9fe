// `npm run test:nodes`: the suites on each Node that Slipway supports, one after the other. Each comes from npm into a
// temporary folder, beside the one that this machine has.
//   npm run test:nodes -- --node 24                   one of them; more than one may be named
//   npm run test:nodes -- --level unit -t "B17"       everything else goes to test/run.mjs
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { CHECKOUT, ClearError } from '../deploy/embedded/basics.mjs';
import { runTool } from '../deploy/embedded/processes.mjs';

/** By their first number. The oldest that `engines` allows, and of the others what we have tried. */
const VERSIONS = /** @type {Record<string, string>} */ ({ 20: '20.19.0', 22: '22.23.3', 24: '24.21.0' });

/** Of the version; the package holds a binary and nothing else. @param {string} prefix @param {string} version */
async function install(prefix, version) {
  const name = `node-${process.platform}-${process.arch}`;
  writeFileSync(join(prefix, 'package.json'), JSON.stringify({ private: true, dependencies: { [name]: version } }));
  const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error'];
  const { code, output } = await runTool('npm', ['install', ...options], { cwd: prefix });
  if (code !== 0) throw new ClearError(`npm could not install Node ${version}:`, output.trim());
  return join(prefix, 'node_modules', name, 'bin');
}

/** @param {string} version @param {string[]} passedOn @returns {Promise<boolean>} whether all of it has passed */
async function runOn(version, passedOn) {
  const prefix = mkdtempSync(join(tmpdir(), 'slipway-node-'));
  try {
    const bin = await install(prefix, version);
    const env = { ...process.env, PATH: [bin, process.env['PATH']].join(delimiter) };
    console.log(`\nNode ${version}`);
    const suites = spawn(join(bin, 'node'), ['test/run.mjs', ...passedOn], { cwd: CHECKOUT, env, stdio: 'inherit' });
    const code = await new Promise((done) => suites.on('exit', done));
    return code === 0;
  } finally {
    rmSync(prefix, { recursive: true, force: true });
  }
}

/** @param {string[]} given */
function readArguments(given) {
  const named = given.flatMap((argument, index) => (given[index - 1] === '--node' ? [argument] : []));
  const unknown = named.filter((name) => !(name in VERSIONS));
  if (unknown.length > 0)
    throw new ClearError(`There is no Node ${unknown.join(', ')} here; there are ${Object.keys(VERSIONS).join(', ')}.`);
  const passedOn = given.filter((argument, index) => argument !== '--node' && given[index - 1] !== '--node');
  return { chosen: Object.keys(VERSIONS).filter((name) => named.length === 0 || named.includes(name)), passedOn };
}

try {
  const { chosen, passedOn } = readArguments(process.argv.slice(2));
  /** @type {string[]} */
  const results = [];
  for (const name of chosen) {
    const version = VERSIONS[name] ?? '';
    results.push(`Node ${version.padEnd(9)} ${(await runOn(version, passedOn)) ? 'passed' : 'failed'}`);
  }
  console.log(`\n${results.join('\n')}`);
  process.exitCode = results.every((line) => line.endsWith('passed')) ? 0 : 1;
} catch (error) {
  if (!(error instanceof ClearError)) throw error;
  console.error([error.message, error.details].filter(Boolean).join('\n'));
  process.exitCode = 1;
}
