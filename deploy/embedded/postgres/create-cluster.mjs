// A new cluster: where it is put, and how initdb makes it.
import { chownSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { ClearError } from '../basics.mjs';
import { runTool } from '../processes.mjs';
import { removeCluster } from './abandoned-clusters.mjs';
import { isOutside, readOwner, readState, writeOwner, writeState } from './clusters.mjs';
import { OS_USER, canReach } from './os-user.mjs';
import { outsideFolder } from './outside-folder.mjs';

export const SUPERUSER = 'slipway_superuser';
export const DATABASE = 'slipway';

/** @typedef {import('./clusters.mjs').State} State */
/** @typedef {import('./os-user.mjs').OsUser} OsUser */

/**
 * Remembered before the cluster is made, so that whatever exists can be found and cleared.
 * @param {string} dataDir
 * @param {OsUser | undefined} user
 * @param {(line: string) => void} log
 * @returns {Promise<State>}
 */
export async function newState(dataDir, user, log) {
  const left = readState(dataDir);
  if (left && isOutside(left.home) && readOwner(left.home)?.id === left.clusterId) await removeCluster(left.home);
  const home = await chooseHome(dataDir, user, log);
  const state = { clusterId: randomUUID(), home, port: 0, password: randomBytes(24).toString('hex') };
  writeOwner(home, { id: state.clusterId, dataDir });
  writeState(dataDir, state);
  return state;
}

/**
 * @param {string} dataDir
 * @param {OsUser | undefined} user
 * @param {(line: string) => void} log
 */
async function chooseHome(dataDir, user, log) {
  const own = join(dataDir, 'postgres');
  mkdirSync(own, { recursive: true, mode: 0o755 });
  if (!user || (await canReach(own, user))) return own;
  const home = join(await outsideFolder(user), `cluster-${randomUUID()}`);
  mkdirSync(home, { mode: 0o755 });
  log(`The user "${OS_USER}" cannot enter ${dataDir}; the database is kept in ${home}.`);
  return home;
}

/**
 * Under another name first: a cluster that a cut-short start left half made is never taken for a whole one.
 * @param {string} native
 * @param {State} state
 * @param {OsUser | undefined} user
 * @param {NodeJS.ProcessEnv} env
 * @param {AbortSignal} [signal]
 */
export async function createCluster(native, { home, password }, user, env, signal) {
  for (const left of readdirSync(home).filter((name) => name.startsWith('new-'))) {
    rmSync(join(home, left), { recursive: true, force: true });
  }
  const folder = join(home, `new-${randomUUID()}`);
  const cluster = join(folder, 'data');
  mkdirSync(folder, { mode: 0o700 });
  writeFileSync(join(folder, 'password'), `${password}\n`, { mode: 0o600 });
  if (user) for (const path of [folder, join(folder, 'password')]) chownSync(path, user.uid, user.gid);
  const options = { ...user, cwd: folder, env, signal };
  await mustSucceed('initdb', [join(native, 'bin', 'initdb'), ...initdbArguments(cluster, folder)], options);
  await mustSucceed(
    'The first start of Postgres',
    [join(native, 'bin', 'postgres'), '--single', '-D', cluster, '-c', 'log_statement=none', 'postgres'],
    { ...options, input: `CREATE DATABASE ${DATABASE};\n` },
  );
  renameSync(cluster, join(home, 'data'));
  rmSync(folder, { recursive: true, force: true });
}

/** @param {string} cluster @param {string} folder */
function initdbArguments(cluster, folder) {
  return [
    `--pgdata=${cluster}`,
    `--username=${SUPERUSER}`,
    `--pwfile=${join(folder, 'password')}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // Postgres' own C.UTF-8 sorts and folds the same on every machine; the system's locales may be missing or change.
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--data-checksums',
  ];
}

/** @param {string} what @param {[string, ...string[]]} command @param {Parameters<typeof runTool>[2]} options */
async function mustSucceed(what, [program, ...args], options) {
  const { code, output } = await runTool(program, args, options);
  if (code !== 0) throw new ClearError(`${what} failed:`, output.trim().split('\n').slice(-12).join('\n'));
}
