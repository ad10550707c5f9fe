// Clusters that nobody needs any more, with what still runs in them.
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { processesWorkingIn } from '../processes.mjs';
import { ownerStillHasIt, readOwner } from './clusters.mjs';
import { clearAway } from './server.mjs';

const UNUSED_DAYS = 14;

/**
 * Deletes what data folders that no longer exist have left outside. One under a temporary folder is gone for good;
 * another might be on a disk that is not mounted today, so its cluster must also have been unused for a while.
 * @param {string} outside
 * @param {string} dataDir ours, which is locked: nobody is just making another cluster for it
 */
export async function clearOutside(outside, dataDir) {
  for (const name of readdirSync(outside)) {
    const path = join(outside, name);
    // Another start may be clearing the same; a failure to clear is no reason not to start.
    if (name.startsWith('cluster-') && isAbandoned(path, dataDir)) await removeCluster(path).catch(() => {});
    if (name.startsWith('unfinished-') && isUnused(path)) rmSync(path, { recursive: true, force: true });
  }
}

/** @param {string} home @param {string} dataDir */
function isAbandoned(home, dataDir) {
  const owner = readOwner(home);
  if (owner && ownerStillHasIt(owner)) return false;
  if (owner?.dataDir === dataDir) return true;
  const temporary = [tmpdir(), '/tmp', '/var/tmp'].some((folder) => owner?.dataDir.startsWith(folder + sep));
  if (owner && temporary && !existsSync(owner.dataDir)) return true;
  return isUnused(home) && processesWorkingIn(join(home, 'data')).length === 0;
}

/** @param {string} path */
function isUnused(path) {
  const touchedAt = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
  return Date.now() - touchedAt > UNUSED_DAYS * 24 * 3600 * 1000;
}

/** @param {string} home */
export async function removeCluster(home) {
  await clearAway(join(home, 'data'));
  rmSync(home, { recursive: true, force: true });
}
