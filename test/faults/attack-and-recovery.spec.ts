import { randomUUID } from 'node:crypto';
import { jetstream } from '@nats-io/jetstream';
import { allEvents, apps, consumers, eventSubject, scopes, streamName } from '#libs/contracts';
import { controlOf, Scenario, startSystem, until, type RunningSystem } from '#libs/testing';
import { asBrokerAdministrator } from '../support/broker';
import { loadScript } from '../support/checkout';
import { keepFigure } from '../support/figures';
import { allSettled, deadLetters, histories, messageTally } from '../support/invariants';
import { pidsOf, unreadyOf } from '../support/processes';
import { sized } from '../support/size';
import { Story } from './story';

/** What test/load/attack/stage.mjs exports. */
interface Stage {
  set(system: RunningSystem): Promise<object>;
  play(options: { seconds: number; target: RunningSystem }): Promise<Played>;
  clear(): void;
}
interface TimedCall {
  name: string;
  status: number | string;
  expected: number;
}
interface Played {
  plays: number;
  calls: TimedCall[];
  /** By attacker, how often each came to what. */
  tally: Record<string, Record<string, number>>;
}
interface StageModule {
  Stage: new () => Stage;
  refusedOf: (calls: TimedCall[]) => TimedCall[];
}

const attackSeconds = sized(20, 600);
/** From a fault until all is ready again. */
const backMsMax = 10_000;

/** What each attacker may come to, as told by a status, or by how its connection ended: 500 is none of them. */
const outcomes: Record<string, RegExp> = {
  'uploads that never end': /^(held|429|408|closed|ECONNRESET)$/,
  'bodies and headers that drip': /^(held|429|408|400|closed|ECONNRESET)$/,
  'answers that are costly to check': /^(400|503|429)$/,
  'malformed requests, to be passed on': /^(400|401|403|404|409|413|429)$/,
  'guessed passwords of people and staff': /^(401|429)$/,
  // Where identity is too busy for a verdict within the fence, nobody is given one (docs/adr/0006).
  'guessed secrets at the token endpoints': /^(401|429|503)$/,
  'forged addresses and overriding headers': /^(200|401|405|429|503)$/,
  'products at forbidden addresses': /^(400|429)$/,
  'garbage on the broker, replies to its API': /^sent$/,
};

describe('attacked by everybody at once, and then broken', () => {
  let system: RunningSystem;
  let stage: Stage;
  let planId: string;
  let refusedOf: StageModule['refusedOf'];

  beforeAll(async () => {
    system = await startSystem({ name: 'attacked', trustRegistration: true });
    const module = await loadScript<StageModule>('test', 'load', 'attack', 'stage.mjs');
    ({ refusedOf } = module);
    stage = new module.Stage();
    await stage.set(system);
    ({ id: planId } = await new Scenario(system).plan());
  }, 180_000);
  afterAll(async () => {
    stage.clear();
    await controlOf(system).stop();
  }, 60_000);

  const expectNothingLost = async () => {
    await allSettled(system);
    expect(await messageTally(system)).toMatchObject({ missing: [], doubled: [], invented: [] });
    expect((await histories(system)).broken).toEqual([]);
  };

  const readyAgain = (what: string) =>
    until(`all to be ready ${what}`, async () => (await unreadyOf(system)).length === 0, backMsMax);

  it(
    'a partner that behaves is refused nothing, while every attacker is at work',
    async () => {
      const before = await pidsOf(system);
      const { plays, calls, tally } = await stage.play({ seconds: attackSeconds, target: system });
      const strikes = Object.values(tally).flatMap((own) => Object.values(own));
      keepFigure(
        `Attack: ${plays} stories of ${calls.length} calls in ${attackSeconds} s beside ` +
          `${strikes.reduce((sum, count) => sum + count, 0)} strikes, ${refusedOf(calls).length} calls refused.`,
      );
      expect(refusedOf(calls)).toEqual([]);
      expect(plays).toBeGreaterThan(0);
      expect(Object.keys(tally).sort()).toEqual(Object.keys(outcomes).sort());
      for (const [attacker, own] of Object.entries(tally)) {
        expect({ attacker, own }).not.toEqual({ attacker, own: {} });
        const others = Object.keys(own).filter((outcome) => !outcomes[attacker]?.test(outcome));
        expect({ attacker, others }).toEqual({ attacker, others: [] });
      }
      expect(await pidsOf(system)).toEqual(before);
      await readyAgain('after the attack');
    },
    (attackSeconds + 60) * 1_000,
  );

  it('nothing was lost in the attack, and nothing was set aside', async () => {
    await expectNothingLost();
    expect(await deadLetters(system)).toEqual([]);
  }, 90_000);

  it('each process that is killed is back by itself, within ten seconds, and nothing is lost meanwhile', async () => {
    const control = controlOf(system);
    let breaking = true;
    const keepPlaying = async () => {
      while (breaking) await new Story(system, planId).play();
    };
    const playing = keepPlaying();
    for (const app of apps) {
      const before = await control.pid(app);
      await control.kill(app);
      const isBack = async () =>
        ![undefined, before].includes(await control.pid(app)) && (await unreadyOf(system)).length === 0;
      await until(`${app} to be back`, isBack, backMsMax);
    }
    breaking = false;
    await playing;
    await expectNothingLost();
    expect(await deadLetters(system)).toEqual([]);
  }, 180_000);

  it('streams that are deleted, all at once, are back within ten seconds with all that reads them', async () => {
    const before = await pidsOf(system);
    const playing = new Story(system, planId).play();
    await asBrokerAdministrator(system, async (_connection, manager) => {
      for (const scope of scopes) await manager.streams.delete(streamName(scope));
      const areBack = async () => {
        const there = await Promise.allSettled(scopes.map((scope) => manager.streams.info(streamName(scope))));
        return there.every(({ status }) => status === 'fulfilled') && (await unreadyOf(system)).length === 0;
      };
      await until('all streams to be back', areBack, backMsMax);
    });
    await playing;
    await expectNothingLost();
    expect(await pidsOf(system)).toEqual(before);
  }, 120_000);

  it('what is no event, on every subject that somebody consumes, stops nobody, and is set aside by each', async () => {
    const before = await pidsOf(system);
    const consumed = consumers.flatMap(({ from, events }) => events.map((event) => eventSubject(event, from)));
    const unknown = scopes.flatMap((scope) =>
      allEvents.filter((event) => event.scopes.includes(scope)).map((event) => eventSubject(event, scope)),
    );
    const setAsideBefore = (await deadLetters(system)).length;
    await asBrokerAdministrator(system, async (connection) => {
      for (const subject of new Set([...consumed, ...unknown]))
        await jetstream(connection).publish(subject, '{"no":"event"}', { msgID: randomUUID() });
    });
    await readyAgain('after what is no event');
    await new Story(system, planId).play();
    await until('all of it to be set aside', async () => {
      return (await deadLetters(system)).length === setAsideBefore + consumed.length;
    });
    expect((await deadLetters(system)).map(({ subject }) => subject).sort()).toEqual([...consumed].sort());
    await expectNothingLost();
    expect(await pidsOf(system)).toEqual(before);
  }, 120_000);
});
