// Which cluster belongs to which data folder: the data folder remembers its cluster, and the cluster is marked with its owner.
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { basename, join } from 'node:path';
import { ClearError } from '../basics.mjs';
import { touch } from './outside-folder.mjs';

/** @typedef {{ clusterId: string, home: string, port: number, password: string }} State */
/** @typedef {{ id: string, dataDir: string }} Owner */

/** @param {string} dataDir */
export const statePath = (dataDir) => join(dataDir, 'postgres.json');

/** @param {string} dataDir @returns {State | undefined} */
export function readState(dataDir) {
  try {
    return JSON.parse(readFileSync(statePath(dataDir), 'utf8'));
  } catch (error) {
    // One that is there and cannot be read still says that there is a database.
    if (['ENOENT', 'ENOTDIR'].includes(/** @type {NodeJS.ErrnoException} */ (error).code ?? '')) return undefined;
    throw error;
  }
}

/** @param {string} dataDir @param {State} state */
export function writeState(dataDir, state) {
  const unfinished = `${statePath(dataDir)}.${randomUUID()}`;
  writeFileSync(unfinished, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  renameSync(unfinished, statePath(dataDir));
}

/** @param {string} home @returns {Owner | undefined} */
export function readOwner(home) {
  try {
    return JSON.parse(readFileSync(join(home, 'owner.json'), 'utf8'));
  } catch {
    return undefined;
  }
}

/** @param {string} home @param {Owner} owner */
export function writeOwner(home, owner) {
  writeFileSync(join(home, 'owner.json'), `${JSON.stringify(owner, null, 2)}\n`, { mode: 0o600 });
  touch(home);
}

/** In doubt it has. @param {Owner} owner */
export function ownerStillHasIt(owner) {
  try {
    return readState(owner.dataDir)?.clusterId === owner.id;
  } catch {
    return true;
  }
}

/**
 * The remembered cluster, if it is there and really this data folder's.
 * @param {string} dataDir
 */
export function findCluster(dataDir) {
  const state = readState(dataDir);
  const own = join(dataDir, 'postgres');
  if (!state) {
    if (!existsSync(join(own, 'data'))) return undefined;
    throw new ClearError(`${own} holds a database, but ${statePath(dataDir)} with its password is missing.`);
  }
  // Inside the data folder it moves with it; outside it stays where it was.
  const home = isOutside(state.home) ? state.home : own;
  if (!existsSync(join(home, 'data'))) {
    if (isUnfinished(home)) return undefined;
    throw new ClearError(
      `The database of ${dataDir} is gone from ${home}; restore it, or delete the data folder to start anew.`,
    );
  }
  refuseCopy(dataDir, home, state);
  return { ...state, home };
}

/** @param {string} home */
export const isOutside = (home) => basename(home).startsWith('cluster-');

/** Our mark is written before initdb runs, so a home with a mark and no cluster is one whose start was cut short. @param {string} home */
const isUnfinished = (home) => readOwner(home) !== undefined;

/** @param {string} dataDir @param {string} home @param {State} state */
function refuseCopy(dataDir, home, state) {
  const owner = readOwner(home);
  if (!isOutside(home) || owner?.dataDir === dataDir) return;
  if (owner?.id !== state.clusterId) throw new ClearError(`The database at ${home} belongs to another data folder.`);
  if (ownerStillHasIt(owner)) {
    throw new ClearError(`${dataDir} is a copy of ${owner.dataDir}, whose database at ${home} cannot serve both.`);
  }
}

/** @param {string} cluster @param {string} version */
export function refuseOtherVersion(cluster, version) {
  const made = readFileSync(join(cluster, 'PG_VERSION'), 'utf8').trim();
  if (made === version.split('.')[0]) return;
  throw new ClearError(
    `The database in ${cluster} was made by Postgres ${made}; this is ${version}. Move it with pg_dump, or use another SLIPWAY_DATA_DIR.`,
  );
}
