import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { apps, edges, sites } from '#libs/contracts';
import { checkout } from '../support/checkout';

const configuration = join(checkout, '.dependency-cruiser.cjs');
const cruised = ['apps', 'libs', 'deploy'];

interface Rule {
  name: string;
  from?: { path?: string };
}

interface ImportingFile {
  source: string;
  dependencies: { resolved: string }[];
}

interface Report {
  modules: ImportingFile[];
  summary: { violations: { from: string; to: string; rule: Rule }[]; ruleSetUsed: { forbidden: Rule[] } };
}

function cruise(folder: string): Report {
  const binary = join(checkout, 'node_modules', '.bin', 'depcruise');
  const { stdout, stderr } = spawnSync(binary, [...cruised, '--config', configuration, '--output-type', 'json'], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
  });
  if (!stdout) throw new Error(stderr);
  return JSON.parse(stdout) as Report;
}

const names = (rules: Rule[]) => [...new Set(rules.map(({ name }) => name))].sort();

describe('import rules', () => {
  it('hold in the whole project', () => {
    const { summary, modules } = cruise(checkout);
    expect(circlesBetweenLibraries(modules)).toEqual([]);
    expect(summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`)).toEqual([]);
  }, 240_000);

  describe('in a project that breaks each of them', () => {
    let broken: Report['summary'];
    let modules: ImportingFile[];
    beforeAll(() => {
      ({ summary: broken, modules } = cruise(join(__dirname, 'broken')));
    }, 240_000);

    it('all are found', () => {
      expect(names(broken.violations.map(({ rule }) => rule))).toEqual(names(broken.ruleSetUsed.forbidden));
    });

    it('each is found in the fixture of its name, and no fixture breaks another', () => {
      const elsewhere = broken.violations.filter(({ rule, from }) => !fixtureOf(rule).test(from));
      expect(elsewhere.map(({ rule, from }) => `${rule.name}: ${from}`)).toEqual([]);
    });

    it('circles between libraries are found, be it over other files', () => {
      const [here, there] = ['no-circles-between-libraries', 'no-circles-between-libraries-either'];
      expect(circlesBetweenLibraries(modules)).toEqual([`${here} and ${there}`]);
    });

    it('sites are those of the registry', () => {
      const rule = broken.ruleSetUsed.forbidden.find(({ name }) => name === 'sites-import-nothing-of-the-server');
      const guarded = new RegExp(rule?.from?.path ?? '^$');
      const all = [...apps, ...sites.map(({ name }) => name)];
      expect(all.filter((app) => guarded.test(`apps/${app}/src/main.tsx`))).toEqual(sites.map(({ name }) => name));
    });

    it('edges are those of the registry', () => {
      const rule = broken.ruleSetUsed.forbidden.find(({ name }) => name === 'edges-reach-no-database');
      const guarded = new RegExp(rule?.from?.path ?? '^$');
      expect(apps.filter((app) => guarded.test(`apps/${app}/src/main.ts`))).toEqual(edges);
    });
  });
});

const fixtureOf = ({ name }: Rule): RegExp => new RegExp(`/${name}\\.ts$`);

const libraryOf = (path: string): string | undefined => /^libs\/([^/]+)\/src\//.exec(path)?.[1];

/**
 * Libraries that import each other, as a whole: A imports B and B, directly or over others, A. What tests import does not
 * count: they are written with all libraries.
 */
function circlesBetweenLibraries(modules: ImportingFile[]): string[] {
  const imports = new Map<string, Set<string>>();
  for (const { source, dependencies } of modules) {
    const from = libraryOf(source);
    if (!from || from === 'testing' || source.endsWith('.spec.ts')) continue;
    const others = dependencies.flatMap(({ resolved }) => libraryOf(resolved) ?? []).filter((to) => to !== from);
    imports.set(from, new Set([...(imports.get(from) ?? []), ...others]));
  }
  const reachable = (from: string, seen = new Set<string>()): Set<string> => {
    for (const to of imports.get(from) ?? []) if (!seen.has(to)) reachable(to, seen.add(to));
    return seen;
  };
  const libraries = [...imports.keys()].sort();
  return libraries.flatMap((one) =>
    libraries
      .filter((other) => one < other && reachable(one).has(other) && reachable(other).has(one))
      .map((other) => `${one} and ${other}`),
  );
}
