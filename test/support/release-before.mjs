// The release before this one, built from the repository's own history, to run beside this one as in a rolling upgrade.
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CHECKOUT, ClearError } from '../../deploy/embedded/basics.mjs';

const run = promisify(execFile);
const compiler = join(CHECKOUT, 'node_modules', 'typescript', 'bin', 'tsc');
const named = join('test', 'support', 'release-before.json');
const fetchMs = 60_000;

/** @typedef {{ dependencies: Record<string, string> }} Manifest */

/** @param {string} file @returns {unknown} */
const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'));

/** Built once for each commit. Below our packages, so that it finds them. @returns {Promise<string>} its folder */
export async function buildReleaseBefore() {
  const { commit } = /** @type {{ commit: string }} */ (readJson(join(CHECKOUT, named)));
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

/** A clone may be shallow. @param {string} commit @throws ClearError where it cannot be had */
async function have(commit) {
  const isThere = () => run('git', ['cat-file', '-e', `${commit}^{commit}`], { cwd: CHECKOUT });
  const env = { ...process.env, GIT_TERMINAL_PROMPT: '0' };
  const fetch = () => run('git', ['fetch', '--no-tags', 'origin', commit], { cwd: CHECKOUT, env, timeout: fetchMs });
  await isThere()
    .catch(fetch)
    .then(isThere)
    .catch((/** @type {Error} */ error) => {
      const wanted = `The release before, commit ${commit} (${named}), is not in this clone and cannot be fetched.`;
      throw new ClearError(`${wanted} A clone with its history has it: git fetch --unshallow`, error.message);
    });
}

/** Ours, where what it names is the same; or else its own. @param {string} folder */
async function takePackages(folder) {
  const packagesOf = (/** @type {string} */ at) =>
    /** @type {Manifest} */ (readJson(join(at, 'package.json'))).dependencies;
  const ours = packagesOf(CHECKOUT);
  if (Object.entries(packagesOf(folder)).every(([name, version]) => ours[name] === version)) return;
  await run('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd: folder });
}
