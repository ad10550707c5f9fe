// The operating system's users that Postgres and the services run as where we are root: Postgres refuses to, and the
// services need not.
import { statSync } from 'node:fs';
import { ClearError } from '../basics.mjs';
import { runTool } from '../processes.mjs';

export const OS_USER = 'postgres';

/** @typedef {{ uid: number, gid: number }} OsUser */

export const runsAsRoot = () => process.getuid?.() === 0;

/** @param {string} name @returns {Promise<OsUser | undefined>} */
async function findOsUser(name) {
  const [uid, gid] = await Promise.all([runTool('id', ['-u', name]), runTool('id', ['-g', name])]);
  if (uid.code !== 0 || gid.code !== 0) return undefined;
  return { uid: Number(uid.output), gid: Number(gid.output) };
}

/** @param {string} name */
async function createOsUser(name) {
  /** @type {[string, ...string[]][]} */
  const attempts = [
    ['useradd', '--system', '--user-group', '--no-create-home', '--home-dir', '/', '--shell', '/bin/false', name],
    ['adduser', '-S', '-D', '-H', '-h', '/', '-s', '/bin/false', name], // BusyBox
  ];
  for (const [command, ...args] of attempts) await runTool(command, args);
  return findOsUser(name);
}

/** Made where there is none; undefined where it cannot be made. @param {string} name */
export const findOrMakeOsUser = async (name) => (await findOsUser(name)) ?? (await createOsUser(name));

/**
 * Whom Postgres runs as; undefined means as ourselves.
 * @param {string | undefined} cluster an existing cluster, whose owner is the only one that can run it
 * @returns {Promise<OsUser | undefined>}
 */
export async function chooseOsUser(cluster) {
  if (!runsAsRoot()) return undefined;
  const owner = cluster ? statSync(cluster) : undefined;
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const user = await findOrMakeOsUser(OS_USER);
  if (user) return user;
  throw new ClearError(
    `Postgres refuses to run as root, and the user "${OS_USER}" could not be made; start Slipway as another user or set DATABASE_URL.`,
  );
}

/**
 * Asked as that user, because only the system knows every rule that decides it.
 * @param {string} folder
 * @param {OsUser | undefined} user
 */
export async function canReach(folder, user) {
  const { code } = await runTool('/bin/sh', ['-c', 'test -r "$1" && test -x "$1"', 'sh', folder], {
    ...user,
    cwd: '/',
  });
  return code === 0;
}
