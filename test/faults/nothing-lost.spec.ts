import { apps } from '#libs/contracts';
import { Api, controlOf, Scenario, startSystem, until, type RunningSystem } from '#libs/testing';
import { keepFigure } from '../support/figures';
import { allSettled, deadLetters, histories, messageTally } from '../support/invariants';
import { sized } from '../support/size';
import { Story, type PlayedStory } from './story';

const brokerAwayMs = sized(5_000, 45_000);
const storiesMin = sized(6, 20);
const clients = 4;

/** What both inboxes hold after one story; key notices only in their own account's. */
const pipelineMessages = [
  'identity.partner-verified.v1',
  'identity.sandbox-activated.v1',
  'identity.sandbox-provisioned.v1',
  'subscriptions.changes-requested.v1',
  'subscriptions.production-unlocked.v1',
  'subscriptions.submission-approved.v1',
  'subscriptions.submission-received.v1',
  'subscriptions.submission-received.v1',
  'subscriptions.subscription-created.v1',
];
/** Where the process that would publish one was killed with it, the next use of the key would, and there is none (docs/adr/0039). */
const onceMessages = ['tokens.first-token.v1', 'gateway.first-call.v1'];
const keyMessages = ['identity.api-access-changed.v1', 'identity.key-created.v1'];

describe('nothing is lost and nothing happens twice, whatever is killed', () => {
  let system: RunningSystem;
  const played: PlayedStory[] = [];

  beforeAll(async () => {
    system = await startSystem({ name: 'nothing-lost', trustRegistration: true });
    const { id: planId } = await new Scenario(system).plan();
    await playThroughFaults(planId);
  }, 900_000);
  afterAll(() => controlOf(system).stop(), 60_000);

  /** Clients play story after story for as long as things are being broken. */
  async function playThroughFaults(planId: string): Promise<void> {
    let breaking = true;
    let begun = 0;
    const keepPlaying = async () => {
      while (breaking || begun < storiesMin) {
        begun += 1;
        played.push(await new Story(system, planId).play());
      }
    };
    const playing = Promise.all(Array.from({ length: clients }, keepPlaying));
    await Promise.race([playing, breakThings()]);
    breaking = false;
    await playing;
  }

  async function breakThings(): Promise<void> {
    for (let round = 0; round < sized(2, 5); round += 1) {
      for (const name of apps) await killAndAwaitReturn(name);
      if (round === 0) await takeBrokerAway();
    }
    await killAndAwaitReturn('nats');
  }

  /** The next one falls while the one before is just coming back. */
  async function killAndAwaitReturn(name: string): Promise<void> {
    const control = controlOf(system);
    const before = await control.pid(name);
    await control.kill(name);
    const isBack = async () => ![undefined, before].includes(await control.pid(name));
    await until(`${name} to be started again`, isBack);
  }

  async function takeBrokerAway(): Promise<void> {
    const control = controlOf(system);
    await control.stopChild('nats');
    await new Promise((resolve) => setTimeout(resolve, brokerAwayMs));
    await control.startChild('nats');
  }

  it('every story has come to its end, though not at the first attempt', () => {
    expect(played.length).toBeGreaterThanOrEqual(storiesMin);
    expect(played.reduce((sum, { repetitions }) => sum + repetitions, 0)).toBeGreaterThan(storiesMin);
  });

  it('every event has arrived wherever somebody consumes it', async () => {
    await controlOf(system).waitReady();
    await allSettled(system);
  }, 90_000);

  it('B40: every step of every subscription is recorded, each once', async () => {
    const { all, broken } = await histories(system);
    expect(broken).toEqual([]);
    expect(all.map(({ id }) => id).sort()).toEqual(played.map(({ subscriptionId }) => subscriptionId).sort());
    for (const { transitions } of all)
      expect(transitions.map(({ action }) => action)).toEqual([
        'created',
        'submitted',
        'changes_requested',
        'submitted',
        'approved',
        'production_unlocked',
      ]);
  });

  it('B50: of every event that is to be told there is one message, and no message is without an event', async () => {
    const { expected, ...wrong } = await messageTally(system);
    const repetitions = played.reduce((sum, story) => sum + story.repetitions, 0);
    keepFigure(
      `Nothing lost: ${played.length} stories while each process is killed and the broker is away for ${brokerAwayMs / 1000} s: ` +
        `${repetitions} requests repeated, ${expected} messages told, ${wrong.missing.length} missing, ${wrong.doubled.length} doubled.`,
    );
    expect(wrong).toEqual({ missing: [], doubled: [], invented: [] });
    expect(expected).toBeGreaterThanOrEqual(played.length * 2 * pipelineMessages.length);
  });

  it('B50: both inboxes tell each story as it was', async () => {
    const gateway = new Api(system.gatewayUrl);
    for (const { sandbox, primary, regenerations } of played)
      for (const { session, environment } of [sandbox, primary]) {
        const { body } = await gateway.get('/v1/notifications?limit=200', { session });
        const all = (body.items as { type: string }[]).map(({ type }) => type);
        const types = all.filter((type) => !onceMessages.includes(type));
        for (const once of onceMessages) expect(all.filter((type) => type === once).length).toBeLessThanOrEqual(1);
        const renewed = Array<string>(regenerations[environment]).fill('identity.key-regenerated.v1');
        expect(types.sort()).toEqual([...pipelineMessages, ...keyMessages, ...renewed].sort());
      }
  });

  it('B15: each account holds the one key that was made', async () => {
    const gateway = new Api(system.gatewayUrl);
    for (const { sandbox, primary } of played)
      for (const { session } of [sandbox, primary])
        expect((await gateway.get('/v1/keys', { session })).body.items).toHaveLength(1);
  });

  it('nothing was set aside as a dead letter', async () => {
    expect(await deadLetters(system)).toEqual([]);
  });
});
