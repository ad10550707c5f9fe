import { join } from 'node:path';
import { parse } from 'yaml';
import type { z } from 'zod';
import { apps, type App } from '#libs/contracts';
import { checkout, loadScript, textOf } from '../support/checkout';

interface Compose {
  services: Record<string, { environment?: Record<string, unknown> }>;
}
type Config = Record<string, { schema: z.ZodObject }>;

const inReadme = new Set(
  [...textOf('README.md').matchAll(/^\| (`[A-Z_`, ]+`) +\|/gm)].flatMap(
    ([, names = '']) => names.match(/[A-Z_]+/g) ?? [],
  ),
);
/** What `deploy/setup` makes for each app; nobody sets it. */
const made = ['SLIPWAY_SERVICE_KEY', 'SLIPWAY_NATS', 'SLIPWAY_DATABASE'];
/** In a container, what it listens on is its own; the ports outside are those that compose publishes. */
const fixedInContainer = ['SLIPWAY_HOST', 'SLIPWAY_METRICS_PORT', 'SLIPWAY_METRICS_HOST'];
const ofContainer = ['SLIPWAY_GATEWAY_PORT', 'SLIPWAY_ADMIN_PORT', 'SLIPWAY_OWN_PORTS'];

async function settingsOf(app: App): Promise<string[]> {
  const config = (await loadScript<Config>('apps', app, 'src', 'config.ts'))[`${app}Config`];
  if (!config) throw new Error(`${join(checkout, 'apps', app, 'src', 'config.ts')} exports no ${app}Config`);
  return Object.keys(config.schema.shape).filter((name) => !made.includes(name));
}

describe.each(apps)('the settings of %s', (app) => {
  it('stand in the table of README.md', async () => {
    expect((await settingsOf(app)).filter((name) => !inReadme.has(name))).toEqual([]);
  });

  it('are handed on by docker-compose.yml', async () => {
    const { services } = parse(textOf('docker-compose.yml'), { merge: true }) as Compose;
    const environment = services[app]?.environment ?? {};
    const expected = (await settingsOf(app)).filter((name) => !ofContainer.includes(name));
    const lost = expected.filter((name) =>
      fixedInContainer.includes(name) ? !(name in environment) : !String(environment[name]).startsWith(`\${${name}:`),
    );
    expect(lost).toEqual([]);
  });
});
