// `npm ci`, when what is installed is not what the lockfile asks for.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { CHECKOUT, ClearError } from './basics.mjs';
import { runTool } from './processes.mjs';

const LOCKFILE = join(CHECKOUT, 'package-lock.json');
const STAMP = join(CHECKOUT, 'node_modules', '.slipway-installed');
/** npm writes it when an installation is complete. */
const INSTALLED_LOCKFILE = join(CHECKOUT, 'node_modules', '.package-lock.json');

/** @typedef {{ packages: Record<string, { version: string, optional?: boolean }> }} Lockfile */

/** @param {string} file */
function readIfThere(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** A folder that was copied from another kind of machine holds that machine's binaries. */
function wantedStamp() {
  const hash = createHash('sha256').update(readFileSync(LOCKFILE)).digest('hex');
  return `${hash} ${process.platform}-${process.arch}`;
}

/** What npm recorded covers the lockfile: somebody has run `npm ci` or `npm install` by hand, and need not wait again. */
function isInstalledByHand() {
  const text = readIfThere(INSTALLED_LOCKFILE);
  if (!text || readIfThere(STAMP)?.endsWith(` ${process.platform}-${process.arch}`) === false) return false;
  /** @type {Lockfile} */
  const { packages: installed } = JSON.parse(text);
  /** @type {Lockfile} */
  const { packages } = JSON.parse(readFileSync(LOCKFILE, 'utf8'));
  const wanted = Object.entries(packages).filter(([path]) => path !== '');
  // An optional package may be for another platform, and then npm leaves it out.
  return wanted.every(([path, { version, optional }]) =>
    installed[path] ? installed[path].version === version : optional,
  );
}

/**
 * @param {object} options
 * @param {(line: string) => void} options.log
 * @param {AbortSignal} [options.signal]
 */
export async function installIfNeeded({ log, signal }) {
  const stamp = wantedStamp();
  if (readIfThere(STAMP) === stamp) return;
  if (!isInstalledByHand()) await install(log, signal);
  writeFileSync(STAMP, stamp);
}

/** @param {(line: string) => void} log @param {AbortSignal} [signal] */
async function install(log, signal) {
  log('Installing packages (npm ci)...');
  // Stated, because a user's own settings may say otherwise: the build needs the development packages, and one package
  // of NestJS names a newer Node than it needs.
  const args = [
    'ci',
    '--include=dev',
    '--include=optional',
    '--engine-strict=false',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ];
  const { code, output } = await runTool('npm', args, { cwd: CHECKOUT, signal });
  if (code !== 0) throw new ClearError('npm ci failed:', output.trim().split('\n').slice(0, 15).join('\n'));
}
