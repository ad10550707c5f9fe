// Running, recognising and ending operating system processes.
import { execFileSync, spawn } from 'node:child_process';
import { closeSync, existsSync, fstatSync, openSync, readFileSync, readdirSync } from 'node:fs';
import { readlinkSync, realpathSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, pause } from './basics.mjs';

const LOG_BYTES_MAX = 10 * 1024 * 1024;

/** @param {number | undefined} pid */
export function isAlive(pid) {
  if (!pid) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
  // A zombie answers signals but has ended; where nobody reaps (containers), it stays for ever.
  return !/^State:\s+Z/m.test(readProc(pid, 'status'));
}

/** @param {number} pid @param {string} file */
function readProc(pid, file) {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

/** @param {number} pid @param {string} columns */
function outputOfPs(pid, columns) {
  try {
    return execFileSync('ps', ['eww', '-p', String(pid), '-o', columns], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } catch {
    return '';
  }
}

/**
 * The command line and environment of a process in one text; empty when unknown.
 * @param {number} pid
 */
function describeProcess(pid) {
  if (process.platform !== 'linux') return outputOfPs(pid, 'command=');
  return `${readProc(pid, 'cmdline')}\0${readProc(pid, 'environ')}`.replaceAll('\0', '\n');
}

/**
 * When a process started, in a form that tells it from a later one with the same pid; empty when unknown.
 * @param {number} pid
 */
export function birthOf(pid) {
  if (process.platform !== 'linux') return outputOfPs(pid, 'lstart=').trim();
  const stat = readProc(pid, 'stat');
  if (!stat) return '';
  // The second field is the program's name and may hold spaces; the start time is the 20th after it.
  const startTicks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  return `${bootId()} ${startTicks}`;
}

function bootId() {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
}

/**
 * Whether a pid from one of our files still is what we started. Pids are reused, so the process must name itself:
 * the program in its command line, and our data folder in its environment.
 * @param {number} pid
 * @param {{ program: string, dataDir: string }} expected
 */
export function isOurs(pid, { program, dataDir }) {
  if (pid === process.pid || pid === process.ppid || !isAlive(pid)) return false;
  const description = `${describeProcess(pid)} `.replaceAll('\n', ' ');
  return description.includes(program) && description.includes(` SLIPWAY_DATA_DIR=${dataDir} `);
}

/**
 * Every process that works in a folder. Each Postgres process does so in its cluster, whatever its title says.
 * Known on Linux only; elsewhere the list is empty.
 * @param {string} folder
 */
export function processesWorkingIn(folder) {
  if (process.platform !== 'linux' || !existsSync(folder)) return [];
  const target = realpathSync(folder);
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => workingFolderOf(pid) === target && isAlive(pid));
}

/** @param {number} pid */
function workingFolderOf(pid) {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
}

/** @param {number} pid @param {NodeJS.Signals} signal */
export function signalProcess(pid, signal) {
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
}

/**
 * Signals a process that leads a group, and the whole group with it.
 * @param {number} pid
 * @param {NodeJS.Signals} signal
 */
export function signalGroup(pid, signal) {
  return signalProcess(-pid, signal) || signalProcess(pid, signal);
}

/** @typedef {{ signal: NodeJS.Signals, graceMs: number }} StopStep */

/**
 * Ends processes that are not our children (what an earlier start left): one signal after another until all have gone.
 * @param {number[]} pids
 * @param {StopStep[]} steps
 */
export async function endProcesses(pids, steps) {
  for (const { signal, graceMs } of steps) {
    for (const pid of pids.filter(isAlive)) {
      signalGroup(pid, signal);
      signalGroup(pid, 'SIGCONT'); // a paused process hears nothing else
    }
    const deadline = Date.now() + graceMs;
    while (pids.some(isAlive) && Date.now() < deadline) await pause(50);
    if (!pids.some(isAlive)) return;
  }
  throw new Error(`Could not end the processes ${pids.filter(isAlive).join(', ')}.`);
}

/**
 * The pid in a file, if there is one.
 * @param {string} file
 */
export function readPid(file) {
  try {
    const pid = Number.parseInt(readFileSync(file, 'utf8'), 10);
    return pid > 1 ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** @param {string} dataDir @param {string} name */
export function logPath(dataDir, name) {
  return join(dataDir, 'log', `${name}.log`);
}

/** @param {string} dataDir @param {string} name */
export function pidPath(dataDir, name) {
  return join(dataDir, 'run', `${name}.pid`);
}

/**
 * Opens a log for appending; one that has grown large makes room first (one older file is kept).
 * @param {string} dataDir
 * @param {string} name
 */
export function openLog(dataDir, name) {
  const file = logPath(dataDir, name);
  const descriptor = openSync(file, 'a', 0o600);
  if (fstatSync(descriptor).size <= LOG_BYTES_MAX) return descriptor;
  closeSync(descriptor);
  renameSync(file, `${file}.1`);
  return openSync(file, 'a', 0o600);
}

/** @param {string} file @param {number} [lines] */
export function endOfLog(file, lines = 12) {
  try {
    const bytes = Math.min(statSync(file).size, 16 * 1024);
    const text = readFileSync(file).subarray(-bytes).toString('utf8');
    return text.trimEnd().split('\n').slice(-lines).join('\n');
  } catch {
    return '';
  }
}

/**
 * The little of our own environment that a child gets. Settings of other programs (PG…, npm's) would only surprise it.
 * @param {string} dataDir
 */
export function plainEnvironment(dataDir) {
  const kept = ['PATH', 'HOME', 'USER', 'TMPDIR', 'TZ', 'LANG', 'LC_ALL'];
  const entries = Object.entries(process.env).filter(([name]) => kept.includes(name));
  return { ...Object.fromEntries(entries), SLIPWAY_DATA_DIR: dataDir };
}

/**
 * Runs a tool to its end and returns what it wrote. In a process group of its own: a Ctrl-C in the terminal reaches
 * us alone, and we end the tool with all it started.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, uid?: number, gid?: number, input?: string, signal?: AbortSignal }} [options]
 * @returns {Promise<{ code: number | null, output: string }>}
 */
export async function runTool(command, args, { signal, input, ...options } = {}) {
  signal?.throwIfAborted();
  const child = spawn(command, args, { ...options, detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
  let output = '';
  const collect = (/** @type {Buffer} */ chunk) => (output = (output + chunk.toString('utf8')).slice(-64 * 1024));
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  child.stdin.on('error', () => {}); // the tool may end before it has read everything
  child.stdin.end(input);
  const interrupt = () => child.pid && signalGroup(child.pid, 'SIGKILL');
  signal?.addEventListener('abort', interrupt, { once: true });
  /** @type {number | null} */
  const code = await new Promise((resolve) => {
    child.once('error', (error) => {
      output += messageOf(error);
      resolve(null);
    });
    child.once('close', resolve);
  });
  signal?.removeEventListener('abort', interrupt);
  signal?.throwIfAborted();
  return { code, output };
}
