// The release before this one, built from the repository's own history, to run beside this one as in a rolling upgrade.
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { CHECKOUT, ClearError } from '../../deploy/embedded/basics.mjs';

const run = promisify(execFile);
const compiler = join(CHECKOUT, 'node_modules', 'typescript', 'bin', 'tsc');
const named = join('test', 'support', 'release-before.json');
const fetchMs = 60_000;

/** @typedef {{ dependencies: Record<string, string> }} Manifest */

/** @param {string} file @returns {unknown} */
const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'));

/** @typedef {{ folder: string, kind: string }} Release where it is, built, and what it is to be called */

/**
 * Built once for each commit. Below our packages, so that it finds them.
 * @returns {Promise<Release>} this release itself, and called so, in a copy that has no history
 */
export async function releaseBefore() {
  const { commit } = /** @type {{ commit: string }} */ (readJson(join(CHECKOUT, named)));
  if (await isWithoutHistory(commit)) return { folder: CHECKOUT, kind: 'this release itself (no history here)' };
  return { folder: await build(commit), kind: commit.slice(0, 7) };
}

/** @param {string} commit @returns {Promise<string>} its folder */
async function build(commit) {
  const folder = join(CHECKOUT, 'node_modules', '.cache', 'releases', commit);
  if (existsSync(folder)) return folder;
  const making = `${folder}.${process.pid}`;
  mkdirSync(making, { recursive: true });
  try {
    await unpack(commit, making);
    await takePackages(making);
    // It has passed its own checks; here it is only translated.
    await run(process.execPath, [compiler, '-p', 'tsconfig.build.json', '--noCheck'], { cwd: making });
    // Another run may have been quicker: its build is as good.
    if (!existsSync(folder)) renameSync(making, folder);
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
  return folder;
}

/** @param {string} commit @param {string} into */
async function unpack(commit, into) {
  await have(commit);
  const archive = join(into, 'release.tar');
  await run('git', ['archive', '-o', archive, commit], { cwd: CHECKOUT });
  await run('tar', ['-xf', archive], { cwd: into });
  rmSync(archive);
}

/** @param {string} commit @throws ClearError where it cannot be had */
async function have(commit) {
  if (await isThere(commit)) return;
  throw new ClearError(`The release before, commit ${commit} (${named}), is not in the history of this clone.`);
}

/** @param {string} commit */
const isThere = (commit) => succeeds('cat-file', '-e', `${commit}^{commit}`);

/** A shallow clone, once it could not be made deeper, or files alone. @param {string} commit */
async function isWithoutHistory(commit) {
  if (!(await succeeds('rev-parse', '--git-dir'))) return true;
  const isShallow = existsSync(join(await gitFolder(), 'shallow'));
  return isShallow && !(await isThere(commit)) && !(await succeeds('fetch', '--no-tags', 'origin', commit));
}

const gitFolder = async () =>
  resolve(CHECKOUT, (await run('git', ['rev-parse', '--git-common-dir'], { cwd: CHECKOUT })).stdout.trim());

/** @param {string[]} given to git */
async function succeeds(...given) {
  const env = { ...process.env, GIT_TERMINAL_PROMPT: '0' };
  return run('git', given, { cwd: CHECKOUT, env, timeout: fetchMs }).then(
    () => true,
    () => false,
  );
}

/** Ours, where what it names is the same; or else its own. @param {string} folder */
async function takePackages(folder) {
  const packagesOf = (/** @type {string} */ at) =>
    /** @type {Manifest} */ (readJson(join(at, 'package.json'))).dependencies;
  const ours = packagesOf(CHECKOUT);
  if (Object.entries(packagesOf(folder)).every(([name, version]) => ours[name] === version)) return;
  await run('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd: folder });
}
