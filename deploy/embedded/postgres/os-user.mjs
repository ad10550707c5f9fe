// The operating system's user that Postgres runs as: it refuses to run as root, so as root another one is needed.
import { statSync } from 'node:fs';
import { ClearError } from '../basics.mjs';
import { runTool } from '../processes.mjs';

export const OS_USER = 'postgres';

/** @typedef {{ uid: number, gid: number }} OsUser */

const runsAsRoot = () => process.getuid?.() === 0;

/** @returns {Promise<OsUser | undefined>} */
async function findOsUser() {
  const [uid, gid] = await Promise.all([runTool('id', ['-u', OS_USER]), runTool('id', ['-g', OS_USER])]);
  if (uid.code !== 0 || gid.code !== 0) return undefined;
  return { uid: Number(uid.output), gid: Number(gid.output) };
}

async function createOsUser() {
  /** @type {[string, ...string[]][]} */
  const attempts = [
    ['useradd', '--system', '--user-group', '--no-create-home', '--home-dir', '/', '--shell', '/bin/false', OS_USER],
    ['adduser', '-S', '-D', '-H', '-h', '/', '-s', '/bin/false', OS_USER], // BusyBox
  ];
  for (const [command, ...args] of attempts) await runTool(command, args);
  return findOsUser();
}

/**
 * Whom Postgres runs as; undefined means as ourselves.
 * @param {string | undefined} cluster an existing cluster, whose owner is the only one that can run it
 * @returns {Promise<OsUser | undefined>}
 */
export async function chooseOsUser(cluster) {
  if (!runsAsRoot()) return undefined;
  const owner = cluster ? statSync(cluster) : undefined;
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const user = (await findOsUser()) ?? (await createOsUser());
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
