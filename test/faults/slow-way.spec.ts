import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BrokerLink, controlOf, eventually, Scenario, startSystem, type RunningSystem } from '#libs/testing';
import { checkout } from '../support/checkout';

/** Between `tokens` and the broker, so a call of `identity` takes a round trip of that length (docs/adr/0006). */
describe('when the way between tokens and identity is long', () => {
  let folder: string;
  let system: RunningSystem;
  let scenario: Scenario;
  let link: BrokerLink;
  let key: Parameters<Scenario['token']>[0];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'slipway-detours-'));
    // For the user as whom services run.
    chmodSync(folder, 0o755);
    const detours = join(folder, 'detours.json');
    system = await startSystem({
      name: 'slow-way',
      trustRegistration: true,
      env: {
        NODE_OPTIONS: `--require ${join(checkout, 'test/support/detour.cjs')}`,
        SLIPWAY_TEST_DETOURS: detours,
      },
    });
    scenario = new Scenario(system);
    ({ key } = await scenario.inProduction());
    link = await BrokerLink.to(system.natsUrl);
    const { port } = new URL(system.natsUrl);
    writeFileSync(detours, JSON.stringify({ tokens: { [port]: Number(new URL(link.url).port) } }));
    const control = controlOf(system);
    await control.stopChild('tokens');
    await control.startChild('tokens');
    await control.waitReady();
  }, 180_000);
  afterAll(async () => {
    await controlOf(system).stop();
    await link.cut();
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  const many = () => Promise.all(Array.from({ length: 10 }, () => scenario.token(key, 'sandbox')));

  it.each([120, 140, 200])('every request gets its token at a round trip of %p ms', async (roundTripMs) => {
    link.delayMs = roundTripMs / 2;
    // A machine that is busy with something else may add more to the way than is tried here.
    await eventually(async () => {
      for (let round = 0; round < 3; round += 1) {
        const replies = await many();
        expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 200));
      }
    });
  });

  it('beyond what the fence can bear, requests are refused with when to try again, and served again afterwards', async () => {
    link.delayMs = 1_000;
    const replies = await many();
    expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 503));
    for (const { headers } of replies) expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    link.delayMs = 0;
    await eventually(async () => expect((await many()).map(({ status }) => status)).toEqual(replies.map(() => 200)));
  });
});
