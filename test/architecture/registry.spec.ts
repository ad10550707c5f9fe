import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { apps, edges, services, sites } from '#libs/contracts';
import { serviceEnvironment } from '../../deploy/setup';
import { checkout, loadScript, textOf } from '../support/checkout';

interface ComposeService {
  command?: string[];
  environment?: Record<string, unknown>;
}
interface Compose {
  services: Record<string, ComposeService>;
}
interface NestProject {
  root: string;
  sourceRoot: string;
  entryFile: string;
}

const sorted = (names: readonly string[]) => [...names].sort();

/** docs/adding-a-service.md: what cannot be made from the registry is compared with it. */
describe('the registry of apps', () => {
  it('has a row for each folder of apps/, and a folder for each row', () => {
    const rows = [...apps, ...sites.map(({ name }) => name)];
    expect(sorted(readdirSync(join(checkout, 'apps')))).toEqual(sorted(rows));
  });

  it('has the sites that are built', async () => {
    const { SITES } = await loadScript<{ SITES: string[] }>('deploy', 'embedded', 'sites.mjs');
    expect(sorted(SITES)).toEqual(sorted(sites.map(({ name }) => name)));
  });

  it('has one service of docker-compose.yml for each app, and no other', () => {
    const compose = parse(textOf('docker-compose.yml'), { merge: true }) as Compose;
    const run = Object.entries(compose.services).filter(([, { command }]) => command?.includes('run'));
    expect(sorted(run.map(([name]) => name))).toEqual(sorted(apps));
    expect(run.map(([, { command }]) => command?.at(-1))).toEqual(run.map(([name]) => name));
  });

  it.each(['SLIPWAY_PRODUCTION', 'SLIPWAY_EGRESS_ALLOW'])(
    'is given %s in docker-compose.yml, every app: whoever decides by it must know',
    (setting) => {
      const { services } = parse(textOf('docker-compose.yml'), { merge: true }) as Compose;
      const unaware = apps.filter((app) => !(setting in (services[app]?.environment ?? {})));
      expect(unaware).toEqual([]);
    },
  );

  it.each(apps)('has %s told where all processes listen, whom no address of somebody else may mean', (app) => {
    const environment = serviceEnvironment(app, {
      ...{ masterKey: '0'.repeat(64), publicUrl: 'http://localhost:8080', trustRegistration: false },
      ...{ adminEmail: 'admin@slipway.example', adminPassword: '', gatewayPort: 8080, adminPort: 8081 },
      ...{ databaseUrl: 'postgres://localhost:5433/slipway', natsUrl: 'nats://localhost', otherPorts: [9464] },
    });
    expect(environment['SLIPWAY_OWN_PORTS']).toBe('8080,8081,4222,5433,9464');
  });

  it('has one project of nest-cli.json for each app, and no other', () => {
    const { projects } = JSON.parse(textOf('nest-cli.json')) as { projects: Record<string, NestProject> };
    expect(sorted(Object.keys(projects))).toEqual(sorted(apps));
    for (const [app, project] of Object.entries(projects))
      expect(project).toMatchObject({ root: `apps/${app}`, sourceRoot: `apps/${app}/src`, entryFile: 'main' });
  });

  it.each([...apps, ...sites.map(({ name }) => name)])(
    '%s has a README of its own, and stands in the tables of README.md and architecture.md',
    (app) => {
      expect(textOf('apps', app, 'README.md')).toMatch(new RegExp(`^# ${app}$`, 'm'));
      expect(textOf('README.md')).toMatch(new RegExp(`^\\| \`${app}\` +\\|`, 'm'));
      expect(textOf('docs', 'architecture.md')).toMatch(
        new RegExp(`^\\| \\[${app}\\]\\(\\.\\./apps/${app}/README\\.md\\) +\\|`, 'm'),
      );
    },
  );

  it.each(services)('%s has a contract of its own, and migrations where set-up finds them', (service) => {
    expect(existsSync(join(checkout, 'libs', 'contracts', 'src', `${service}.ts`))).toBe(true);
    expect(existsSync(join(checkout, 'apps', service, 'src', 'storage', 'migrations', 'index.ts'))).toBe(true);
  });

  it.each(services)('%s makes the tables that every service needs, once', (service) => {
    const folder = join('apps', service, 'src', 'storage', 'migrations');
    const made = readdirSync(join(checkout, folder)).flatMap((file) => [
      ...textOf(folder, file).matchAll(/^\s*(?:await runner\.query\(|\$\{)platformTables\('(\w+)'\)/gm),
    ]);
    expect(made.map(([, name]) => name)).toEqual([service]);
  });

  it.each(edges)('%s has no storage', (edge) => {
    expect(existsSync(join(checkout, 'apps', edge, 'src', 'storage'))).toBe(false);
  });
});

describe('the table of libraries in libs/README.md', () => {
  const rows = [...textOf('libs', 'README.md').matchAll(/^\| `([\w-]+)` +\|[^|]*\| ([^|]*?) +\|$/gm)];
  const libraries = readdirSync(join(checkout, 'libs'), { withFileTypes: true }).filter((entry) => entry.isDirectory());

  it('names each library', () => {
    expect(sorted(rows.map(([, name = '']) => name))).toEqual(sorted(libraries.map(({ name }) => name)));
  });

  it.each(rows.map(([, name = '', dependencies = '']) => [name, dependencies] as const))(
    'says what %s depends on',
    (name, dependencies) => {
      expect(dependencies).toBe(sorted(importsOf(name)).join(', ') || '–');
    },
  );
});

/** The libraries that a library's own code imports. */
function importsOf(library: string): string[] {
  const imports = readdirSync(join(checkout, 'libs', library, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.tsx?$/.test(path) && !path.endsWith('.spec.ts'))
    .flatMap((path) => [...textOf('libs', library, 'src', path).matchAll(/from '#libs\/([\w-]+)'/g)])
    .map(([, name = '']) => name);
  return [...new Set(imports)];
}
