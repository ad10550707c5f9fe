// A program of a Debian package, for tests: the one on the PATH, or else its own copy, unpacked beside node_modules and
// run from there. Nothing is installed: a test run changes no machine, and needs no root.
import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { CHECKOUT } from '../../deploy/embedded/basics.mjs';

const run = promisify(execFile);
const home = join(CHECKOUT, 'node_modules', '.cache', 'debian');
const patienceMs = 120_000;

/** @typedef {{ program: string, env: Record<string, string> }} Program how it is started */

/**
 * @param {string} name the package
 * @param {string} program its place in the package, such as `usr/sbin/haproxy`
 * @returns {Promise<Program | undefined>} undefined where no Debian package can be had
 */
export async function debianProgram(name, program) {
  const installed = onPath(program.slice(program.lastIndexOf('/') + 1));
  if (installed) return { program: installed, env: {} };
  const folder = join(home, name);
  if (!isExecutable(join(folder, program))) {
    try {
      await unpack(name, folder);
    } catch (error) {
      process.stderr.write(`no Debian package ${name}: ${String(error).split('\n')[0]}\n`);
      return undefined;
    }
  }
  return { program: join(folder, program), env: { LD_LIBRARY_PATH: librariesIn(folder) } };
}

/** @param {string} name as a shell would find it, and where Debian keeps daemons */
function onPath(name) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** With what it depends on and this machine lacks. @param {string} name @param {string} folder */
async function unpack(name, folder) {
  const making = `${folder}.${process.pid}`;
  const packages = join(making, 'packages');
  mkdirSync(packages, { recursive: true });
  try {
    await download(name, packages);
    for (const file of readdirSync(packages)) await run('dpkg-deb', ['-x', join(packages, file), making]);
    rmSync(packages, { recursive: true });
    // Another run may have been quicker: its copy is as good.
    if (!existsSync(folder)) renameSync(making, folder);
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
}

/** Without lists of its packages (a bare image has none) apt first reads them, into a folder of ours. @param {string} name @param {string} into */
async function download(name, into) {
  const own = join(home, 'apt');
  for (const folder of ['state/lists/partial', 'cache/archives/partial'])
    mkdirSync(join(own, folder), { recursive: true });
  // Of what lies in the machine's own cache, apt would say nothing.
  const bare = optionsOf({ 'Dir::Cache': join(own, 'cache'), 'APT::Sandbox::User': '', 'Debug::NoLocking': '1' });
  const lists = { 'Dir::State': join(own, 'state'), 'Dir::State::status': '/var/lib/dpkg/status' };
  const withOwnLists = [...bare, ...optionsOf(lists)];
  await downloadBy(bare, name, into).catch(async () => {
    await run('apt-get', [...withOwnLists, '-qq', 'update'], { timeout: patienceMs });
    await downloadBy(withOwnLists, name, into);
  });
}

/** @param {Record<string, string>} settings */
const optionsOf = (settings) => Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);

/** @param {string[]} options @param {string} name @param {string} into */
async function downloadBy(options, name, into) {
  const listing = [...options, '-qq', '--print-uris', '--no-install-recommends', 'install', name];
  const { stdout } = await run('apt-get', listing, { timeout: patienceMs });
  // 'address' name_version_architecture.deb size hash
  const names = [...stdout.matchAll(/^'[^']+' ([^_\s]+)_/gm)].map(([, found = '']) => found);
  if (names.length === 0) throw new Error(`apt knows of no files for ${name}`);
  await run('apt-get', [...options, '-qq', 'download', ...names], { cwd: into, timeout: patienceMs });
}

/** @param {string} folder */
function librariesIn(folder) {
  const places = ['usr/lib', 'lib'].map((place) => join(folder, place)).filter((place) => existsSync(place));
  const byArchitecture = places.flatMap((place) => foldersIn(place).filter((path) => path.includes('-linux-')));
  // Some packages keep what only they use in a folder of their own, such as PulseAudio's.
  const own = byArchitecture
    .flatMap(foldersIn)
    .filter((path) => readdirSync(path).some((name) => /\.so(\.|$)/.test(name)));
  return [...byArchitecture, ...own, ...places].join(delimiter);
}

/** @param {string} folder */
const foldersIn = (folder) =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(folder, entry.name));
