// Compiles apps/, libs/, deploy/setup/ and examples/ to dist/, when they have changed. Run by itself it is `npm run build`.
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CHECKOUT, ClearError } from './basics.mjs';
import { runTool } from './processes.mjs';

const DIST = join(CHECKOUT, 'dist');
const STAMP = join(DIST, '.build-stamp');
const SOURCE_FOLDERS = ['apps', 'libs', join('deploy', 'setup'), 'examples'];
const COMPILED = /(\.d\.ts|\.js)(\.map)?$/;

/** @param {string} folder @returns {string[]} every file below it */
function filesBelow(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.name !== 'node_modules')
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? filesBelow(path) : [path];
    });
}

/** Specs and what they are written with are not built. @param {string} path */
const isBuilt = (path) =>
  !path.endsWith('.spec.ts') && !path.includes('spec-support') && !path.startsWith(join(CHECKOUT, 'libs', 'testing'));

/** A hash over all that the result depends on. */
function hashOfSources() {
  const configs = readdirSync(CHECKOUT).filter((name) => /^tsconfig.*\.json$/.test(name));
  const files = [
    ...SOURCE_FOLDERS.flatMap((folder) => filesBelow(join(CHECKOUT, folder))).filter(isBuilt),
    ...[...configs, 'package-lock.json'].map((name) => join(CHECKOUT, name)),
  ];
  const hash = createHash('sha256');
  for (const file of files.sort())
    hash
      .update(`${relative(CHECKOUT, file)}\0`)
      .update(readFileSync(file))
      .update('\0');
  return hash.digest('hex');
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
