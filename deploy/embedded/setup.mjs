// Setting up the broker and the database: deploy/setup, compiled.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { CHECKOUT, ClearError, pause } from './basics.mjs';
import { readState } from './postgres/clusters.mjs';
import { inheritedEnvironment } from './services.mjs';

const SET_UP_MS = 60_000;

/** @typedef {typeof import('../setup/index.js')} Setup */
/** @typedef {Parameters<Setup['serviceEnvironment']>[0]} App */
/** @typedef {Parameters<Setup['serviceEnvironment']>[1]} SystemSettings */

/** @param {string} [release] its folder; this one, unless told @returns {Setup} what deploy/setup compiles to */
export function loadSetup(release = CHECKOUT) {
  const file = join(release, 'dist', 'deploy', 'setup', 'index.js');
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

/** In place of secrets that an earlier start has made, or a later one will. */
const SOME_SECRET = '0123456789abcdef'.repeat(4);

/**
 * What the apps would refuse to start with, in words for the terminal; of each setting one fault is enough.
 * @param {ReturnType<typeof import('./settings.mjs').readSettings>['settings']} settings
 * @param {string[]} [known]
 */
export function serviceFaults(settings, known = []) {
  const system = {
    ...settings,
    masterKey: SOME_SECRET,
    adminPassword: settings.givenAdminPassword ?? SOME_SECRET,
    adminUrl: settings.staffUrl,
    databaseUrl: settings.databaseUrl ?? 'postgres://localhost/slipway',
    natsUrl: settings.natsUrl ?? 'nats://localhost:4222',
  };
  const isFirstStart = !settings.databaseUrl && !readState(settings.dataDir);
  const faults = loadSetup().settingFaults(system, inheritedEnvironment(settings.dataDir), { isFirstStart });
  return faults
    .filter(({ setting }) => !known.some((fault) => fault.startsWith(`${setting} `)))
    .map(({ setting, detail }) => `${setting} ${detail}.`);
}
