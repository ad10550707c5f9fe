// `npm run admin:reset [-- <e-mail address>] [-- --second-factor]`: a new password for the first administrator of the
// staff, or for the one named, shown once. Their sessions end. Whether Slipway runs or not: where it does not, its database
// is started for the moment.
import { writeFileSync } from 'node:fs';
import { ClearError } from './basics.mjs';
import { readAll, systemOf, withDatabase } from './installation.mjs';
import { serviceCommand } from './operator.mjs';

/** @typedef {import('./run.mjs').Settings} Settings */

/** @param {Settings} settings @param {string} databaseUrl @returns {Promise<{ email: string, password: string }>} */
function reset(settings, databaseUrl) {
  const words = ['reset-admin', ...process.argv.slice(2)];
  return serviceCommand('identity', words, { system: systemOf(settings, databaseUrl) });
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
