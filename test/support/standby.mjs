// A primary and its hot standby: two Postgres servers of our own, the second made from a backup of the first.
import { execFile, spawn } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { pause } from '../../deploy/embedded/basics.mjs';
import { makeDataFolder } from '../../deploy/embedded/data-folder.mjs';
import { choosePort } from '../../deploy/embedded/ports.mjs';
import { preparePostgres, removePostgres } from '../../deploy/embedded/postgres.mjs';
import { reachableBinaries } from '../../deploy/embedded/postgres/binaries.mjs';
import { findCluster } from '../../deploy/embedded/postgres/clusters.mjs';
import { chooseOsUser } from '../../deploy/embedded/postgres/os-user.mjs';
import { STOP_STEPS, serverSettings, untilReady } from '../../deploy/embedded/postgres/server.mjs';
import { endProcesses, plainEnvironment, processesWorkingIn, signalProcess } from '../../deploy/embedded/processes.mjs';

const READY_MS = 60_000;
/** Of the cluster's files, what is of its server alone. */
const NOT_COPIED = ['./postmaster.pid', './postmaster.opts', './pg_wal/*', './pg_replslot/*'];

/**
 * @typedef {object} Pair
 * @property {string} primaryUrl an administrator's
 * @property {string} standbyUrl an administrator's
 * @property {string} url of both, the standby first
 * @property {() => Promise<void>} killPrimary for good
 * @property {() => Promise<void>} stop
 */

/** @returns {Promise<Pair>} every commit of the primary waits until the standby has it */
export async function startPair() {
  const home = mkdtempSync(join(tmpdir(), 'slipway-standby-'));
  chmodSync(home, 0o755);
  makeDataFolder(home);
  const settings = { wal_keep_size: '512MB' };
  const { server, url: primaryUrl } = await preparePostgres({ dataDir: home, log: () => {}, settings });
  const state = findCluster(home);
  if (!state) throw new Error('the primary has no cluster');
  const primary = join(state.home, 'data');
  const standby = join(state.home, 'standby');
  const stop = async () => {
    await endProcesses(processesWorkingIn(standby), STOP_STEPS);
    await server.stop();
    await removePostgres(home);
    rmSync(home, { recursive: true, force: true });
  };
  try {
    server.start();
    await server.whenReady();
    await asAdministrator(primaryUrl, (client) => copy(client, primary, standby));
    const port = await startStandby({ home, standby, primaryUrl });
    await asAdministrator(primaryUrl, requireStandby);
    const standbyUrl = Object.assign(new URL(primaryUrl), { port: String(port) }).toString();
    const hosts = [standbyUrl, primaryUrl].map((address) => new URL(address).host).join(',');
    const killPrimary = async () => {
      const stopped = server.stop();
      for (const pid of processesWorkingIn(primary)) signalProcess(pid, 'SIGKILL');
      await stopped;
    };
    return { primaryUrl, standbyUrl, url: primaryUrl.replace(new URL(primaryUrl).host, hosts), killPrimary, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * As `pg_basebackup` does, which the package has not. While the server runs.
 * @param {pg.Client} client @param {string} from @param {string} to
 */
async function copy(client, from, to) {
  const user = await chooseOsUser(from);
  mkdirSync(to, { mode: 0o700 });
  if (user) chownSync(to, user.uid, user.gid);
  await client.query(`select pg_backup_start('standby', true)`);
  const excluded = NOT_COPIED.map((path) => `--exclude='${path}'`).join(' ');
  await promisify(execFile)('sh', ['-c', `tar -C "$1" ${excluded} -cf - . | tar -C "$2" -xpf -`, 'sh', from, to]);
  const { rows } = await client.query('select labelfile from pg_backup_stop(false)');
  const [{ labelfile }] = /** @type {[{ labelfile: string }]} */ (rows);
  for (const [name, text] of Object.entries({ backup_label: labelfile, 'standby.signal': '' })) {
    writeFileSync(join(to, name), text, { mode: 0o600 });
    if (user) chownSync(join(to, name), user.uid, user.gid);
  }
}

/** @param {{ home: string, standby: string, primaryUrl: string }} options @returns {Promise<number>} its port */
async function startStandby({ home, standby, primaryUrl }) {
  const user = await chooseOsUser(standby);
  const native = await reachableBinaries(user);
  const port = await choosePort();
  const { hostname, port: primaryPort, username, password } = new URL(primaryUrl);
  const primary = { host: hostname, port: primaryPort, user: username, password: decodeURIComponent(password) };
  const conninfo = Object.entries(primary).map(([name, value]) => `${name}=${value}`);
  const settings = serverSettings(port, { primary_conninfo: conninfo.join(' ') });
  const { pid } = spawn(join(native.folder, 'bin', 'postgres'), ['-D', standby, ...settings], {
    ...user,
    cwd: standby,
    env: { ...plainEnvironment(home), LC_ALL: 'C' },
    stdio: 'ignore',
    detached: true,
  });
  if (!pid) throw new Error('the standby does not start');
  await untilReady(standby, pid, AbortSignal.timeout(READY_MS));
  return port;
}

/** @param {pg.Client} client the primary's */
async function requireStandby(client) {
  await client.query(`alter system set synchronous_standby_names = '*'`);
  await client.query('select pg_reload_conf()');
  const deadline = Date.now() + READY_MS;
  for (;;) {
    const { rowCount } = await client.query(`select from pg_stat_replication where sync_state = 'sync'`);
    if (rowCount) return;
    if (Date.now() > deadline) throw new Error('the standby does not follow');
    await pause(50);
  }
}

/** @param {string} url @param {(client: pg.Client) => Promise<void>} work */
async function asAdministrator(url, work) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
