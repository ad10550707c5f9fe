// Builds the web sites of apps/ to dist/sites/, each when it has changed, and compresses them: an edge sends what lies there.
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';
import { CHECKOUT, ClearError } from './basics.mjs';
import { runTool } from './processes.mjs';
import { filesBelow, hashOf } from './sources.mjs';

/** Its sources are in apps/, as `sites` of libs/contracts/src/apps.ts has them; that file is built only beside this. */
export const SITES = ['portal'];
/** What sites are made of, and nothing that runs on Node. */
const SHARED = [join('libs', 'api-client'), join('libs', 'ui')];
export const siteFolders = [...SITES.map((site) => join('apps', site)), ...SHARED];

const compress = { '.br': promisify(brotliCompress), '.gz': promisify(gzip) };
const COMPRESSIBLE = /\.(js|css|svg)$/;

/** @param {{ log: (line: string) => void, signal?: AbortSignal }} options */
export async function buildSites({ log, signal }) {
  for (const site of SITES) await buildSite(site, { log, signal });
}

/** @param {string} site @param {{ log: (line: string) => void, signal?: AbortSignal }} options */
async function buildSite(site, { log, signal }) {
  const folder = join(CHECKOUT, 'dist', 'sites', site);
  const stamp = join(folder, '.build-stamp');
  const sources = hashOfSources(site);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === sources) return;
  log(`Building the ${site}...`);
  const making = `${folder}.making`;
  const vite = join(CHECKOUT, 'node_modules', 'vite', 'bin', 'vite.js');
  const command = [vite, 'build', join('apps', site), '--outDir', making, '--emptyOutDir', '--logLevel', 'warn'];
  const { code, output } = await runTool(process.execPath, command, { cwd: CHECKOUT, signal });
  if (code !== 0) throw new ClearError(`The build of the ${site} failed:`, output.trim());
  copyFileSync(join(CHECKOUT, 'apps', site, 'pages.json'), join(making, 'pages.json'));
  await Promise.all(
    filesBelow(join(making, 'assets'))
      .filter((file) => COMPRESSIBLE.test(file))
      .map(compressFile),
  );
  writeFileSync(join(making, '.build-stamp'), sources);
  // All of it, or what was there before: who starts meanwhile is given no half of a site.
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, '..'), { recursive: true });
  renameSync(making, folder);
}

/** @param {string} site */
function hashOfSources(site) {
  const folders = [join('apps', site), ...SHARED];
  const files = folders.flatMap((folder) => filesBelow(join(CHECKOUT, folder)));
  return hashOf([
    ...files.filter((file) => !/\.spec\.tsx?$/.test(file)),
    join(CHECKOUT, 'tsconfig.sites.json'),
    join(CHECKOUT, 'package-lock.json'),
  ]);
}

/** @param {string} file */
async function compressFile(file) {
  const content = readFileSync(file);
  for (const [ending, compressed] of Object.entries(compress)) writeFileSync(file + ending, await compressed(content));
}
