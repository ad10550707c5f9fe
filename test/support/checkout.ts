import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const checkout = join(__dirname, '..', '..');
const notOurs = ['node_modules', 'dist', '.git', '.slipway', '.results'];

export const textOf = (...path: string[]): string => readFileSync(join(checkout, ...path), 'utf8');

/** A script that runs without a build, as a test sees it; `Module` is what it exports. */
export const loadScript = <Module>(...path: string[]): Promise<Module> =>
  import(join(checkout, ...path)) as Promise<Module>;

/** Every file of the checkout, by its path in it. */
export function filesOf(folder = ''): string[] {
  return readdirSync(join(checkout, folder), { withFileTypes: true }).flatMap((entry) => {
    if (notOurs.includes(entry.name)) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesOf(path) : [path];
  });
}
