// What `npm start` does: from a bare checkout to a running system, in one terminal, until Ctrl-C.
import { existsSync } from 'node:fs';
import { ClearError, orAborted } from './basics.mjs';
import { buildIfNeeded } from './build.mjs';
import { makeDataFolder, removeIfUnused } from './data-folder.mjs';
import { installIfNeeded } from './install.mjs';
import { lockDataFolder } from './lock.mjs';
import { endOrphans } from './orphans.mjs';
import { portBecomesFree } from './ports.mjs';
import { prepareLogins } from './logins.mjs';
import { screen } from './screen.mjs';
import { serviceFaults } from './setup.mjs';
import { readSecrets, readSettings, refuseFaults, writeAddresses } from './settings.mjs';
import { STOPPED, explain, listenForTheEnd } from './signals.mjs';
import { startSystem } from './system.mjs';

/** @typedef {ReturnType<typeof readSettings>['settings'] & ReturnType<typeof readSecrets>} Settings */

const say = (/** @type {string} */ line) => console.log(line);

/** @param {ReturnType<typeof readSettings>['settings']} settings */
async function checkPorts({ gatewayPort, adminPort }) {
  const ports = { SLIPWAY_GATEWAY_PORT: gatewayPort, SLIPWAY_ADMIN_PORT: adminPort };
  const faults = [];
  for (const [setting, port] of Object.entries(ports))
    if (!(await portBecomesFree(port)))
      faults.push(`Port ${port} is taken; free it, or choose another with ${setting}.`);
  refuseFaults(faults);
}

/** What cannot be written to is a fault of its setting, like the others. @param {string} dataDir */
function folderFaults(dataDir) {
  try {
    makeDataFolder(dataDir);
    return [];
  } catch (error) {
    if (error instanceof ClearError) return [`${error.message} (SLIPWAY_DATA_DIR)`];
    throw error;
  }
}

/** @param {AbortSignal} stop */
async function installAndBuild(stop) {
  await installIfNeeded({ log: say, signal: stop });
  await buildIfNeeded({ log: say, signal: stop });
}

/** @param {{ stop: AbortSignal, hurry: AbortSignal }} signals */
async function run(signals) {
  const { settings, faults } = readSettings();
  const isNew = !existsSync(settings.dataDir);
  try {
    await prepareAndServe(settings, faults, signals);
  } finally {
    // Whoever was refused before anything began may have meant another folder.
    if (isNew) removeIfUnused(settings.dataDir);
  }
}

/**
 * @param {ReturnType<typeof readSettings>['settings']} settings
 * @param {string[]} faults found so far
 * @param {{ stop: AbortSignal, hurry: AbortSignal }} signals
 */
async function prepareAndServe(settings, faults, { stop, hurry }) {
  faults.push(...folderFaults(settings.dataDir));
  if (faults.length > 0) {
    // The apps know the rules of their own settings, and they are to be told together.
    await installAndBuild(stop);
    refuseFaults([...faults, ...serviceFaults(settings, faults)]);
  }
  const lock = lockDataFolder(settings.dataDir);
  try {
    await installAndBuild(stop);
    refuseFaults(serviceFaults(settings));
    await endOrphans(settings.dataDir, say);
    await checkPorts(settings);
    const all = { ...settings, ...readSecrets(settings.dataDir) };
    say('Starting...');
    await serve(all, { lock, stop, hurry });
  } finally {
    lock.release();
  }
}

/** @param {Settings} settings @param {{ lock: { release(): void }, stop: AbortSignal, hurry: AbortSignal }} control */
async function serve(settings, { lock, stop, hurry }) {
  const system = await startSystem({ ...settings, lock, hurry, signal: stop, log: say });
  try {
    writeAddresses(settings);
    const logins = await prepareLogins(settings, system, stop);
    say(screen(settings, logins));
    await orAborted(new Promise(() => {}), stop);
  } finally {
    await system.stop();
  }
}

const signals = listenForTheEnd();
try {
  await run(signals);
} catch (error) {
  if (error !== STOPPED) {
    console.error(explain(error));
    process.exitCode = 1;
  }
}
// Whatever still waits (a connection that set-up holds) must not keep a stopped system's terminal.
process.exit();
