// What a start that was itself killed has left running.
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { endProcesses, isOurs, readPid } from './processes.mjs';
import { STOP_STEPS as POSTGRES_STOP_STEPS } from './postgres/server.mjs';
import { SERVICE_STOP_STEPS, mainFileOf, serviceOf } from './services.mjs';

/** @param {string} name of a child */
function programOf(name) {
  if (name === 'postgres') return 'postgres';
  if (name === 'nats') return 'nats-server';
  return mainFileOf(serviceOf(name));
}

/**
 * Ends what a start that was itself killed has left running with this data folder.
 * @param {string} dataDir
 * @param {(line: string) => void} log
 */
export async function endOrphans(dataDir, log) {
  const files = readdirSync(join(dataDir, 'run')).filter((file) => file.endsWith('.pid') && file !== 'system.pid');
  const orphans = files.flatMap((file) => {
    const name = file.slice(0, -'.pid'.length);
    const pid = readPid(join(dataDir, 'run', file));
    return pid && isOurs(pid, { program: programOf(name), dataDir }) ? [{ name, pid }] : [];
  });
  const pidsOf = (/** @type {(name: string) => boolean} */ chosen) =>
    orphans.filter(({ name }) => chosen(name)).map(({ pid }) => pid);
  if (orphans.length) log(`Ending what an earlier start left: ${orphans.map(({ name }) => name).join(', ')}`);
  const isNats = (/** @type {string} */ name) => name === 'nats';
  const isPostgres = (/** @type {string} */ name) => name === 'postgres';
  const isService = (/** @type {string} */ name) => !isNats(name) && !isPostgres(name);
  await endProcesses(pidsOf(isService), SERVICE_STOP_STEPS);
  await endProcesses(pidsOf(isNats), SERVICE_STOP_STEPS);
  await endProcesses(pidsOf(isPostgres), POSTGRES_STOP_STEPS);
  for (const file of files) rmSync(join(dataDir, 'run', file), { force: true });
}
