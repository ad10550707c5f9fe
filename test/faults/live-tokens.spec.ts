import { decodeJwt } from 'jose';
import { controlOf, eventually, expectStatus, Scenario, startSystem, until, type RunningSystem } from '#libs/testing';
import { keepFigure } from '../support/figures';
import { sized } from '../support/size';

/** Longer, and a gateway has called all copies, of which each may have made one that nobody got. */
const calledOnceMs = 900;

/** docs/adr/0041 */
describe('B23: live tokens are counted, whoever is killed', () => {
  let system: RunningSystem;
  let scenario: Scenario;

  beforeAll(async () => {
    system = await startSystem({
      name: 'live-tokens',
      copies: { tokens: 2, identity: 2 },
      trustRegistration: true,
    });
    scenario = new Scenario(system);
  }, 180_000);
  afterAll(() => controlOf(system).stop(), 60_000);

  const keep = { made: 0, kills: 0, maybeTwice: 0 };

  async function killAndAwait(name: string): Promise<void> {
    const control = controlOf(system);
    const before = await control.pid(name);
    await control.kill(name, 'SIGKILL');
    keep.kills += 1;
    await until(`${name} to be started again`, async () => ![undefined, before].includes(await control.pid(name)));
    await control.waitReady();
  }

  it('the count is that of the tokens themselves', async () => {
    const { sandbox, subscriptionId, key: first } = await scenario.integrating();
    const keys = [first, await scenario.createKey(sandbox, subscriptionId)];
    const tokens = new Map<string, string[]>(keys.map(({ id }) => [id, []]));
    const victims = ['tokens', 'identity', 'tokens-2', 'identity-2'];

    for (let round = 0; round < sized(4, 40); round += 1) {
      const calls = Array.from({ length: 24 }, async (_, index) => {
        const key = keys[index % 2] ?? first;
        const startedAt = performance.now();
        const reply = await scenario.eqpToken(key, 'sandbox', {
          grant_type: 'session',
          expires_in: 3_000 + 60 * (index % 5),
        });
        if (performance.now() - startedAt > calledOnceMs) keep.maybeTwice += 1;
        tokens.get(key.id)?.push(expectStatus(reply, 200).body.ust as string);
      });
      await Promise.all(calls);
      keep.made += calls.length;
      // Whatever has been counted by now: nothing of it has been written for certain.
      await killAndAwait(victims[round % victims.length] ?? 'tokens');
      await eventually(async () => {
        for (const { id } of keys) {
          const { body } = expectStatus(
            await scenario.gateway.get(`/v1/keys/${id}`, { session: sandbox.session }),
            200,
          );
          const own = tokens.get(id) ?? [];
          const until = Math.max(...own.map((token) => decodeJwt(token).exp ?? 0));
          expect(body.liveTokens).toBeGreaterThanOrEqual(own.length);
          expect(body.liveTokens).toBeLessThanOrEqual(own.length + 4 * keep.maybeTwice);
          expect(Date.parse(body.liveTokensUntil) / 1_000).toBe(until);
        }
      });
    }
    keepFigure(
      `Live tokens: ${keep.made} made, ${keep.kills} copies of tokens and identity killed right after; counted: all, ` +
        `and none twice (${keep.maybeTwice} calls were slow enough to be made twice).`,
    );
  }, 600_000);
});
