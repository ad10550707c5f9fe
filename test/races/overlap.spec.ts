import { controlOf, expectStatus, Scenario, startSystem, until, type RunningSystem } from '#libs/testing';
import { keepFigure } from '../support/figures';
import { Draws, testSeed } from '../support/seeded';
import { sized } from '../support/size';

import { TokenLoad } from './token-load';

/** Seconds. */
const overlaps = [0, 1, 2, 3];
const pausesMs = [100, 700, 1_500];

/**
 * Two secrets of one key (docs/adr/0040): the replaced one works until its deadline or until a further rotation, and not for a
 * millisecond longer. Every token tells in its `jti` when it was signed, by the clock that also says when the deadline is.
 */
describe(`a rotation with an overlap (SLIPWAY_TEST_SEED=${testSeed})`, () => {
  let system: RunningSystem;
  let scenario: Scenario;

  beforeAll(async () => {
    system = await startSystem({
      name: 'overlap',
      copies: { tokens: 2, identity: 2, gateway: 2 },
      trustRegistration: true,
    });
    scenario = new Scenario(system);
  }, 180_000);
  afterAll(() => controlOf(system).stop(), 60_000);

  it('B18: under load, with two copies of each: both secrets until the deadline, one from then on', async () => {
    const draws = new Draws(testSeed);
    const oneOf = <Item>(items: readonly Item[]) => items[draws.below(items.length)] as Item;
    const { sandbox, key } = await scenario.integrating();
    const load = new TokenLoad(system, 'sandbox', key);
    const work = load.run(24);
    const rotations = sized(12, 150);
    for (let index = 0; index < rotations; index += 1) {
      await until('tokens of the secret in force', async () => load.issued(load.current) >= 4, 60_000);
      const [replaced, older] = [load.current, load.pairs.at(-2)];
      const overlapSeconds = oneOf(overlaps);
      const sentAt = Date.now();
      // Of three only two work: the oldest may end as soon as this is asked for, and so may the one that is replaced.
      for (const pair of [replaced, older]) if (pair) pair.worksUntil = Math.min(pair.worksUntil ?? Infinity, sentAt);
      const reply = await scenario.gateway.post(`/v1/keys/${key.id}/rotation`, {
        session: sandbox.session,
        body: { overlapSeconds },
      });
      const receivedAt = Date.now();
      const { applicationId, applicationSecret, previousSecretUntil } = expectStatus(reply, 200).body;
      expect(previousSecretUntil === null).toBe(overlapSeconds === 0);
      const deadline = previousSecretUntil ? Date.parse(previousSecretUntil) : receivedAt;
      if (older) older.endedAt = Math.min(older.endedAt ?? Infinity, receivedAt);
      if (overlapSeconds > 0) replaced.worksUntil = deadline;
      load.replace({ applicationId, applicationSecret, worksUntil: Infinity }, deadline);
      await new Promise((resolve) => setTimeout(resolve, oneOf(pausesMs)));
    }
    await until('the last replaced secret to be refused', async () => load.refused(load.previous) >= 4, 60_000);
    load.stop();
    await work;

    const within = load.pairs.reduce((sum, pair) => sum + load.issued(pair), 0);
    keepFigure(
      `Overlap: ${rotations} rotations, 24 callers, two copies of gateway, tokens and identity: ${within} tokens, ` +
        `${load.refusedAfterEnd()} attempts with an ended secret refused, ${load.violations().length} tokens made too late, ` +
        `${load.refusedTooSoon().length} refused too soon.`,
    );
    expect(load.violations()).toEqual([]);
    expect(load.refusedTooSoon()).toEqual([]);
    expect(load.refusedAfterEnd()).toBeGreaterThan(rotations);
  }, 900_000);
});
