// What `npm start` does: from a bare checkout to a running system, in one terminal, until Ctrl-C.
import { ClearError, messageOf, orAborted } from './basics.mjs';
import { buildIfNeeded } from './build.mjs';
import { makeDataFolder } from './data-folder.mjs';
import { installIfNeeded } from './install.mjs';
import { lockDataFolder } from './lock.mjs';
import { endOrphans } from './orphans.mjs';
import { portBecomesFree } from './ports.mjs';
import { demoCommand, readSecrets, readSettings } from './settings.mjs';
import { startSystem } from './system.mjs';

const STOPPED = new Error('Stopped by a signal.');
/** npm passes on a Ctrl-C that the terminal has sent to us as well: what comes this soon is the same one. */
const SAME_CTRL_C_MS = 1_000;

/** @typedef {ReturnType<typeof readSettings> & ReturnType<typeof readSecrets>} Settings */

const say = (/** @type {string} */ line) => console.log(line);

/** @param {ReturnType<typeof readSettings>} settings */
async function checkPorts({ gatewayPort, adminPort }) {
  const ports = { SLIPWAY_GATEWAY_PORT: gatewayPort, SLIPWAY_ADMIN_PORT: adminPort };
  for (const [setting, port] of Object.entries(ports)) {
    if (!(await portBecomesFree(port)))
      throw new ClearError(`Port ${port} is taken; free it, or choose another with ${setting}.`);
  }
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

/** @param {Settings} settings @param {import('./system.mjs').System} system @param {AbortSignal} stop */
async function makeDemoData({ demo, adminEmail, adminPassword, dataDir }, { gatewayUrl, adminUrl }, stop) {
  if (!demo) return [];
  const { ensureDemoData } = await import('./demo-data.mjs');
  const work = ensureDemoData({ gatewayUrl, adminUrl, adminEmail, adminPassword, dataDir });
  const { lines } = await orAborted(work, stop);
  return lines;
}

/** @param {Settings} settings @param {import('./system.mjs').System} system @param {string[]} demoLines */
function screen({ demo, publicUrl, adminEmail, adminPassword, adminPasswordFile, dataDir }, { adminUrl }, demoLines) {
  const keptAt = adminPasswordFile
    ? `the password is in ${adminPasswordFile}`
    : 'the password is SLIPWAY_ADMIN_PASSWORD';
  return [
    '',
    'Slipway is running.',
    '',
    `  Partners   ${publicUrl}`,
    `             API description ${publicUrl}/docs`,
    `  Staff      ${adminUrl}`,
    `             ${adminEmail}   ${demo ? adminPassword : keptAt}`,
    ...(demoLines.length ? ['', ...demoLines.map((line) => `  ${line}`)] : []),
    '',
    ...(demo
      ? ['  Try next, in another terminal: the whole story, with every call.', `             ${demoCommand()}`, '']
      : []),
    `  Data and logs are in ${dataDir}. Ctrl-C stops everything.`,
    '',
  ].join('\n');
}

/** @param {{ stop: AbortSignal, hurry: AbortSignal }} signals */
async function run({ stop, hurry }) {
  const settings = readSettings();
  makeDataFolder(settings.dataDir);
  const lock = lockDataFolder(settings.dataDir);
  try {
    await endOrphans(settings.dataDir, say);
    await checkPorts(settings);
    const all = { ...settings, ...readSecrets(settings.dataDir) };
    await installIfNeeded({ log: say, signal: stop });
    await buildIfNeeded({ log: say, signal: stop });
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
    const demoLines = await makeDemoData(settings, system, stop);
    say(screen(settings, system, demoLines));
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
