// A server on a cluster: its settings, when it is ready, and what a server of before has left.
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pause } from '../basics.mjs';
import { endProcesses, isAlive, processesWorkingIn, readPid } from '../processes.mjs';

const READY_MS = 60_000;

/** Fast shutdown, immediate shutdown (the next start recovers), and the end. @type {import('../processes.mjs').StopStep[]} */
export const STOP_STEPS = [
  { signal: 'SIGINT', graceMs: 15_000 },
  { signal: 'SIGQUIT', graceMs: 5_000 },
  { signal: 'SIGKILL', graceMs: 5_000 },
];

/** @param {number} port @param {Record<string, string>} [others] stronger than these */
export function serverSettings(port, others) {
  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '', // a socket's path may be too long, and other users of the machine could reach it
    max_connections: 200,
    password_encryption: 'scram-sha-256',
    fsync: 'on',
    synchronous_commit: 'on',
    full_page_writes: 'on',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_destination: 'stderr',
    logging_collector: 'off',
    // Statements, parameters and errors hold values, and values may be secrets: none reaches the log. (In this setting's
    // order `log` is above `error`: what the server says of itself stays. A service learns of its errors itself.)
    log_min_messages: 'log',
    log_statement: 'none',
    log_min_duration_statement: -1,
    log_min_error_statement: 'panic',
    log_parameter_max_length: 0,
    log_parameter_max_length_on_error: 0,
    log_error_verbosity: 'terse',
    ...others,
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/**
 * The server writes its state into the last line of its pid file (pg_ctl reads the same).
 * @param {string} cluster
 * @param {number} pid
 * @param {AbortSignal} signal
 */
export async function untilReady(cluster, pid, signal) {
  const deadline = Date.now() + READY_MS;
  while (!saysReady(cluster, pid)) {
    if (Date.now() > deadline) throw new Error(`no answer for ${READY_MS / 1000} s`);
    await pause(25, signal);
  }
}

/** @param {string} cluster @param {number} pid */
function saysReady(cluster, pid) {
  try {
    const lines = readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n');
    return Number(lines[0]) === pid && lines[7]?.trim() === 'ready';
  } catch {
    return false;
  }
}

/**
 * Ends what a server of before has left in a cluster, and removes its pid file if that names nobody who works there.
 * After a `kill -9` the server's own children live on for a moment and hold its shared memory; a new one refuses to start beside them.
 * @param {string} cluster
 */
export async function clearAway(cluster) {
  const pidFile = join(cluster, 'postmaster.pid');
  const server = readPid(pidFile);
  const present = processesWorkingIn(cluster);
  if (server && present.includes(server)) await endProcesses([server], STOP_STEPS);
  // They leave by themselves when they notice; one that is paused or busy never does.
  const deadline = Date.now() + 2_000;
  while (processesWorkingIn(cluster).length && Date.now() < deadline) await pause(50);
  await endProcesses(processesWorkingIn(cluster), STOP_STEPS.slice(1));
  // Only where processes can be seen: elsewhere Postgres itself decides whether its pid file is stale.
  if (server && (process.platform === 'linux' || !isAlive(server))) rmSync(pidFile, { force: true });
}
