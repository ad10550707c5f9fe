import {
  controlOf,
  eventually,
  expectStatus,
  Scenario,
  startSystem,
  type ApiReply,
  type PartnerAccount,
  type RunningSystem,
} from '#libs/testing';
import { keepFigure } from '../support/figures';
import { Draws, testSeed } from '../support/seeded';
import { sized } from '../support/size';
import { isAllowed, type Deed, type ReviewState, type Verb } from './review-model';

const rounds = sized(15, 1_000);
/** A partner's inbox keeps 2 000 messages, and it has a bounded number of subscriptions. */
const roundsOfPartner = 50;
const deedsEach = 3;

const staffVerbs: Verb[] = [
  'claim',
  'take-over',
  'release',
  'approve',
  'approve',
  'approve',
  'reject',
  'request-changes',
  'reopen',
];
/** What is withdrawn at once is decided by nobody. */
const partnerVerbs: Verb[] = ['submit', 'submit', 'submit', 'submit', 'withdraw'];

interface Somebody {
  by: string;
  session: string;
  isStaff: boolean;
  isAdmin: boolean;
}

/** Of a subscription, while everybody is at it. */
interface Race {
  subscriptionId: string;
  name: string;
  /** IDs by number. */
  submissions: Map<number, string>;
  last: number;
  deeds: Deed[];
}

/** Eight people at one submission, against two copies of the service that decides. */
describe(`reviews raced by eight people (seed ${testSeed})`, () => {
  const draws = new Draws(testSeed);
  let system: RunningSystem;
  let scenario: Scenario;
  let staff: Somebody[];
  /** Begins and ends of requests, in the order in which they were seen. */
  let moment = 0;

  beforeAll(async () => {
    system = await startSystem({ name: 'reviews', copies: { subscriptions: 2 }, trustRegistration: true });
    scenario = new Scenario(system);
    const members = [await scenario.newStaff('admin')];
    for (let count = 0; count < 4; count += 1) members.push(await scenario.newStaff('reviewer'));
    staff = members.map(({ id, session }, index) => ({ by: id, session, isStaff: true, isAdmin: index === 0 }));
  }, 180_000);
  afterAll(() => controlOf(system).stop(), 60_000);

  const send = (race: Race, { session }: Somebody, verb: Verb, number: number): Promise<ApiReply> => {
    const review = `/v1/reviews/${race.submissions.get(number)}`;
    const subscription = `/v1/subscriptions/${race.subscriptionId}`;
    const body = { notes: 'Read.', number };
    switch (verb) {
      case 'claim':
        return scenario.admin.put(`${review}/claim`, { session, body: {} });
      case 'take-over':
        return scenario.admin.put(`${review}/claim`, { session, body: { takeOver: true } });
      case 'release':
        return scenario.admin.delete(`${review}/claim`, { session });
      case 'approve':
        return scenario.admin.post(`${review}/approval`, { session, body });
      case 'reject':
        return scenario.admin.post(`${review}/rejection`, { session, body });
      case 'request-changes':
        return scenario.admin.post(`${review}/change-request`, { session, body });
      case 'reopen':
        return scenario.admin.post(`${review}/reopening`, { session, body: { notes: 'Again.' } });
      case 'submit':
        return scenario.gateway.post(`${subscription}/submissions`, { session, body: {} });
      case 'withdraw':
        return scenario.gateway.post(`${subscription}/withdrawal`, { session, body: {} });
      case 'look':
        return scenario.admin.get(review, { session });
    }
  };

  const outcomeOf = (verb: Verb, { status, body }: ApiReply): string => {
    if (status >= 400) return String(body.code).replace('subscriptions.', '');
    if (verb === 'submit') return `submitted ${body.number}`;
    if (verb === 'withdraw') return 'withdrawn';
    if (verb === 'reopen') return 'reopened';
    return ['approve', 'reject', 'request-changes'].includes(verb) ? String(body.state) : 'ok';
  };

  async function act(race: Race, somebody: Somebody, verb: Verb): Promise<void> {
    const { by, isAdmin, isStaff } = somebody;
    const number = race.last;
    const began = (moment += 1);
    const reply = await send(race, somebody, verb, number);
    const ended = (moment += 1);
    const outcome = outcomeOf(verb, reply);
    race.deeds.push({ by, isAdmin, verb, outcome, began, ended, ...(isStaff && { number }) });
    if (verb !== 'submit' || reply.status !== 201) return;
    race.submissions.set(reply.body.number, reply.body.submissionId);
    race.last = Math.max(race.last, reply.body.number);
  }

  /** What they all have left behind. */
  async function look(race: Race): Promise<void> {
    const admin = staff[0] as Somebody;
    const began = (moment += 1);
    const { body } = await send(race, admin, 'look', race.last);
    const { phase } = body.subscription as { phase: ReviewState['phase'] };
    const pending = body.state === 'pending';
    const state: ReviewState = {
      phase,
      number: body.number,
      pending,
      claim: body.claim?.by.id ?? null,
      approvals: pending ? (body.approvals as { by: { id: string } }[]).map(({ by }) => by.id) : [],
    };
    race.deeds.push({ by: admin.by, verb: 'look', outcome: JSON.stringify(state), began, ended: (moment += 1) });
  }

  async function raced(partner: Somebody[], sandbox: PartnerAccount, planId: string, round: number): Promise<Race> {
    const name = `Round ${round}.`;
    const { id: subscriptionId } = await scenario.subscribe(sandbox, planId, name);
    await scenario.createKey(sandbox, subscriptionId);
    const { submissionId } = await scenario.submit(sandbox, subscriptionId);
    const race: Race = { subscriptionId, name, submissions: new Map([[1, submissionId]]), last: 1, deeds: [] };
    const choices = [...staff, ...partner].map((somebody) => ({
      somebody,
      verbs: Array.from({ length: deedsEach }, () => {
        const verbs = somebody.isStaff ? staffVerbs : partnerVerbs;
        return verbs[draws.below(verbs.length)] ?? 'withdraw';
      }),
    }));
    await Promise.all(
      choices.map(async ({ somebody, verbs }) => {
        for (const verb of verbs) await act(race, somebody, verb);
      }),
    );
    await look(race);
    // Its keys, and the slots they take, end with it.
    const cancelling = { session: sandbox.session };
    expectStatus(await scenario.gateway.delete(`/v1/subscriptions/${subscriptionId}`, cancelling), 204);
    return race;
  }

  /** What the partner is told of a race: once of each thing that has happened. */
  function expectedMessages({ deeds, name }: Race): string[] {
    const typeOf: Record<string, string> = {
      withdrawn: 'submission-withdrawn',
      rejected: 'submission-rejected',
      changes_requested: 'changes-requested',
      reopened: 'subscription-reopened',
      approved: 'submission-approved',
    };
    const first = deeds.filter(({ outcome }) => outcome === 'approved').slice(0, 1);
    const taken = new Set(
      deeds.flatMap(({ verb, outcome, number }) => (outcome === 'ok' && verb !== 'release' ? [number] : [])),
    );
    return [
      'subscription-created',
      'submission-received',
      ...deeds.flatMap(({ verb, outcome }) =>
        verb === 'submit' && outcome.startsWith('submitted') ? ['submission-received'] : [],
      ),
      ...deeds.flatMap(({ outcome }) => typeOf[outcome] ?? []),
      ...first.map(() => 'production-unlocked'),
      ...[...taken].map(() => 'submission-assigned'),
      'subscription-cancelled',
    ].map((type) => `${name} ${type}`);
  }

  async function messagesOf({ session }: PartnerAccount): Promise<string[]> {
    const lines: string[] = [];
    for (let cursor = ''; ;) {
      const page = expectStatus(
        await scenario.gateway.get(`/v1/notifications?limit=200${cursor}`, { session }),
        200,
      ).body;
      for (const { type, text } of page.items as { type: string; text: string }[]) {
        const [name] = /Round \d+\./.exec(text) ?? [];
        if (name) lines.push(`${name} ${type.replace(/^subscriptions\.|\.v1$/g, '')}`);
      }
      if (!page.nextCursor) return lines;
      cursor = `&cursor=${page.nextCursor}`;
    }
  }

  it(`B43: ${rounds} times: what came of it is what the rules allow, and each message is told once`, async () => {
    const product = await scenario.product();
    const { id: planId } = await scenario.plan({}, product.id);
    const review = { session: await scenario.staff(), body: { reviewerGroupId: null, fourEyes: true } };
    expectStatus(await scenario.admin.put(`/v1/products/${product.id}/plans/${planId}/review`, review), 200);
    const outcomes = new Map<string, number>();
    let messages = 0;
    for (let round = 0; round < rounds;) {
      const { sandbox, primary } = await scenario.readyPartner();
      const developer = await scenario.addPerson(sandbox, 'developer');
      const people = [sandbox, primary, developer].map(({ session, username }, index) => ({
        ...{ by: `${username} ${index}`, session, isStaff: false, isAdmin: false },
      }));
      const expected: string[] = [];
      for (const end = Math.min(rounds, round + roundsOfPartner); round < end; round += 1) {
        const race = await raced(people, sandbox, planId, round);
        if (!isAllowed(race.deeds)) throw new Error(`not by the rules: ${JSON.stringify(race.deeds, null, 1)}`);
        for (const { outcome, verb } of race.deeds)
          if (verb !== 'look') outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
        expected.push(...expectedMessages(race));
      }
      for (const account of [sandbox, primary])
        await eventually(async () => expect((await messagesOf(account)).sort()).toEqual([...expected].sort()));
      messages += 2 * expected.length;
    }
    // Whatever was to be raced was: each decision has stood, and each has been refused.
    for (const outcome of [
      'pending',
      'approved',
      'rejected',
      'changes_requested',
      'withdrawn',
      'already_decided',
      'claimed',
      'wrong_phase',
    ])
      expect([outcome, outcomes.get(outcome) ?? 0]).not.toEqual([outcome, 0]);
    const counts = [...outcomes].map(([outcome, count]) => `${count} ${outcome}`).join(', ');
    keepFigure(
      `Reviews (seed ${testSeed}): ${rounds} races of eight people, all by the rules; ${messages} messages, each once; ${counts}`,
    );
  }, 7_200_000);
});
