// Whom the services run as. Root's rights are for starting others; a service that somebody takes over should not have them.
import { join } from 'node:path';
import { CHECKOUT } from './basics.mjs';
import { findOrMakeOsUser, runsAsRoot } from './postgres/os-user.mjs';
import { runTool } from './processes.mjs';
import { mainFileOf } from './services.mjs';

/** Not the one that Postgres runs as: its files are no service's to read. */
const SERVICE_USER = 'slipway';

/** @typedef {import('./postgres/os-user.mjs').OsUser} OsUser */

/**
 * Undefined: as ourselves, since we are not root, or since nobody else can read what a service is made of, as in a checkout
 * below /root; then that is said.
 * @param {readonly string[]} services
 * @param {(line: string) => void} log
 * @returns {Promise<OsUser | undefined>}
 */
export async function chooseServiceUser(services, log) {
  const [service] = services;
  if (!runsAsRoot() || !service) return undefined;
  const user = await findOrMakeOsUser(SERVICE_USER);
  if (user && (await canRun(service, user))) return user;
  const reason = user ? `cannot read ${CHECKOUT}` : 'could not be made';
  log(`The services run as root: the user "${SERVICE_USER}" ${reason}.`);
  return undefined;
}

/** Asked as that user, with our Node, because only the system knows every rule that decides it. @param {string} service @param {OsUser} user */
async function canRun(service, user) {
  const main = join(CHECKOUT, mainFileOf(service));
  const script = `require('fs').accessSync(process.argv[1]); require('module').createRequire(process.argv[1])('@nestjs/common/package.json')`;
  const { code } = await runTool(process.execPath, ['-e', script, main], { ...user, cwd: '/' }).catch(() => ({
    code: 1,
  }));
  return code === 0;
}
