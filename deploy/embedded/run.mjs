// What `npm start` does: from a bare checkout to a running system, in one terminal, until Ctrl-C.
import { existsSync } from 'node:fs';
import { ClearError, messageOf, orAborted } from './basics.mjs';
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
import { startSystem } from './system.mjs';

const STOPPED = new Error('Stopped by a signal.');
/** npm passes on a Ctrl-C that the terminal has sent to us as well: what comes this soon is the same one. */
const SAME_CTRL_C_MS = 1_000;

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

/** The first signal asks for an orderly stop, a second one for a fast one. So does an error that nobody has caught. */
function listenForTheEnd() {
  const stop = new AbortController();
  const hurry = new AbortController();
  let firstAt = 0;
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => {
      if (!stop.signal.aborted) {
        firstAt = Date.now();
        say('\nStopping... (Ctrl-C again to hurry)');
        stop.abort(STOPPED);
      } else if (Date.now() - firstAt > SAME_CTRL_C_MS) hurry.abort();
    });
  }
  // The children must still be stopped. What breaks while they are (a connection to Postgres, say) is no news.
  for (const event of ['uncaughtException', 'unhandledRejection']) process.on(event, (error) => stop.abort(error));
  // A terminal that is closed takes its output away; that must not end us before our children.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  return { stop: stop.signal, hurry: hurry.signal };
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

/** @param {unknown} error */
function explain(error) {
  const { code } = /** @type {NodeJS.ErrnoException} */ (error);
  if (error instanceof ClearError) return [error.message, error.details].filter(Boolean).join('\n');
  if (code === 'ENOSPC' || code === 'EDQUOT') return `No space is left on the disk: ${messageOf(error)}`;
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return `Not allowed: ${messageOf(error)}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
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
