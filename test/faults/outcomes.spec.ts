import { environments, eventType, services, subscriptions } from '#libs/contracts';
import { controlOf, Scenario, startSystem, until, type RunningSystem } from '#libs/testing';
import { keepFigure } from '../support/figures';
import { allSettled, deadLetters, histories, messageTally } from '../support/invariants';
import { asAdministrator } from '../support/postgres';
import { Draws, testSeed } from '../support/seeded';
import { sized } from '../support/size';
import { FeedFollower, OutcomeFollower, StreamFollower, WebhookFollower, type Follower } from './followers';
import { PatientClient } from './patient-client';

const partnerCount = sized(3, 17);
/** As many as may have keys. */
const subscriptionsEach = sized(2, 3);
/** Of one subscription, which can be submitted 50 times: changes are requested again and again, and at last it is approved. */
const decisionsEach = sized(10, 40);
const decisionCount = partnerCount * subscriptionsEach * decisionsEach;
const rounds = sized(1, 12);
const victims = ['notifications', 'notifications-2', 'subscriptions', 'subscriptions-2', 'nats'] as const;
const typesOf = {
  'change-request': eventType(subscriptions.changesRequested),
  approval: eventType(subscriptions.submissionApproved),
};
const decisionTypes = Object.values(typesOf);
/** A copy that is killed leaves deliveries that another makes when their leases are over, after a minute. */
const leaseMs = 60_000;

interface Decision {
  partnerId: string;
  submissionId: string;
  type: string;
}

interface Integration {
  partnerId: string;
  session: string;
  subscriptionId: string;
}

describe(`outcomes reach everyone, whatever is killed (SLIPWAY_TEST_SEED=${testSeed})`, () => {
  let system: RunningSystem;
  let webhooks: WebhookFollower[];
  /** Off while things break, and then on. */
  let late: Follower[];
  let followers: Follower[];
  const decisions: Decision[] = [];
  /** Whoever is not in it follows everybody. */
  let partnerOf: Map<Follower, string>;
  let kills = 0;

  beforeAll(async () => {
    const copies = Object.fromEntries(services.map((service) => [service, 2]));
    system = await startSystem({ name: 'outcomes', trustRegistration: true, copies });
    const scenario = new Scenario(system);
    const { id: planId } = await scenario.plan();
    const partners = [];
    const integrations: Integration[] = [];
    while (partners.length < partnerCount) partners.push(await scenario.readyPartner());
    for (const { partnerId, sandbox } of partners)
      for (let count = 0; count < subscriptionsEach; count += 1) {
        const { id: subscriptionId } = await scenario.subscribe(sandbox, planId);
        await scenario.createKey(sandbox, subscriptionId);
        integrations.push({ partnerId, session: sandbox.session, subscriptionId });
      }
    const accounts = partners.flatMap(({ partnerId, sandbox, primary }) =>
      [sandbox, primary].map((account) => ({ partnerId, account })),
    );
    partnerOf = new Map();
    webhooks = accounts.map(({ partnerId, account }, index) => {
      const follower = new WebhookFollower(system, account, decisionTypes, new Draws(testSeed + 1 + index));
      partnerOf.set(follower, partnerId);
      return follower;
    });
    const staff = await scenario.staff();
    late = [
      ...accounts.flatMap(({ partnerId, account: { session } }) => {
        const own = [
          new FeedFollower(system, session, decisionTypes),
          new StreamFollower(system, session, decisionTypes),
        ];
        for (const follower of own) partnerOf.set(follower, partnerId);
        return own;
      }),
      ...environments.flatMap((environment) => [
        new OutcomeFollower(system, { name: 'crm', environment }, decisionTypes),
        new FeedFollower(system, staff, decisionTypes, `/v1/events/${environment}`, system.adminUrl),
      ]),
    ];
    followers = [...webhooks, ...late];
    for (const follower of followers) await follower.start();
    await decideWhileThingsBreak(integrations, staff);
    await controlOf(system).waitReady();
    await allSettled(system, sized(60_000, 300_000));
    await Promise.all(followers.map(untilItKnowsAll));
  }, 1_800_000);
  afterAll(async () => {
    for (const follower of followers) await follower.stop();
    await controlOf(system).stop();
  }, 60_000);

  /** Each part of the decisions begins with something being broken, and the next with that just coming back. */
  async function decideWhileThingsBreak(integrations: Integration[], staff: string): Promise<void> {
    const draws = new Draws(testSeed);
    const breakings = Array.from({ length: rounds }, () => draws.shuffled(victims)).flat();
    const diskIsLostAt = Math.floor(breakings.length / 2);
    let begun = 0;
    let next = 0;
    const decideOneAfterTheOther = async (integration: Integration) => {
      for (let made = 1; made <= decisionsEach; made += 1) {
        const turn = Math.floor((next++ * breakings.length) / decisionCount);
        await until('its turn', () => Promise.resolve(begun > turn), 600_000);
        await submitAndDecide(integration, staff, made < decisionsEach ? 'change-request' : 'approval');
      }
    };
    const breakOneAfterTheOther = async () => {
      for (const [index, victim] of breakings.entries()) {
        begun += 1;
        await new Promise((resolve) => setTimeout(resolve, draws.below(1_000)));
        if (index === diskIsLostAt) await loseBrokersDisk();
        await killAndAwaitReturn(victim);
      }
    };
    await Promise.all([...integrations.map(decideOneAfterTheOther), breakOneAfterTheOther()]);
  }

  async function submitAndDecide(
    { partnerId, session, subscriptionId }: Integration,
    staff: string,
    act: keyof typeof typesOf,
  ): Promise<void> {
    const gateway = new PatientClient(system.gatewayUrl);
    const admin = new PatientClient(system.adminUrl);
    const path = `/v1/subscriptions/${subscriptionId}/submissions`;
    const { submissionId } = (await gateway.write('POST', path, { session, body: {} })).body;
    const decision = { session: staff, body: { notes: 'As discussed.' } };
    await admin.write('POST', `/v1/reviews/${submissionId}/${act}`, decision);
    decisions.push({ partnerId, submissionId, type: typesOf[act] });
  }

  async function killAndAwaitReturn(name: string): Promise<void> {
    const control = controlOf(system);
    const before = await control.pid(name);
    await control.kill(name);
    kills += 1;
    const isBack = async () => ![undefined, before].includes(await control.pid(name));
    await until(`${name} to be started again`, isBack);
  }

  async function loseBrokersDisk(): Promise<void> {
    const control = controlOf(system);
    await control.stopChild('nats');
    await control.removeFolder('nats/jetstream');
    await control.startChild('nats');
  }

  const isOf = (follower: Follower, partnerId: string) => [undefined, partnerId].includes(partnerOf.get(follower));
  const expectedOf = (follower: Follower) => decisions.filter(({ partnerId }) => isOf(follower, partnerId)).map(keyOf);
  const keyOf = ({ submissionId, type }: Pick<Decision, 'submissionId' | 'type'>) => `${submissionId} ${type}`;

  const untilItKnowsAll = (follower: Follower) =>
    until(
      'a follower to know of every decision',
      async () => {
        await follower.catchUp();
        const known = follower instanceof WebhookFollower ? follower.accepted() : follower.seen();
        return new Set(known.map(keyOf)).size >= expectedOf(follower).length;
      },
      sized(2, 10) * leaseMs,
    );

  /** By the ids of the events that subscriptions has published, and what each of them decided. */
  const published = () =>
    asAdministrator(system, async (client) => {
      const { rows } = await client.query<Decision & { eventId: string }>(
        `select event_id as "eventId", event->>'type' as type, event->'data'->>'partnerId' as "partnerId",
                event->'data'->>'submissionId' as "submissionId"
         from subscriptions.outbox where event->>'type' = any ($1)`,
        [decisionTypes],
      );
      return rows;
    });

  it('B40: every decision has happened, each once', async () => {
    const { all, broken } = await histories(system);
    expect(broken).toEqual([]);
    expect(all).toHaveLength(partnerCount * subscriptionsEach);
    for (const { transitions } of all)
      expect(transitions.map(({ action }) => action)).toEqual([
        'created',
        ...Array.from({ length: decisionsEach - 1 }, () => ['submitted', 'changes_requested']).flat(),
        'submitted',
        'approved',
        'production_unlocked',
      ]);
    expect((await published()).map(keyOf).sort()).toEqual(decisions.map(keyOf).sort());
  });

  it('B51: the ids that each follower has seen are those of the decisions: none is lost, none is invented', async () => {
    const all = await published();
    for (const follower of followers) {
      const own = all.filter(({ partnerId }) => isOf(follower, partnerId));
      const seen = follower.seen().map((one) => `${one.eventId} ${keyOf(one)}`);
      expect([...new Set(seen)].sort()).toEqual(own.map((one) => `${one.eventId} ${keyOf(one)}`).sort());
    }
  });

  it('B52: who was off all the time has seen each once, and of a subscription in its order', () => {
    for (const follower of late) {
      const events = follower
        .seen()
        .map(({ body }) => JSON.parse(body) as { id: string; data: Record<string, string> });
      expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
      const last = new Map<string | undefined, number>();
      for (const { data } of events) {
        const sequence = Number(data['sequence']);
        expect(sequence).toBeGreaterThan(last.get(data['subscriptionId']) ?? 0);
        last.set(data['subscriptionId'], sequence);
      }
    }
  });

  it('B51: what came more than once came as the same bytes, and every signature verifies', () => {
    for (const follower of followers) {
      const bodies = new Map<string, string>();
      for (const { eventId, body } of follower.seen()) {
        expect(body).toBe(bodies.get(eventId) ?? body);
        bodies.set(eventId, body);
      }
    }
    expect(webhooks.flatMap(({ unverified }) => unverified)).toEqual([]);
  });

  it('B50: every inbox tells each event once', async () => {
    const { expected, ...wrong } = await messageTally(system);
    const attempts = webhooks.reduce((sum, follower) => sum + follower.seen().length, 0);
    const ids = new Set(webhooks.flatMap((follower) => follower.seen().map(({ eventId }) => eventId)));
    const replays = webhooks.reduce((sum, follower) => sum + follower.replays, 0);
    keepFigure(
      `Outcomes (seed ${testSeed}): ${decisions.length} decisions while ${kills} processes are killed and the broker loses its ` +
        `disk: ${ids.size} distinct webhook ids in ${attempts} attempts at ${webhooks.length} webhooks, ${replays} replayed; ` +
        `${expected} messages, ${wrong.missing.length} lost, ${wrong.doubled.length} doubled; ${late.length} others that were off meanwhile have each once, in order.`,
    );
    expect(wrong).toEqual({ missing: [], doubled: [], invented: [] });
  });

  it('servers had their troubles, and nothing was set aside as a dead letter', async () => {
    for (const reply of ['refuses', 'cuts', 'cuts though it has it'] as const)
      expect(webhooks.some(({ replies }) => (replies[reply] ?? 0) > 0)).toBe(true);
    expect(await deadLetters(system)).toEqual([]);
  });
});
