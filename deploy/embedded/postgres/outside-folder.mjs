// A folder outside the checkout and the data folder, for when the user that Postgres runs as can reach neither.
import { chmodSync, lstatSync, mkdirSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClearError } from '../basics.mjs';
import { canReach } from './os-user.mjs';

/** @typedef {import('./os-user.mjs').OsUser} OsUser */

/**
 * Not a temporary folder if there is a choice: those are emptied at times, and a cluster is not temporary.
 * @param {OsUser} user
 */
export async function outsideFolder(user) {
  for (const parent of ['/var/lib', '/var/tmp', tmpdir()]) {
    const folder = join(parent, 'slipway-embedded');
    if (makePrivately(folder) && (await canReach(folder, user))) return folder;
  }
  throw new ClearError(
    'No folder found that the Postgres user can reach; put the checkout and SLIPWAY_DATA_DIR where every user may enter.',
  );
}

/** Makes the folder, or accepts it only if nobody else can have put something into it. @param {string} folder */
function makePrivately(folder) {
  try {
    mkdirSync(folder, { recursive: true });
    const { uid, mode } = lstatSync(folder);
    if (!lstatSync(folder).isDirectory() || uid !== process.getuid?.() || mode & 0o022) return false;
    chmodSync(folder, 0o755);
    return true;
  } catch {
    return false;
  }
}

/** @param {string} path */
export function touch(path) {
  utimesSync(path, new Date(), new Date());
}
