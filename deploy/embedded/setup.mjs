// Setting up the broker and the database: deploy/setup, compiled.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { CHECKOUT, ClearError, pause } from './basics.mjs';

const SET_UP_MS = 60_000;

/** @typedef {typeof import('../setup/index.js')} Setup */
/** @typedef {Parameters<Setup['serviceEnvironment']>[0]} App */

/** @returns {Setup} what deploy/setup compiles to */
export function loadSetup() {
  const file = join(CHECKOUT, 'dist', 'deploy', 'setup', 'index.js');
  if (!existsSync(file)) throw new ClearError('Slipway is not built: run `npm run build`.');
  return createRequire(import.meta.url)(file);
}

/** @param {Promise<void>} promise @param {string} what */
export async function withinSetUpTime(promise, what) {
  const timer = new AbortController();
  const tooLate = pause(SET_UP_MS, timer.signal).then(() => Promise.reject(new Error(`${what} took too long.`)));
  try {
    await Promise.race([promise, tooLate]);
  } finally {
    tooLate.catch(() => {});
    timer.abort();
  }
}
