// The installation that a command is about: its settings, and its database, whether or not Slipway runs.
import { existsSync } from 'node:fs';
import { ClearError } from './basics.mjs';
import { buildIfNeeded } from './build.mjs';
import { isLocked } from './lock.mjs';
import { runningPostgresUrl } from './postgres.mjs';
import { readSecrets, readSettings, refuseFaults } from './settings.mjs';
import { startSystem } from './system.mjs';

/** @typedef {import('./run.mjs').Settings} Settings */

/** @returns {Settings} */
export function readAll() {
  const { settings, faults } = readSettings();
  refuseFaults(faults);
  if (!existsSync(settings.dataDir))
    throw new ClearError(
      `There is no data folder ${settings.dataDir}: start Slipway first, or name it with SLIPWAY_DATA_DIR.`,
    );
  return { ...settings, ...readSecrets(settings.dataDir) };
}

/**
 * @template Result
 * @param {Settings} settings
 * @param {(databaseUrl: string) => Promise<Result>} work
 */
export async function withDatabase(settings, work) {
  if (settings.databaseUrl) return work(settings.databaseUrl);
  const running = isLocked(settings.dataDir) ? runningPostgresUrl(settings.dataDir) : undefined;
  if (running) return work(running).catch(sayThatItStarts);
  await buildIfNeeded({ log: () => {} });
  const system = await startSystem({ ...settings, apps: [], log: () => {} });
  try {
    return await work(system.databaseUrl);
  } finally {
    await system.stop();
  }
}

/** @param {unknown} error @returns {never} */
function sayThatItStarts(error) {
  if (!(error instanceof Error) || !error.message.includes('ECONNREFUSED')) throw error;
  throw new ClearError(
    'Slipway is starting or stopping just now, and its database does not answer. Try again in a moment.',
  );
}

/** What a service's command is given. @param {Settings} settings @param {string} databaseUrl */
export const systemOf = (settings, databaseUrl) => ({
  ...settings,
  databaseUrl,
  adminUrl: settings.staffUrl,
  natsUrl: settings.natsUrl ?? 'nats://localhost:4222',
});
