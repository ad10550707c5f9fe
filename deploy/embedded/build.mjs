// Compiles apps/, libs/, deploy/setup/ and examples/ to dist/, and builds the sites beside that, each when it has changed.
// Run by itself it is `npm run build`.
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CHECKOUT, ClearError } from './basics.mjs';
import { runTool } from './processes.mjs';
import { buildSites, siteFolders } from './sites.mjs';
import { filesBelow, hashOf } from './sources.mjs';

const DIST = join(CHECKOUT, 'dist');
const STAMP = join(DIST, '.build-stamp');
const SOURCE_FOLDERS = ['apps', 'libs', join('deploy', 'setup'), 'examples'];
const COMPILED = /(\.d\.ts|\.js)(\.map)?$/;

/** Specs and what they are written with are not built. @param {string} path */
const isBuilt = (path) =>
  !path.endsWith('.spec.ts') &&
  !path.includes('spec-support') &&
  ![join('libs', 'testing'), ...siteFolders].some((folder) => path.startsWith(join(CHECKOUT, folder)));

/** A hash over all that the result depends on. */
function hashOfSources() {
  const configs = readdirSync(CHECKOUT).filter((name) => /^tsconfig.*\.json$/.test(name));
  const files = [
    ...SOURCE_FOLDERS.flatMap((folder) => filesBelow(join(CHECKOUT, folder))).filter(isBuilt),
    ...[...configs, 'package-lock.json'].map((name) => join(CHECKOUT, name)),
  ];
  return hashOf(files);
}

/** A compiled file whose source was deleted or renamed must not live on, a migration above all. */
function removeStale() {
  const files = SOURCE_FOLDERS.flatMap((folder) => filesBelow(join(DIST, folder))).filter((file) =>
    COMPILED.test(file),
  );
  for (const file of files) {
    const source = join(CHECKOUT, relative(DIST, file).replace(COMPILED, ''));
    if (!['.ts', '.tsx', '.js'].some((ending) => existsSync(source + ending))) rmSync(file);
  }
}

/**
 * @param {object} [options]
 * @param {(line: string) => void} [options.log]
 * @param {AbortSignal} [options.signal]
 */
export async function buildIfNeeded({ log = console.log, signal } = {}) {
  // Both end before the first fault is thrown: nothing goes on building behind it.
  const builds = await Promise.allSettled([compile({ log, signal }), buildSites({ log, signal })]);
  for (const build of builds) if (build.status === 'rejected') throw build.reason;
}

/** @param {{ log: (line: string) => void, signal?: AbortSignal }} options */
async function compile({ log, signal }) {
  const sources = hashOfSources();
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === sources) return;
  log('Building...');
  rmSync(STAMP, { force: true });
  const compiler = join(CHECKOUT, 'node_modules', 'typescript', 'bin', 'tsc');
  const { code, output } = await runTool(process.execPath, [compiler, '-p', 'tsconfig.build.json'], {
    cwd: CHECKOUT,
    signal,
  });
  if (code !== 0) throw new ClearError('The build failed:', output.trim());
  removeStale();
  mkdirSync(DIST, { recursive: true });
  writeFileSync(STAMP, sources);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    await buildIfNeeded();
  } catch (error) {
    if (!(error instanceof ClearError)) throw error;
    console.error([error.message, error.details].filter(Boolean).join('\n'));
    process.exitCode = 1;
  }
}
