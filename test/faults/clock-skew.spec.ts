import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { apps, type App } from '#libs/contracts';
import { controlOf, eventually, expectStatus, Scenario, startSystem, type RunningSystem } from '#libs/testing';
import { checkout } from '../support/checkout';

/** One machine's clock is off by ten seconds, and is set while its process runs (docs/adr/0026). */
describe('when the clock of one app is wrong', () => {
  let folder: string;
  let clocks: string;
  let system: RunningSystem;
  let scenario: Scenario;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'slipway-clocks-'));
    // For the user as whom services run.
    chmodSync(folder, 0o755);
    clocks = join(folder, 'clocks.json');
    setClocks({});
    system = await startSystem({
      name: 'clock-skew',
      trustRegistration: true,
      env: {
        NODE_OPTIONS: `--require ${join(checkout, 'test/support/shifted-clock.cjs')}`,
        SLIPWAY_TEST_CLOCKS: clocks,
      },
    });
    scenario = new Scenario(system);
  }, 180_000);
  afterAll(async () => {
    await controlOf(system).stop();
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);
  afterEach(() => setClocks({}));

  function setClocks(aheadMs: Partial<Record<App, number>>): void {
    writeFileSync(clocks, JSON.stringify(aheadMs));
  }
  const isEdge = (app: App): app is 'gateway' | 'admin' => app === 'gateway' || app === 'admin';
  const skewOf = async (app: 'gateway' | 'admin') => (await scenario[app].get('/readyz')).body.clock;

  it.each(apps)(
    '%s: the story is told to its end, no ended token lives, and operators see it',
    async (app) => {
      const before = await scenario.inProduction();
      const { access_token: live } = expectStatus(await scenario.token(before.key, 'sandbox'), 200).body;
      expectStatus(await scenario.whoami(live, 'sandbox'), 200);

      // Set while it runs, under what has begun before; and then by twice as much, the other way.
      setClocks({ [app]: -10_000 });
      await scenario.inProduction();
      setClocks({ [app]: 10_000 });
      const { sandbox } = await scenario.inProduction();
      expectStatus(await scenario.gateway.get('/v1/keys', { session: sandbox.session }), 200);

      // What was made under the right time goes on under the wrong one, and ends when it is ended.
      expectStatus(await scenario.whoami(live, 'sandbox'), 200);
      const { access_token: later } = expectStatus(await scenario.token(before.key, 'sandbox'), 200).body;
      expectStatus(await scenario.whoami(later, 'sandbox'), 200);
      expectStatus(
        await scenario.gateway.delete(`/v1/keys/${before.key.id}?revokeTokens=true`, {
          session: before.sandbox.session,
        }),
        204,
      );
      await eventually(async () => {
        for (const token of [live, later]) expectStatus(await scenario.whoami(token, 'sandbox'), 401);
      });
      expectStatus(await scenario.token(before.key, 'sandbox'), 401);

      if (isEdge(app)) {
        await eventually(async () => {
          const { skewMs, warning } = await skewOf(app);
          expect(Math.abs(skewMs - 10_000)).toBeLessThan(1_500);
          expect(warning).toEqual(expect.any(String));
        });
        expectStatus(await scenario[app].get('/readyz'), 200);
      }
      setClocks({});
      if (isEdge(app)) await eventually(async () => expect(await skewOf(app)).not.toHaveProperty('warning'));
    },
    120_000,
  );

  it('a patient client sees the same story, when all are started with wrong clocks', async () => {
    setClocks({ identity: 10_000, tokens: -10_000, gateway: 10_000 });
    for (const app of ['identity', 'tokens', 'gateway'] as const) {
      await controlOf(system).stopChild(app);
      await controlOf(system).startChild(app);
    }
    await controlOf(system).waitReady();
    const { key } = await scenario.inProduction();
    const { access_token: token } = expectStatus(await scenario.token(key, 'sandbox'), 200).body;
    expectStatus(await scenario.whoami(token, 'sandbox'), 200);
  }, 120_000);
});
