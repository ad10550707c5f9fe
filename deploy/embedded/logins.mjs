// Who can sign in to a system that has just been started, and whether the passwords we know of still hold.
import { ensureDemoData, madeEarlier } from './demo-data.mjs';
import { checkLogins } from './operator.mjs';

/** @typedef {import('./run.mjs').Settings} Settings */
/** @typedef {import('./system.mjs').System} System */
/** @typedef {import('./demo-data.mjs').Logins} Logins */

/**
 * @param {Settings} settings
 * @param {System} system
 * @param {AbortSignal} stop
 */
export async function prepareLogins(settings, system, stop) {
  const made = settings.demo ? madeEarlier(settings.dataDir) : undefined;
  const [admin, ...others] = await checked(
    [adminOf(settings), ...(made ? demoLogins(made) : [])],
    settings,
    system,
    stop,
  );
  if (!admin) throw new Error('an administrator was asked about');
  if (made || !settings.demo) return { admin, others };
  return { admin, ...(await demoData(settings, system, admin.holds, stop)) };
}

/** @param {Settings} settings */
const adminOf = ({ adminEmail, adminPassword }) => ({
  title: 'Staff   ',
  name: adminEmail,
  password: adminPassword,
  of: /** @type {const} */ ('staff'),
});

/** @param {Logins} logins */
const demoLogins = ({ reviewer, partner }) => [
  { title: 'Reviewer', name: reviewer.email, password: reviewer.password, of: /** @type {const} */ ('staff') },
  { title: 'Partner ', name: partner.username, password: partner.password, of: /** @type {const} */ ('partner') },
];

/**
 * @param {ReturnType<typeof adminOf>[] | ReturnType<typeof demoLogins>} logins
 * @param {Settings} settings
 * @param {System} system
 * @param {AbortSignal} stop
 */
async function checked(logins, settings, system, stop) {
  const holds = await checkLogins(logins, { ...settings, adminUrl: settings.staffUrl, ...addressesOf(system) }, stop);
  return logins.map((login, index) => ({ ...login, holds: holds[index] ?? false }));
}

/** @param {System} system */
const addressesOf = ({ databaseUrl, natsUrl }) => ({ databaseUrl, natsUrl });

/**
 * The system serves without them: what keeps them from being made is said, and is no reason to stop.
 * @param {Settings} settings
 * @param {System} system
 * @param {boolean} adminHolds
 * @param {AbortSignal} stop
 */
async function demoData(settings, { gatewayUrl, adminUrl }, adminHolds, stop) {
  if (!adminHolds) return { others: [], demoProblem: 'the password of the administrator has been changed.' };
  try {
    const made = await ensureDemoData({ ...settings, gatewayUrl, adminUrl, signal: stop });
    return { others: demoLogins(made).map((login) => ({ ...login, holds: true })) };
  } catch (error) {
    stop.throwIfAborted();
    return { others: [], demoProblem: error instanceof Error ? error.message : String(error) };
  }
}
