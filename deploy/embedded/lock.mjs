// One system per data folder: two Postgres servers on one cluster would destroy it.
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { ClearError } from './basics.mjs';
import { birthOf, isAlive } from './processes.mjs';

/** @param {string} text the lock's content: the pid, and below it when that process started */
function holderOf(text) {
  const [pid, birth] = text.split('\n');
  return { pid: Number(pid), birth };
}

/** @param {string} text */
function isHeld(text) {
  const { pid, birth } = holderOf(text);
  return isAlive(pid) && (!birth || birthOf(pid) === birth);
}

/** @param {string} file */
function readIfThere(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** Whether a system runs with the data folder. @param {string} dataDir */
export function isLocked(dataDir) {
  const content = readIfThere(lockPath(dataDir));
  return content !== undefined && isHeld(content);
}

/** @param {string} dataDir */
const lockPath = (dataDir) => join(dataDir, 'run', 'system.pid');

/**
 * Takes the lock, or throws one clear line. A lock whose process has ended counts as free.
 * @param {string} dataDir
 * @returns {{ release(): void }}
 */
export function lockDataFolder(dataDir) {
  const file = lockPath(dataDir);
  mkdirSync(join(dataDir, 'run'), { recursive: true, mode: 0o700 });
  const own = `${file}.${randomUUID()}`;
  const content = `${process.pid}\n${birthOf(process.pid)}\n`;
  writeFileSync(own, content, { mode: 0o600 });
  try {
    // A link appears with its content at once, so that nobody reads a half-written lock.
    while (!tryLink(own, file)) freeIfStale(file, dataDir);
  } finally {
    rmSync(own, { force: true });
  }
  return { release: () => readIfThere(file) === content && rmSync(file, { force: true }) };
}

/** @param {string} from @param {string} to */
function tryLink(from, to) {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    throw error;
  }
}

/** @param {string} file @param {string} dataDir */
function freeIfStale(file, dataDir) {
  const content = readIfThere(file);
  if (content === undefined) return;
  if (isHeld(content)) {
    throw new ClearError(`Slipway already runs with the data folder ${dataDir} (process ${holderOf(content).pid}).`);
  }
  const aside = `${file}.${randomUUID()}`;
  try {
    renameSync(file, aside);
  } catch {
    return; // another start has just freed it
  }
  // Between our look and our move another start may have taken the lock: then what we moved is its lock, not the stale one.
  if (readIfThere(aside) !== content) tryLink(aside, file);
  rmSync(aside, { force: true });
}
