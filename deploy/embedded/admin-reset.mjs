// `npm run admin:reset [-- <e-mail address>] [-- --second-factor]`: a new password for the first administrator of the
// staff, or for the one named, shown once. Their sessions end. Whether Slipway runs or not: where it does not, its database
// is started for the moment.
import { existsSync, writeFileSync } from 'node:fs';
import { ClearError } from './basics.mjs';
import { buildIfNeeded } from './build.mjs';
import { isLocked } from './lock.mjs';
import { identityCommand } from './operator.mjs';
import { runningPostgresUrl } from './postgres.mjs';
import { readSecrets, readSettings, refuseFaults } from './settings.mjs';
import { startSystem } from './system.mjs';

/** @typedef {import('./run.mjs').Settings} Settings */

/** @returns {Settings} */
function readAll() {
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
async function withDatabase(settings, work) {
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

/** @param {Settings} settings @param {string} databaseUrl @returns {Promise<{ email: string, password: string }>} */
function reset(settings, databaseUrl) {
  const system = {
    ...settings,
    databaseUrl,
    adminUrl: settings.staffUrl,
    natsUrl: settings.natsUrl ?? 'nats://localhost:4222',
  };
  return identityCommand(['reset-admin', ...process.argv.slice(2)], { system });
}

/** Where the first start has kept the first administrator's password, `npm run demo` and the next screen find the new one. */
function keep(
  /** @type {Settings} */ settings,
  /** @type {{ email: string, password: string }} */ { email, password },
) {
  if (!settings.adminPasswordFile || email !== settings.adminEmail.toLowerCase()) return [];
  writeFileSync(settings.adminPasswordFile, `${password}\n`, { mode: 0o600 });
  return [`It is kept in ${settings.adminPasswordFile}, too, in place of the one before.`];
}

try {
  const settings = readAll();
  const given = await withDatabase(settings, (databaseUrl) => reset(settings, databaseUrl));
  console.log(
    [
      `${given.email}   ${given.password}`,
      ...keep(settings, given),
      'Their sessions have ended. Sign in with it and choose another: PUT /v1/me/password.',
    ].join('\n'),
  );
} catch (error) {
  if (!(error instanceof ClearError)) throw error;
  console.error([error.message, error.details].filter(Boolean).join('\n'));
  process.exitCode = 1;
}
