import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { edges, services, type App } from '#libs/contracts';
import { controlOf, startSystem, until, type RunningSystem } from '#libs/testing';
import { loadScript } from '../support/checkout';
import { keepFigure } from '../support/figures';
import { allSettled, deadLetters, histories, messageTally } from '../support/invariants';
import { unreadyOf } from '../support/processes';
import { sized } from '../support/size';
import { SteadyLoad } from './steady-load';

/** What test/support/balancer.mjs exports. */
interface Balancer {
  kind: string;
  gatewayUrl: string;
  adminUrl: string;
  ready: () => Promise<number>;
  triedAgain: () => Promise<number>;
  stop: () => Promise<void>;
}
interface BalancerModule {
  startBalancer: (edges: { gateway: string[]; admin: string[] }, folder: string) => Promise<Balancer>;
}
interface ReleaseModule {
  releaseBefore: () => Promise<{ folder: string; kind: string }>;
}

const copies = Object.fromEntries([...services, ...edges].map((app) => [app, 2]));
const players = { stories: sized(1, 4), keyHolders: sized(2, 6), callers: sized(1, 2) };
/** At small size copies of two apps at once, at full size one process after the other. */
const atOnce = sized(2, 1);
/** Of restarts; at small size the way back is one. */
const rounds = sized(0, 3);
const roundMsMax = 600_000;

/** docs/several-machines.md: how a provider restarts and upgrades what runs, with nobody noticing. */
describe('two copies of everything behind a balancer, replaced under load', () => {
  let before: { folder: string; kind: string };
  let system: RunningSystem;
  let balancer: Balancer;
  let load: SteadyLoad;
  let replaced = 0;
  const provider = createServer((_request, response) =>
    response.setHeader('content-type', 'application/json').end('{}'),
  );

  beforeAll(async () => {
    before = await (await releaseModule()).releaseBefore();
    system = await startSystem({
      ...{ name: 'rolling', release: before.folder, copies, trustRegistration: true },
      env: {
        SLIPWAY_DRAIN_SECONDS: '2',
        SLIPWAY_TRUST_PROXY: '127.0.0.1',
        // All of it comes from one address.
        SLIPWAY_RATE_LIMIT_PER_MINUTE: '1000000',
      },
    });
    const { gatewayUrls, adminUrls, dataDir } = system;
    balancer = await (await balancerModule()).startBalancer({ gateway: gatewayUrls, admin: adminUrls }, dataDir);
    await allBalanced();
    await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
    const { port } = provider.address() as AddressInfo;
    const { gatewayUrl, adminUrl } = balancer;
    load = await SteadyLoad.begin({ ...system, gatewayUrl, adminUrl }, players, `http://127.0.0.1:${port}`);
  }, 300_000);
  afterAll(async () => {
    await load?.end();
    await balancer?.stop();
    provider.close();
    provider.closeAllConnections();
    await controlOf(system).stop();
  }, 120_000);

  const releaseModule = () => loadScript<ReleaseModule>('test', 'support', 'release-before.mjs');
  const balancerModule = () => loadScript<BalancerModule>('test', 'support', 'balancer.mjs');
  const allBalanced = () =>
    until('the balancer to send to both copies of both edges', async () => (await balancer.ready()) === 4);

  /** One copy of each, then the other; none is stopped before those replaced before are ready again. */
  async function replace(apps: readonly App[], release?: string): Promise<void> {
    for (const names of [apps, apps.map((app) => `${app}-2`)])
      for (let first = 0; first < names.length; first += atOnce)
        await replaceAtOnce(names.slice(first, first + atOnce), release);
  }

  async function replaceAtOnce(names: readonly string[], release?: string): Promise<void> {
    const control = controlOf(system);
    await Promise.all(
      names.map(async (name) => {
        await control.changeRelease(name, release);
        await control.stopChild(name);
        await control.startChild(name);
      }),
    );
    await until(`${names.join(', ')} to be ready`, async () => (await unreadyOf(system, names)).length === 0, 60_000);
    await allBalanced();
    replaced += names.length;
  }

  async function expectNothingNoticed(): Promise<void> {
    const { calls, secretsLost } = load;
    expect({ failures: calls.failures, secretsLost, triedAgain: await balancer.triedAgain() }).toEqual({
      failures: [],
      secretsLost: [],
      triedAgain: 0,
    });
  }

  it(
    'B64: a rolling upgrade from the release before, services first',
    async () => {
      await controlOf(system).setUpRelease();
      await replace(services);
      await replace(edges);
      await expectNothingNoticed();
    },
    roundMsMax,
  );

  it(
    'B64: a rolling restart of everything, at last back into the release before',
    async () => {
      for (let round = 0; round < rounds; round += 1) await replace([...services, ...edges]);
      await replace([...services, ...edges], before.folder);
      await expectNothingNoticed();
    },
    (rounds + 1) * roundMsMax,
  );

  it(
    'B64: a rolling upgrade, edges first',
    async () => {
      await replace(edges);
      await replace(services);
      await expectNothingNoticed();
    },
    roundMsMax,
  );

  it('B64: nothing was lost or told twice meanwhile, by either release', async () => {
    await load.end();
    await expectNothingNoticed();
    await allSettled(system);
    const { expected, ...wrong } = await messageTally(system);
    const { stories, calls, secretsShown, secretsLost } = load;
    keepFigure(
      `Rolling: ${replaced} processes replaced beside ${before.kind} behind ${balancer.kind}, under ${stories.length} stories and ` +
        `${calls.count} requests: ${calls.failures.length} failed; ${secretsShown} secrets shown, ${secretsLost.length} lost; ` +
        `${expected} messages told, ${wrong.missing.length} missing, ${wrong.doubled.length} doubled.`,
    );
    expect(wrong).toEqual({ missing: [], doubled: [], invented: [] });
    expect(await deadLetters(system)).toEqual([]);
    expect((await histories(system)).broken).toEqual([]);
    expect(stories.flatMap(({ regenerations }) => Object.values(regenerations)).filter((count) => count > 0)).toEqual(
      [],
    );
    expect(stories.length).toBeGreaterThan(players.stories);
    expect(secretsShown).toBeGreaterThan(5 * players.keyHolders);
  }, 120_000);
});
