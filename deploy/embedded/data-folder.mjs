// The data folder: everything that a system keeps, except where Postgres must live outside it.
import { existsSync, mkdirSync, rmdirSync, rmSync, statfsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { ClearError, messageOf } from './basics.mjs';
import { isLocked } from './lock.mjs';
import { removePostgres } from './postgres.mjs';

const FREE_BYTES_MIN = 300 * 1024 * 1024;

/**
 * Level by level: where nothing can be made, such as under /proc, Node's recursive form never returns (seen on 20.20).
 * @param {string} folder
 * @param {number} mode
 */
function makeFolder(folder, mode) {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder), 0o755);
  try {
    mkdirSync(folder, { mode });
  } catch (error) {
    if (!existsSync(folder)) throw error; // else somebody else was faster
  }
}

/**
 * Makes the data folder and sees that it can hold what comes.
 * @param {string} dataDir
 */
export function makeDataFolder(dataDir) {
  try {
    // As root, the user that Postgres runs as must be able to pass through; every file with a secret is closed by itself.
    makeFolder(dataDir, process.getuid?.() === 0 ? 0o711 : 0o700);
    for (const folder of ['run', 'log']) mkdirSync(join(dataDir, folder), { recursive: true, mode: 0o700 });
    const { bavail, bsize } = statfsSync(dataDir);
    if (bavail * bsize >= FREE_BYTES_MIN) return;
  } catch (error) {
    throw new ClearError(`Cannot write to the data folder ${dataDir}: ${messageOf(error)}`);
  }
  throw new ClearError(`Less than ${FREE_BYTES_MIN / 1024 / 1024} MB are free for the data folder ${dataDir}.`);
}

/**
 * Takes back a data folder in which nothing was kept: only folders that are empty go.
 * @param {string} dataDir
 */
export function removeIfUnused(dataDir) {
  if (isLocked(dataDir)) return;
  for (const folder of ['run', 'log', '']) {
    try {
      rmdirSync(join(dataDir, folder));
    } catch {
      // It is in use, or was never made.
    }
  }
}

/**
 * Deletes a data folder with all that belongs to it, also its database if that is kept elsewhere. Nothing may run in it.
 * @param {string} dataDir
 */
export async function removeDataFolder(dataDir) {
  await removePostgres(resolve(dataDir));
  rmSync(resolve(dataDir), { recursive: true, force: true });
}
