import { environments } from '#libs/contracts';
import {
  eventually,
  expectProblem,
  expectStatus,
  Scenario,
  sharedSystem,
  type ApiReply,
  type PartnerAccount,
  type Registered,
} from '#libs/testing';

const scenario = new Scenario(sharedSystem());
const { gateway, admin } = scenario;

type Partner = Registered & { sandbox: PartnerAccount };
type Key = Awaited<ReturnType<Scenario['createKey']>>;
type Action = Parameters<Scenario['decide']>[1];

/** Everybody here shares one partner: each test begins with a subscription of its own. */
let partner: Partner;
let sandboxPlanId: string;

beforeAll(async () => {
  partner = await scenario.readyPartner();
  const body = { keyLimit: { sandbox: 100, production: 100 } };
  expectStatus(await admin.patch(`/v1/partners/${partner.partnerId}`, { session: await scenario.staff(), body }), 200);
  sandboxPlanId = (await scenario.plan()).id;
});

const read = (subscriptionId: string, by: PartnerAccount = partner.primary) =>
  scenario.subscription(by, subscriptionId);
const timeline = async (subscriptionId: string) =>
  expectStatus(
    await gateway.get(`/v1/subscriptions/${subscriptionId}/timeline`, { session: partner.sandbox.session }),
    200,
  ).body.items as {
    action: string;
    title: string;
    from: string | null;
    to: string;
    at: string;
    by: { kind: string; id: string; displayName: string };
    notes: string | null;
    submissionId: string | null;
  }[];
/** What was done, oldest first; that production unlocked follows from it. */
const actions = async (subscriptionId: string) =>
  (await timeline(subscriptionId))
    .map(({ action }) => action)
    .filter((action) => action !== 'production_unlocked')
    .reverse();
const review = async (submissionId: string) =>
  expectStatus(await admin.get(`/v1/reviews/${submissionId}`, { session: await scenario.staff() }), 200).body;
const attemptKey = ({ session }: PartnerAccount, subscriptionId: string) =>
  gateway.post('/v1/keys', { session, body: { name: 'key', subscriptionId } });
const attemptSubmission = (subscriptionId: string, body: object = {}, by: PartnerAccount = partner.sandbox) =>
  gateway.post(`/v1/subscriptions/${subscriptionId}/submissions`, { session: by.session, body });
const attemptWithdrawal = (subscriptionId: string) =>
  gateway.post(`/v1/subscriptions/${subscriptionId}/withdrawal`, { session: partner.sandbox.session });
const cancel = async (subscriptionId: string) =>
  expectStatus(await gateway.delete(`/v1/subscriptions/${subscriptionId}`, { session: partner.sandbox.session }), 204);

/** A subscription with a sandbox key. */
async function building(planId = sandboxPlanId) {
  const { id } = await scenario.subscribe(partner.sandbox, planId);
  return { id: id as string, key: await scenario.createKey(partner.sandbox, id) };
}

async function submitted(planId = sandboxPlanId, answers?: object) {
  const { id, key } = await building(planId);
  const { submissionId } = await scenario.submit(partner.sandbox, id, answers);
  return { id, key, submissionId };
}

const bodies: Record<Action, object> = {
  approval: {},
  rejection: { notes: 'Not for our customers.' },
  'change-request': { notes: 'Handle error 429.' },
  reopening: { notes: 'Try again.' },
};
const decide = async (submissionId: string, action: Action, body = bodies[action]) =>
  expectStatus(await scenario.decide(submissionId, action, body), 200).body;

async function decided(action: Action, planId = sandboxPlanId) {
  const subscription = await submitted(planId);
  await decide(subscription.submissionId, action);
  return subscription;
}

const stepStates = ({ steps }: { steps: { id: string; state: string }[] }) => steps.map(({ state }) => state);
const pointers = (reply: ApiReply) =>
  expectProblem(reply, 400, 'invalid_request').errors?.map(({ pointer }) => pointer) ?? [];
const wrongPhase = (reply: ApiReply, phase: string) =>
  expect(expectProblem(reply, 409, 'subscriptions.wrong_phase')['phase']).toBe(phase);

const price = { amountMinor: 4_900, currency: 'EUR', interval: 'month' };

const contactForm = {
  steps: [
    {
      id: 'company',
      title: 'Your company',
      schema: {
        type: 'object',
        required: ['name', 'website'],
        additionalProperties: false,
        properties: { name: { type: 'string', minLength: 1 }, website: { type: 'string', format: 'uri' } },
      },
    },
    {
      id: 'usage',
      title: 'How you use it',
      schema: {
        type: 'object',
        required: ['callsPerDay'],
        properties: { callsPerDay: { type: 'integer', minimum: 1 } },
      },
    },
  ],
};
const contactAnswers = { company: { name: 'Contoso', website: 'https://contoso.example' }, usage: { callsPerDay: 10 } };

describe('a plan without a sandbox', () => {
  const subscribe = async (plan: object) => {
    const { id } = await scenario.plan({ sandbox: false, ...plan });
    return scenario.subscribe(partner.primary, id);
  };
  /** Nobody has submitted it; staff finds it in its queue. */
  const pendingReviewOf = async (subscriptionId: string) => {
    const session = await scenario.staff();
    let cursor = '';
    for (;;) {
      const page = await admin.get(`/v1/reviews?state=pending&limit=200${cursor}`, { session });
      const { items, nextCursor } = expectStatus(page, 200).body;
      const found = items.find(
        ({ subscription }: { subscription: { id: string } }) => subscription.id === subscriptionId,
      );
      if (found || !nextCursor) return found as { submissionId: string } | undefined;
      cursor = `&cursor=${nextCursor}`;
    }
  };

  test('B32: a subscription is in production at once when the plan asks for nothing more', async () => {
    const subscription = await subscribe({});
    expect(subscription).toMatchObject({ phase: 'production', production: { unlocked: true, reasons: [] } });
    expect(stepStates(subscription)).toEqual(['skipped', 'skipped', 'current']);
    const key = await scenario.createKey(partner.primary, subscription.id);
    expectStatus(await scenario.token(key, 'production'), 200);
  });

  test('B32: with approval by staff, as soon as staff has approved', async () => {
    const { id, phase, production } = await subscribe({ approval: true });
    expect({ phase, reasons: production.reasons }).toEqual({ phase: 'in_review', reasons: ['review'] });
    expectProblem(await attemptKey(partner.primary, id), 409, 'identity.production_locked');

    const pending = await pendingReviewOf(id);
    await decide(pending?.submissionId ?? '', 'approval');
    expect(await read(id)).toMatchObject({ phase: 'production', production: { unlocked: true } });
    await scenario.createKey(partner.primary, id);
  });

  test('B32: with a price, too: what is missing locks the keys, never the phase', async () => {
    const { id, phase, production, steps } = await subscribe({ price });
    expect({ phase, production }).toMatchObject({ phase: 'production', production: { reasons: ['payment'] } });
    expect(stepStates({ steps })).toEqual(['skipped', 'skipped', 'current']);
    expectProblem(await attemptKey(partner.primary, id), 409, 'identity.production_locked');
    expect(await pendingReviewOf(id)).toBeUndefined();

    const paid = expectStatus(await scenario.recordPayment(id), 200).body;
    expect(paid).toMatchObject({ phase: 'production', payment: { state: 'paid' } });
    await scenario.createKey(partner.primary, id);
  });

  test.each(['paid first', 'approved first'])(
    'B32, B46: with both, keys as soon as both are met: %s',
    async (order) => {
      const { id, production } = await subscribe({ approval: true, price });
      expect(production.reasons).toEqual(['review', 'payment']);
      const pay = async () => expectStatus(await scenario.recordPayment(id), 200);
      const approve = async () => decide((await pendingReviewOf(id))?.submissionId ?? '', 'approval');
      const [first, second] = order === 'paid first' ? [pay, approve] : [approve, pay];

      await first();
      expect(await read(id)).toMatchObject({
        phase: order === 'paid first' ? 'in_review' : 'production',
        production: { unlocked: false, reasons: [order === 'paid first' ? 'review' : 'payment'] },
      });
      expectProblem(await attemptKey(partner.primary, id), 409, 'identity.production_locked');
      await second();
      expect(await read(id)).toMatchObject({ phase: 'production', production: { unlocked: true, reasons: [] } });
      await scenario.createKey(partner.primary, id);
    },
  );

  test('B32: the pipeline is not run: no sandbox key, no submission, no way back to a sandbox', async () => {
    const { id } = await subscribe({ approval: true });
    expectProblem(await attemptKey(partner.sandbox, id), 409, 'subscriptions.plan_has_no_sandbox');
    wrongPhase(await attemptSubmission(id), 'in_review');
    expectProblem(await attemptWithdrawal(id), 409, 'subscriptions.no_sandbox_phase');
    const { submissionId } = (await pendingReviewOf(id)) ?? { submissionId: '' };
    const changes = await scenario.decide(submissionId, 'change-request', bodies['change-request']);
    expectProblem(changes, 409, 'subscriptions.no_sandbox_phase');
    await decide(submissionId, 'rejection');
    expect((await read(id)).phase).toBe('rejected');
    const reopening = await scenario.decide(submissionId, 'reopening', bodies.reopening);
    expectProblem(reopening, 409, 'subscriptions.no_sandbox_phase');
  });
});

describe('the phases', () => {
  test('B33: a new subscription to a plan with a sandbox starts there', async () => {
    const subscription = await scenario.subscribe(partner.sandbox, sandboxPlanId);
    expect(subscription).toMatchObject({ phase: 'sandbox', changesRequested: false, notices: [] });
    expect(stepStates(subscription)).toEqual(['current', 'upcoming', 'upcoming']);
  });

  test('B33: the stepper shows three steps, and rejected marks the review step', async () => {
    const { id, submissionId } = await submitted();
    const inReview = await read(id);
    expect(inReview.steps.map(({ id: step }: { id: string }) => step)).toEqual(['sandbox', 'in_review', 'production']);
    expect(stepStates(inReview)).toEqual(['done', 'current', 'upcoming']);

    await decide(submissionId, 'rejection');
    expect(stepStates(await read(id))).toEqual(['done', 'rejected', 'upcoming']);
    await decide(submissionId, 'reopening');
    expect(stepStates(await read(id))).toEqual(['current', 'upcoming', 'upcoming']);

    const approved = await decided('approval');
    expect(stepStates(await read(approved.id))).toEqual(['done', 'done', 'current']);
  });

  test.each([
    ['sandbox', async () => (await building()).id],
    ['in_review', async () => (await submitted()).id],
    ['sandbox', async () => (await decided('change-request')).id],
    ['rejected', async () => (await decided('rejection')).id],
  ])('B34: production keys cannot be made in phase %s', async (phase, begin) => {
    const id = await begin();
    expect((await read(id)).phase).toBe(phase);
    const refused = expectProblem(await attemptKey(partner.primary, id), 409, 'identity.production_locked');
    expect(refused['reasons']).toEqual(['review']);
  });

  test('B34: one verdict: the card, staff, the message and the key say the same', async () => {
    const { sandbox, primary, partnerId } = await scenario.readyPartner();
    const { id } = await scenario.subscribe(sandbox, sandboxPlanId);
    await scenario.createKey(sandbox, id);
    const session = await scenario.staff();
    const change = (type: string) => admin.patch(`/v1/partners/${partnerId}`, { session, body: { type } });
    expectStatus(await change('other'), 200);
    const { submissionId } = await scenario.submit(sandbox, id);
    const review = async () => expectStatus(await admin.get(`/v1/reviews/${submissionId}`, { session }), 200).body;
    expect(await review()).toMatchObject({ missingAfterApproval: ['not_eligible'] });
    const approved = expectStatus(await scenario.decide(submissionId, 'approval'), 200).body;
    const locked = { unlocked: false, reasons: ['not_eligible'] };
    for (const { subscription } of [approved, await review()]) expect(subscription.production).toMatchObject(locked);
    for (const account of [sandbox, primary]) {
      expect((await read(id, account)).production).toMatchObject(locked);
      const { title, text } = await scenario.message(account, 'subscriptions.production-unlocked.v1');
      expect(`${title} ${text}`).not.toMatch(/unlocked|You can make/);
      expect(text).toContain('becomes eligible');
    }
    expectProblem(await attemptKey(primary, id), 403, 'identity.not_eligible');
    expectStatus(await change('direct_bill'), 200);
    await scenario.message(primary, 'identity.eligibility-changed.v1');
    for (const account of [sandbox, primary])
      await eventually(async () => {
        const ofProduction = (await scenario.inbox(account)).filter(({ type }) => /production-unlocked/.test(type));
        expect(ofProduction.map(({ title }) => title)).toContain('Production unlocked');
      });
    expect((await review()).subscription.production).toMatchObject({ unlocked: true, reasons: [] });
    expect((await read(id, primary)).production).toMatchObject({ unlocked: true, reasons: [] });
    await scenario.createKey(primary, id);
  });

  test('B34: the locked card lists every reason, one less with each that is met, and then confirms', async () => {
    const registered = await scenario.register();
    const { primary, partnerId } = registered;
    const sandbox = await scenario.createSandbox(registered);
    await scenario.setUp(sandbox);
    const session = await scenario.staff();
    const setVerified = async (verified: boolean) =>
      expectStatus(await admin.patch(`/v1/partners/${partnerId}`, { session, body: { verified } }), 200);
    const suspension = `/v1/partners/${partnerId}/suspension`;
    await setVerified(true);
    await scenario.switchApiAccess(sandbox);
    const { id } = await scenario.subscribe(sandbox, (await scenario.plan({ price })).id);
    await scenario.createKey(sandbox, id);
    await setVerified(false);
    expectStatus(await admin.post(suspension, { session, body: {} }), 200);

    const expectReasons = async (...reasons: string[]) => {
      for (const { session: own } of [primary, sandbox]) {
        const reply = await gateway.get(`/v1/subscriptions/${id}`, { session: own });
        expect(expectStatus(reply, 200).body.production).toMatchObject({ unlocked: reasons.length === 0, reasons });
        const { items } = expectStatus(await gateway.get('/v1/subscriptions', { session: own }), 200).body;
        expect(items[0].production.reasons).toEqual(reasons);
      }
    };

    await expectReasons('review', 'payment', 'api_access_off', 'not_eligible', 'suspended');
    const refused = expectProblem(await attemptKey(primary, id), 409, 'identity.production_locked');
    expect(refused['reasons']).toEqual(['review', 'payment', 'api_access_off', 'not_eligible', 'suspended']);

    expectStatus(await admin.delete(suspension, { session }), 204);
    await expectReasons('review', 'payment', 'api_access_off', 'not_eligible');
    await setVerified(true);
    await expectReasons('review', 'payment', 'api_access_off');
    await scenario.switchApiAccess(primary);
    await expectReasons('review', 'payment');
    expectStatus(await scenario.recordPayment(id), 200);
    await expectReasons('review');
    const { submissionId } = await scenario.submit(sandbox, id);
    await decide(submissionId, 'approval');
    await expectReasons();
    const { production } = await scenario.subscription(primary, id);
    expect(Date.parse(production.approvedAt)).toBeGreaterThan(0);
    await scenario.createKey(primary, id);
  });
});

describe('sandbox test data', () => {
  const items = [
    { type: 'customer', name: 'Customer in good standing', description: 'Has no open invoice.', value: 'CUST-0001' },
    { type: 'card', name: 'A card that is declined', description: 'Any date, any CVC.', value: '4000 0000 0000 0002' },
  ];

  test('B35: the provider sets typed, named, described values; the partner reads them from both accounts', async () => {
    const product = await scenario.product();
    const { id } = await scenario.subscribe(partner.sandbox, (await scenario.plan({}, product.id)).id);
    const path = `/v1/subscriptions/${id}/test-data`;
    const session = await scenario.staff();
    expect((await gateway.get(path, { session: partner.sandbox.session })).body).toEqual({ items: [] });

    expectStatus(await admin.put(`/v1/products/${product.id}/test-data`, { session, body: items }), 200);
    for (const someone of [partner.sandbox, partner.primary])
      expect(expectStatus(await gateway.get(path, { session: someone.session }), 200).body).toEqual({ items });

    const replaced = items.slice(1);
    expectStatus(await admin.put(`/v1/products/${product.id}/test-data`, { session, body: replaced }), 200);
    expect((await gateway.get(path, { session: partner.sandbox.session })).body).toEqual({ items: replaced });
  });

  test('B35: it is read-only for the partner', async () => {
    const { id } = await scenario.subscribe(partner.sandbox, sandboxPlanId);
    const { session } = partner.sandbox;
    for (const method of ['PUT', 'POST', 'PATCH', 'DELETE']) {
      const reply = await gateway.call(method, `/v1/subscriptions/${id}/test-data`, { session, body: items });
      expectProblem(reply, 405, 'method_not_allowed');
    }
    expect((await gateway.get(`/v1/subscriptions/${id}/test-data`, { session })).body).toEqual({ items: [] });
  });
});

describe('submitting for review', () => {
  test('B36: without a sandbox key ever made it is refused', async () => {
    const { id } = await scenario.subscribe(partner.sandbox, sandboxPlanId);
    expectProblem(await attemptSubmission(id), 409, 'subscriptions.no_sandbox_key');
    expect((await read(id)).phase).toBe('sandbox');
  });

  test('B36: with all its keys deleted it is refused', async () => {
    const { id, key } = await building();
    expectStatus(await gateway.delete(`/v1/keys/${key.id}`, { session: partner.sandbox.session }), 204);
    expectProblem(await attemptSubmission(id), 409, 'subscriptions.no_sandbox_key');
    await scenario.createKey(partner.sandbox, id);
    expectStatus(await attemptSubmission(id), 201);
  });

  test('B36: the key of another subscription does not count', async () => {
    await building();
    const { id } = await scenario.subscribe(partner.sandbox, sandboxPlanId);
    expectProblem(await attemptSubmission(id), 409, 'subscriptions.no_sandbox_key');
  });

  test('B37: on a plan without a form it goes straight through', async () => {
    const { id } = await building();
    const none = expectProblem(
      await gateway.get(`/v1/subscriptions/${id}/form`, { session: partner.sandbox.session }),
      404,
      'not_found',
    );
    expect(none.detail).toMatch(/plan .* has no submission form/);
    const { body } = expectStatus(await attemptSubmission(id), 201);
    expect(body).toMatchObject({ submissionId: expect.any(String), phase: 'in_review', formVersion: null });
    expect(await review(body.submissionId)).toMatchObject({ state: 'pending', form: null, answers: {} });
    expect(pointers(await attemptSubmission((await building()).id, { answers: contactAnswers }))).toEqual(['/answers']);
  });

  test('B37: it cannot be submitted again while in review', async () => {
    const { id } = await submitted();
    for (const by of [partner.sandbox, partner.primary]) wrongPhase(await attemptSubmission(id, {}, by), 'in_review');
    expect(await actions(id)).toEqual(['created', 'submitted']);
  });

  test('B37: of five submissions at once, one stands', async () => {
    const { id } = await building();
    const replies = await Promise.all(Array.from({ length: 5 }, () => attemptSubmission(id)));
    expect(replies.filter(({ status }) => status === 201)).toHaveLength(1);
    for (const refused of replies.filter(({ status }) => status !== 201)) wrongPhase(refused, 'in_review');
    expect(await actions(id)).toEqual(['created', 'submitted']);
  });

  describe('with a form', () => {
    let planId: string;
    let id: string;

    beforeAll(async () => {
      planId = (await scenario.plan({ submissionForm: contactForm })).id;
      ({ id } = await building(planId));
    });

    test('B37: the partner reads the form of several steps', async () => {
      const reply = await gateway.get(`/v1/subscriptions/${id}/form`, { session: partner.primary.session });
      expect(expectStatus(reply, 200).body).toEqual({ version: 1, ...contactForm });
      expect((await read(id)).plan.hasForm).toBe(true);
    });

    test('B37: answers must be complete', async () => {
      const { company, usage } = contactAnswers;
      expect(pointers(await attemptSubmission(id))).toEqual(['/answers/company', '/answers/usage']);
      expect(pointers(await attemptSubmission(id, { answers: { company } }))).toEqual(['/answers/usage']);
      expect(pointers(await attemptSubmission(id, { answers: { company: {}, usage } })).sort()).toEqual([
        '/answers/company/name',
        '/answers/company/website',
      ]);
      expect((await read(id)).phase).toBe('sandbox');
    });

    test('B37: answers must be valid', async () => {
      const answers = {
        company: { name: '', website: 'not a URI', owner: 'nobody asked' },
        usage: { callsPerDay: 'many' },
        surprise: {},
      };
      expect(pointers(await attemptSubmission(id, { answers })).sort()).toEqual([
        '/answers/company/name',
        '/answers/company/owner',
        '/answers/company/website',
        '/answers/surprise',
        '/answers/usage/callsPerDay',
      ]);
      expect((await read(id)).phase).toBe('sandbox');
    });

    test('B37: complete and valid answers bring it into review', async () => {
      const { submissionId } = await scenario.submit(partner.sandbox, id, contactAnswers);
      expect((await read(id)).phase).toBe('in_review');
      expect(await review(submissionId)).toMatchObject({
        answers: contactAnswers,
        form: { version: 1, ...contactForm },
      });
    });
  });
});

describe("the reviewers' decisions", () => {
  test('B38: approve leads to production', async () => {
    const { id, submissionId } = await submitted();
    const approved = await decide(submissionId, 'approval');
    expect(approved).toMatchObject({ state: 'approved', subscription: { phase: 'production' } });
    expect(await read(id)).toMatchObject({ phase: 'production', changesRequested: false });
  });

  test('B38: reject leads to rejected', async () => {
    const { id } = await decided('rejection');
    expect(await read(id)).toMatchObject({ phase: 'rejected', changesRequested: false });
  });

  test('B38: request changes leads to sandbox, flagged', async () => {
    const { id } = await decided('change-request');
    expect(await read(id)).toMatchObject({ phase: 'sandbox', changesRequested: true });
  });

  test('B38: a reviewer decides, without being an admin', async () => {
    const reviewer = await scenario.newStaff('reviewer');
    const { id, submissionId } = await submitted();
    const reply = await admin.post(`/v1/reviews/${submissionId}/approval`, { session: reviewer.session, body: {} });
    expectStatus(reply, 200);
    expect((await read(id)).phase).toBe('production');
  });

  test.each(['approval', 'rejection', 'change-request'] as const)(
    'B38: after %s there is nothing left to decide',
    async (first) => {
      const { id, submissionId } = await decided(first);
      const { phase } = await read(id);
      for (const action of ['approval', 'rejection', 'change-request'] as const) {
        const refused = await scenario.decide(submissionId, action, bodies[action]);
        expect(expectProblem(refused, 409, 'subscriptions.already_decided')['phase']).toBe(phase);
      }
      expect((await read(id)).phase).toBe(phase);
      expect(await actions(id)).toHaveLength(3);
    },
  );

  test.each(['change-request', 'rejection'] as const)('B39: %s without notes is refused', async (action) => {
    const { id, submissionId } = await submitted();
    for (const body of [{}, { notes: '' }, { notes: ' \n\t ' }, { notes: null }, { notes: 7 }])
      expect(pointers(await scenario.decide(submissionId, action, body))).toEqual(['/notes']);
    expect((await read(id)).phase).toBe('in_review');
    await decide(submissionId, action);
  });

  test('B39: request changes without notes is refused, whatever is pinned to fields', async () => {
    const { id: planId } = await scenario.plan({ submissionForm: contactForm });
    const { submissionId } = await submitted(planId, contactAnswers);
    const items = [{ stepId: 'company', field: 'name', note: 'The full name, please.' }];
    expect(pointers(await scenario.decide(submissionId, 'change-request', { items }))).toEqual(['/notes']);
  });

  test('B39: approve may carry notes, or none', async () => {
    const withNotes = await submitted();
    await decide(withNotes.submissionId, 'approval', { notes: 'Well done.' });
    expect((await read(withNotes.id)).notices[0]).toMatchObject({ kind: 'approved', notes: 'Well done.' });
    const without = await submitted();
    await decide(without.submissionId, 'approval', {});
    expect((await read(without.id)).notices[0]).toMatchObject({ kind: 'approved', notes: null });
  });

  test('B40: every action is recorded with who, when and notes', async () => {
    const reviewer = await scenario.newStaff('reviewer');
    const { id } = await building();
    const begin = Date.now();
    const act = async (action: Action, submissionId: string) =>
      expectStatus(
        await admin.post(`/v1/reviews/${submissionId}/${action}`, { session: reviewer.session, body: bodies[action] }),
        200,
      );
    const first = await scenario.submit(partner.sandbox, id);
    await act('change-request', first.submissionId);
    const second = await scenario.submit(partner.primary, id);
    expectStatus(await attemptWithdrawal(id), 200);
    const third = await scenario.submit(partner.sandbox, id);
    await act('rejection', third.submissionId);
    await act('reopening', third.submissionId);
    const fourth = await scenario.submit(partner.sandbox, id);
    await act('approval', fourth.submissionId);

    const items = await timeline(id);
    const oldestFirst = [...items].reverse();
    const recorded = oldestFirst.map(({ action, from, to, by, notes, submissionId }) => [
      action,
      from,
      to,
      by.kind,
      notes,
      submissionId,
    ]);
    expect(recorded).toEqual([
      ['created', null, 'sandbox', 'person', null, null],
      ['submitted', 'sandbox', 'in_review', 'person', null, first.submissionId],
      ['changes_requested', 'in_review', 'sandbox', 'staff', 'Handle error 429.', first.submissionId],
      ['submitted', 'sandbox', 'in_review', 'person', null, second.submissionId],
      ['withdrawn', 'in_review', 'sandbox', 'person', null, second.submissionId],
      ['submitted', 'sandbox', 'in_review', 'person', null, third.submissionId],
      ['rejected', 'in_review', 'rejected', 'staff', 'Not for our customers.', third.submissionId],
      ['reopened', 'rejected', 'sandbox', 'staff', 'Try again.', third.submissionId],
      ['submitted', 'sandbox', 'in_review', 'person', null, fourth.submissionId],
      ['approved', 'in_review', 'production', 'staff', null, fourth.submissionId],
      ['production_unlocked', 'production', 'production', 'staff', null, null],
    ]);
    for (const { by, at } of oldestFirst.slice(1)) {
      expect(by.displayName).toBe(by.kind === 'staff' ? 'Some reviewer' : 'Ada Lovelace');
      if (by.kind === 'staff') expect(by.id).toBe(reviewer.id);
      expect(Date.parse(at)).toBeGreaterThanOrEqual(begin - 1_000);
      expect(Date.parse(at)).toBeLessThanOrEqual(Date.now() + 1_000);
    }
    const forStaff = await admin.get(`/v1/subscriptions/${id}/timeline`, { session: reviewer.session });
    expect(expectStatus(forStaff, 200).body.items).toEqual(items);
  });

  test.each([
    ['approval', 'approved'],
    ['rejection', 'rejected'],
    ['change-request', 'changes_requested'],
  ] as const)('B40: the partner sees the notice of %s and its notes on the subscription', async (action, kind) => {
    const { id, submissionId } = await submitted();
    await decide(submissionId, action, { notes: `Notes of ${kind}.` });
    for (const someone of [partner.sandbox, partner.primary]) {
      const { notices } = await read(id, someone);
      expect(notices).toEqual([
        expect.objectContaining({
          kind,
          submissionId,
          title: expect.stringMatching(/\w/),
          notes: `Notes of ${kind}.`,
          at: expect.any(String),
          by: expect.objectContaining({ kind: 'staff' }),
        }),
      ]);
    }
  });
});

describe('after changes are requested', () => {
  test('B41: the partner submits again, which clears the flag', async () => {
    const { id } = await decided('change-request');
    const again = expectStatus(await attemptSubmission(id), 201).body;
    expect(again).toMatchObject({ phase: 'in_review', number: 2, subscription: { changesRequested: false } });
    expect(await read(id)).toMatchObject({ phase: 'in_review', changesRequested: false });
    await decide(again.submissionId, 'approval');
    expect(await read(id)).toMatchObject({ phase: 'production', changesRequested: false });
  });

  test('B41: a submission is always shown with the version of the form it answered', async () => {
    const product = await scenario.product();
    const plan = await scenario.plan({ submissionForm: contactForm }, product.id);
    const { id, submissionId: first } = await submitted(plan.id, contactAnswers);
    const changed = { steps: contactForm.steps.slice(0, 1) };
    const path = `/v1/products/${product.id}/plans/${plan.id}/submission-form`;
    const put = await admin.put(path, { session: await scenario.staff(), body: changed });
    expect(expectStatus(put, 200).body.submissionForm).toEqual({ version: 2, ...changed });

    await decide(first, 'change-request');
    expect((await review(first)).form).toEqual({ version: 1, ...contactForm });
    expect((await read(id)).notices[0].formVersion).toBe(1);
    expect(pointers(await attemptSubmission(id, { answers: contactAnswers }))).toEqual(['/answers/usage']);

    const { company } = contactAnswers;
    const second = await scenario.submit(partner.sandbox, id, { company });
    expect(await review(second.submissionId)).toMatchObject({
      form: { version: 2, ...changed },
      answers: { company },
    });
    expect(await review(first)).toMatchObject({ form: { version: 1 }, answers: contactAnswers });
  });

  test('B41: notes can be pinned to fields of the form, and the partner sees them', async () => {
    const plan = await scenario.plan({ submissionForm: contactForm });
    const { id, submissionId } = await submitted(plan.id, contactAnswers);
    const items = [{ stepId: 'company', field: 'website', note: 'This address does not answer.' }];
    const unknown = [...items, { stepId: 'nowhere', field: 'name', note: 'What?' }];
    const refused = await scenario.decide(submissionId, 'change-request', { notes: 'See the form.', items: unknown });
    expect(pointers(refused)).toEqual(['/items/1/stepId']);
    await decide(submissionId, 'change-request', { notes: 'See the form.', items });
    expect((await read(id)).notices[0]).toMatchObject({ notes: 'See the form.', items });
  });

  test('B41: each is marked addressed or not with the next submission, and the reviewer reads what differs', async () => {
    const plan = await scenario.plan({ submissionForm: contactForm });
    const { id, submissionId } = await submitted(plan.id, contactAnswers);
    const items = [
      { stepId: 'company', field: 'website', note: 'This address does not answer.' },
      { pointer: '/answers/usage/callsPerDay', note: 'So few?' },
    ];
    await decide(submissionId, 'change-request', { notes: 'See the form.', items });
    const open = (await read(id)).notices[0].items as { id: string }[];
    expect(open).toMatchObject([{ pointer: '/answers/company/website', response: null }, { field: 'callsPerDay' }]);
    const answers = { ...contactAnswers, company: { name: 'Contoso', website: 'https://www.contoso.example' } };
    expect(pointers(await attemptSubmission(id, { answers }))).toEqual(['/responses', '/responses']);
    const responses = open.map(({ id: item }, index) => ({
      ...{ item, addressed: index === 0 },
      comment: index === 0 ? 'It moved.' : 'For now.',
    }));
    const again = expectStatus(await attemptSubmission(id, { answers, responses }), 201).body;
    const marked = responses.map(({ addressed, comment }) => ({
      response: { addressed, comment, submissionId: again.submissionId },
    }));
    expect((await read(id)).notices[0].items).toMatchObject(marked);
    expect(await review(again.submissionId)).toMatchObject({
      requested: marked,
      difference: {
        since: { submissionId, number: 1, formVersion: 1 },
        fields: [
          {
            ...{ pointer: '/answers/company/website', change: 'changed', form: null },
            ...{ before: 'https://contoso.example', after: 'https://www.contoso.example' },
          },
        ],
        complete: true,
      },
    });
  });
});

test('B41: a draft is shared by both accounts, overwritten by nobody who has not read it, and gone once submitted', async () => {
  const { id } = await building();
  const path = `/v1/subscriptions/${id}/draft`;
  const { sandbox, primary } = partner;
  const save = ({ session }: PartnerAccount, body: object) => gateway.put(path, { session, body });
  const readBy = ({ session }: PartnerAccount) => gateway.get(path, { session });
  expectProblem(await readBy(sandbox), 404, 'not_found');
  const first = expectStatus(await save(sandbox, { answers: { company: { name: 'Con' } } }), 200).body;
  expect(expectStatus(await readBy(primary), 200).body).toEqual(first);
  const second = await save(primary, { answers: { company: { name: 'Contoso' } }, version: first.version });
  const saved = expectStatus(second, 200).body;
  const stale = expectProblem(
    await save(sandbox, { answers: {}, version: first.version }),
    409,
    'subscriptions.draft_changed',
  );
  expect(stale['draft']).toEqual(saved);
  await scenario.submit(sandbox, id);
  expectProblem(await readBy(primary), 404, 'not_found');
});

describe('withdrawing and reopening', () => {
  test('B42: the partner withdraws a submission; it is back in the sandbox, recorded', async () => {
    const { id, submissionId } = await submitted();
    const { body } = expectStatus(await attemptWithdrawal(id), 200);
    expect(body).toMatchObject({ phase: 'sandbox', changesRequested: false });
    expect(await actions(id)).toEqual(['created', 'submitted', 'withdrawn']);
    expect((await review(submissionId)).state).toBe('withdrawn');
  });

  test('B42: what is withdrawn cannot be decided, and can be submitted again', async () => {
    const { id, submissionId } = await submitted();
    expectStatus(await attemptWithdrawal(id), 200);
    for (const action of ['approval', 'rejection', 'change-request'] as const) {
      const refused = await scenario.decide(submissionId, action, bodies[action]);
      expectProblem(refused, 409, 'subscriptions.already_decided');
    }
    const again = await scenario.submit(partner.sandbox, id);
    const old = await scenario.decide(submissionId, 'approval');
    expectProblem(old, 409, 'subscriptions.already_decided');
    await decide(again.submissionId, 'approval');
  });

  test.each([
    ['sandbox', async () => (await building()).id],
    ['production', async () => (await decided('approval')).id],
    ['rejected', async () => (await decided('rejection')).id],
  ])('B42: in phase %s there is nothing to withdraw', async (phase, begin) => {
    wrongPhase(await attemptWithdrawal(await begin()), phase);
  });

  test('B42: staff reopens a rejected one to sandbox, with notes, recorded; it can be submitted again', async () => {
    const { id, submissionId } = await decided('rejection');
    expect(pointers(await scenario.decide(submissionId, 'reopening', {}))).toEqual(['/notes']);
    await decide(submissionId, 'reopening');
    expect(await read(id)).toMatchObject({ phase: 'sandbox', changesRequested: false });
    expect(await actions(id)).toEqual(['created', 'submitted', 'rejected', 'reopened']);
    wrongPhase(await scenario.decide(submissionId, 'reopening', bodies.reopening), 'sandbox');
    const again = await scenario.submit(partner.sandbox, id);
    await decide(again.submissionId, 'approval');
  });

  test.each(['approval', 'change-request'] as const)('B42: after %s there is nothing to reopen', async (action) => {
    const { id, submissionId } = await decided(action);
    const { phase } = await read(id);
    wrongPhase(await scenario.decide(submissionId, 'reopening', bodies.reopening), phase);
    expect((await read(id)).phase).toBe(phase);
  });

  test('B42: nothing else leaves rejected', async () => {
    const { id: planId } = await scenario.plan({ price });
    const { id, submissionId } = await decided('rejection', planId);
    wrongPhase(await attemptSubmission(id), 'rejected');
    wrongPhase(await attemptWithdrawal(id), 'rejected');
    for (const action of ['approval', 'rejection', 'change-request'] as const) {
      const refused = await scenario.decide(submissionId, action, bodies[action]);
      expectProblem(refused, 409, 'subscriptions.already_decided');
    }
    expectStatus(await scenario.recordPayment(id), 200);
    const { phase, production } = await read(id);
    expect({ phase, unlocked: production.unlocked, reasons: production.reasons }).toEqual({
      phase: 'rejected',
      unlocked: false,
      reasons: ['review'],
    });
    expectProblem(await attemptKey(partner.primary, id), 409, 'identity.production_locked');
  });
});

describe('deciding at once', () => {
  const outcome = { approval: 'approved', rejection: 'rejected', 'change-request': 'changes_requested' } as const;
  const phaseAfter = { approved: 'production', rejected: 'rejected', changes_requested: 'sandbox' } as const;

  test.each([
    ['approval', 'approval'],
    ['approval', 'rejection'],
    ['approval', 'change-request'],
    ['rejection', 'change-request'],
  ] as const)('B43: of %s and %s by two reviewers at once, exactly one stands', async (one, another) => {
    const reviewers = [await scenario.newStaff('reviewer'), await scenario.newStaff('reviewer')];
    for (let round = 0; round < 5; round += 1) {
      const { id, submissionId } = await submitted();
      const attempts = [one, another].map(async (action, index) => ({
        action,
        reply: await admin.post(`/v1/reviews/${submissionId}/${action}`, {
          session: reviewers[index]?.session,
          body: { ...bodies[action], number: 1 },
        }),
      }));
      const results = await Promise.all(attempts);
      const stands = results.filter(({ reply }) => reply.status === 200);
      expect(stands).toHaveLength(1);
      const lost = results.find(({ reply }) => reply.status !== 200);
      const decision = outcome[stands[0]?.action ?? 'approval'];
      const { decidedBy, decidedAt } = stands[0]?.reply.body as { decidedBy: object; decidedAt: string };
      expect(expectProblem(lost?.reply as ApiReply, 409, 'subscriptions.already_decided')).toMatchObject({
        ...{ decision, decidedBy, decidedAt },
      });

      const { phase, notices } = await read(id);
      expect(phase).toBe(phaseAfter[decision]);
      expect(notices.map(({ kind }: { kind: string }) => kind)).toEqual([decision]);
      expect(await actions(id)).toEqual(['created', 'submitted', decision]);
      expect(await review(submissionId)).toMatchObject({ state: decision });
    }
  });

  test('B43: of a decision and a withdrawal at once, exactly one stands', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { id, submissionId } = await submitted();
      const [approval, withdrawal] = await Promise.all([
        scenario.decide(submissionId, 'approval'),
        attemptWithdrawal(id),
      ]);
      expect([approval.status, withdrawal.status].sort()).toEqual([200, 409]);
      expect((await read(id)).phase).toBe(approval.status === 200 ? 'production' : 'sandbox');
    }
  });
});

describe('no way around the review', () => {
  test('B44: deleting and asking again begins in the sandbox', async () => {
    for (const action of ['rejection', 'approval'] as const) {
      const { id } = await decided(action);
      await cancel(id);
      const again = await scenario.subscribe(partner.sandbox, sandboxPlanId);
      expect(again.phase).toBe('sandbox');
      expectProblem(await attemptKey(partner.primary, again.id), 409, 'identity.production_locked');
    }
  });

  test('B44: a cancelled subscription stays readable, its keys are gone, and nothing can be done with it', async () => {
    const { id, key } = await decided('approval');
    await cancel(id);
    expectStatus(await scenario.token(key, key.environment), 401);
    for (const account of [partner.sandbox, partner.primary]) {
      const { cancellation, notices, production } = await read(id, account);
      expect(cancellation).toMatchObject({ restorableUntil: null });
      expect(notices).toMatchObject([{ kind: 'approved' }]);
      expect(production.unlocked).toBe(false);
      expectProblem(await attemptKey(account, id), 409, 'identity.subscription_ended');
    }
    expectProblem(await attemptSubmission(id), 409, 'subscriptions.cancelled');
    await cancel(id);
  });

  test('B40, B44: history cannot be shed: cancelled and subscribed to anew, the reviewer sees what was rejected', async () => {
    const first = await decided('rejection');
    await cancel(first.id);
    const again = await submitted();
    const session = await scenario.staff();
    const review = expectStatus(await admin.get(`/v1/reviews/${again.submissionId}`, { session }), 200).body;
    expect(review.earlierAttempts).toBe(review.earlier.length);
    expect(review.earlier).toContainEqual(
      expect.objectContaining({
        submissionId: first.submissionId,
        subscriptionId: first.id,
        state: 'rejected',
        notes: 'Not for our customers.',
        isCancelled: true,
      }),
    );
    const old = expectStatus(await admin.get(`/v1/reviews/${first.submissionId}`, { session }), 200).body;
    expect(old).toMatchObject({ state: 'rejected', subscription: { cancellation: { restorableUntil: null } } });
    for (const account of [partner.sandbox, partner.primary]) {
      const own = { session: account.session };
      const all = expectStatus(await gateway.get('/v1/subscriptions?state=cancelled&limit=200', own), 200).body;
      expect(all.items.map(({ id }: { id: string }) => id)).toContain(first.id);
      const timeline = expectStatus(await gateway.get(`/v1/subscriptions/${first.id}/timeline`, own), 200).body;
      expect(timeline.items.map(({ action }: { action: string }) => action)).toEqual([
        'cancelled',
        'rejected',
        'submitted',
        'created',
      ]);
    }
  });

  test('what has production keys is cancelled by a global admin of the primary account, and can be restored (of B59)', async () => {
    const { id, key } = await decided('approval');
    const { primary, sandbox } = partner;
    const live = await scenario.createKey(primary, id);
    const keys = [key, live];
    const tokens = await Promise.all(
      keys.map(async (each) => expectStatus(await scenario.token(each, each.environment), 200).body.access_token),
    );
    const path = `/v1/subscriptions/${id}`;
    const body = { confirm: 'Integration' };
    for (const { session } of [sandbox, primary])
      expectProblem(await gateway.delete(path, { session }), 409, 'subscriptions.has_production_keys');
    for (const { session } of [sandbox, await scenario.addPerson(primary, 'developer')])
      expectProblem(await gateway.post(`${path}/cancellation`, { session, body }), 403, 'forbidden');
    const { session } = primary;
    const wrong = await gateway.post(`${path}/cancellation`, { session, body: { confirm: 'Another' } });
    expect(pointers(wrong)).toEqual(['/confirm']);

    const cancelled = expectStatus(await gateway.post(`${path}/cancellation`, { session, body }), 200).body;
    expect(cancelled).toMatchObject({ cancellation: { restorableUntil: expect.any(String) } });
    expect(cancelled.production).toMatchObject({ unlocked: false, reasons: ['cancelled'] });
    for (const [index, each] of keys.entries()) {
      expectStatus(await scenario.token(each, each.environment), 401);
      expectProblem(await scenario.whoami(tokens[index], each.environment), 401, 'invalid_token');
    }
    expectProblem(await attemptKey(primary, id), 409, 'identity.subscription_ended');
    expectProblem(await attemptSubmission(id), 409, 'subscriptions.cancelled');
    const { items, slots } = expectStatus(await gateway.get('/v1/keys', { session }), 200).body;
    expect(items.find(({ id: own }: { id: string }) => own === live.id).stoppedAt).not.toBeNull();
    expect(slots.used).toBe(items.length);

    const restoring = { session: sandbox.session };
    expectProblem(await gateway.delete(`${path}/cancellation`, restoring), 403, 'forbidden');
    expectStatus(await gateway.delete(`${path}/cancellation`, { session }), 204);
    for (const [index, each] of keys.entries()) {
      expectProblem(await scenario.whoami(tokens[index], each.environment), 401, 'invalid_token');
      const token = expectStatus(await scenario.token(each, each.environment), 200).body.access_token;
      expectStatus(await scenario.whoami(token, each.environment), 200);
    }
    expect(await read(id)).toMatchObject({ cancellation: null, phase: 'production' });
    expectProblem(await gateway.delete(`${path}/cancellation`, { session }), 409, 'subscriptions.not_cancelled');
    await scenario.message(sandbox, 'subscriptions.subscription-restored.v1');
    expectStatus(await gateway.delete(`/v1/keys/${live.id}`, { session }), 204);
  });

  test('B3: a developer of the sandbox cannot end what is in production', async () => {
    const { subscriptionId, sandbox } = await scenario.inProduction();
    const { session } = await scenario.addPerson(sandbox, 'developer');
    expectProblem(await scenario.gateway.delete(`/v1/subscriptions/${subscriptionId}`, { session }), 403, 'forbidden');
  });

  test('B44: a submission of a cancelled subscription cannot be decided', async () => {
    const { id, submissionId } = await submitted();
    await cancel(id);
    expectProblem(await scenario.decide(submissionId, 'approval'), 409, 'subscriptions.cancelled');
  });

  test('B44: no call of the partner sets the phase', async () => {
    const { id } = await building();
    const { session } = partner.sandbox;
    const subscribing = { planId: sandboxPlanId, name: 'Sneaky', phase: 'production' };
    expect(pointers(await gateway.post('/v1/subscriptions', { session, body: subscribing }))).toEqual(['/phase']);
    for (const method of ['PUT', 'PATCH']) {
      const reply = await gateway.call(method, `/v1/subscriptions/${id}`, { session, body: { phase: 'production' } });
      expectProblem(reply, 405, 'method_not_allowed');
    }
    expect(pointers(await attemptSubmission(id, { phase: 'production' }))).toEqual(['/phase']);
    expect((await read(id)).phase).toBe('sandbox');
  });

  test('B44: submitting and withdrawing, again and again, does not skip review', async () => {
    const { id } = await building();
    for (let round = 0; round < 3; round += 1) {
      expectStatus(await attemptSubmission(id), 201);
      expectStatus(await attemptWithdrawal(id), 200);
    }
    expect((await read(id)).phase).toBe('sandbox');
    expectProblem(await attemptKey(partner.primary, id), 409, 'identity.production_locked');
  });

  test('B44: payment does not skip review', async () => {
    const { id: planId } = await scenario.plan({ price });
    const { id } = await submitted(planId);
    expectStatus(await scenario.recordPayment(id), 200);
    expect(await read(id)).toMatchObject({ phase: 'in_review', production: { reasons: ['review'] } });
    expectProblem(await attemptKey(partner.primary, id), 409, 'identity.production_locked');
  });

  test('B44: the approval of one subscription is none of another', async () => {
    await decided('approval');
    const { id } = await building();
    expectProblem(await attemptKey(partner.primary, id), 409, 'identity.production_locked');
  });
});

describe('in production', () => {
  test('B45: right after the approve call has returned, making the production key succeeds', async () => {
    for (let round = 0; round < 10; round += 1) {
      const { id, submissionId } = await submitted();
      await decide(submissionId, 'approval');
      const reply = expectStatus(await attemptKey(partner.primary, id), 201);
      expect(reply.body.applicationId).toMatch(/^app_live_/);
      expectStatus(await scenario.token(reply.body as Key, 'production'), 200);
    }
  });

  test('B45: approval itself makes no key', async () => {
    const { id } = await decided('approval');
    const list = `/v1/keys?subscriptionId=${id}`;
    const inProduction = await gateway.get(list, { session: partner.primary.session });
    expect(expectStatus(inProduction, 200).body.items).toEqual([]);
    const inSandbox = await gateway.get(list, { session: partner.sandbox.session });
    expect(expectStatus(inSandbox, 200).body.items).toHaveLength(1);
  });

  test('B45: the value of a production key is shown once', async () => {
    const { id } = await decided('approval');
    const { id: keyId, applicationSecret } = await scenario.createKey(partner.primary, id);
    const reply = await gateway.get(`/v1/keys/${keyId}`, { session: partner.primary.session });
    expect(JSON.stringify(expectStatus(reply, 200).body)).not.toContain(applicationSecret);
  });

  test('B46: on a paid plan production stays locked after approval until payment is complete', async () => {
    const { id: planId } = await scenario.plan({ price });
    const { id } = await decided('approval', planId);
    expect(await read(id)).toMatchObject({
      phase: 'production',
      payment: { state: 'due', price, reference: null, paidAt: null },
      production: { unlocked: false, reasons: ['payment'] },
    });
    const refused = expectProblem(await attemptKey(partner.primary, id), 409, 'identity.production_locked');
    expect(refused['reasons']).toEqual(['payment']);

    expectStatus(await scenario.recordPayment(id, 'INV-2026-1'), 200);
    await scenario.createKey(partner.primary, id);
    expect(await read(id)).toMatchObject({
      payment: { state: 'paid', reference: 'INV-2026-1', paidAt: expect.any(String) },
      production: { unlocked: true, reasons: [] },
    });
    expect(await actions(id)).toEqual(['created', 'submitted', 'approved', 'payment_recorded']);
  });

  test('B46: payment may come before approval', async () => {
    const { id: planId } = await scenario.plan({ price });
    const { id, submissionId } = await submitted(planId);
    expectStatus(await scenario.recordPayment(id), 200);
    await decide(submissionId, 'approval');
    expect((await read(id)).production).toMatchObject({ unlocked: true, reasons: [] });
    await scenario.createKey(partner.primary, id);
  });

  test('B46: payment is recorded once', async () => {
    const { id: planId } = await scenario.plan({ price });
    const { id } = await scenario.subscribe(partner.sandbox, planId);
    const replies = await Promise.all([scenario.recordPayment(id, 'A'), scenario.recordPayment(id, 'B')]);
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 409]);
    expectProblem(await scenario.recordPayment(id), 409, 'subscriptions.already_paid');
  });

  test('B46: a free plan has no such lock', async () => {
    const { id } = await decided('approval');
    expect(await read(id)).toMatchObject({
      payment: { state: 'not_required', price: null },
      production: { unlocked: true, reasons: [] },
    });
    expectProblem(await scenario.recordPayment(id), 409, 'subscriptions.nothing_to_pay');
  });

  test('B59: a change is reviewed while production goes on: approval swaps the answers, rejection leaves the old', async () => {
    const { id: planId } = await scenario.plan({ submissionForm: contactForm });
    const { id, submissionId } = await submitted(planId, contactAnswers);
    await decide(submissionId, 'approval');
    const key = await scenario.createKey(partner.primary, id);
    const inForce = async () => {
      const { phase, production, ...subscription } = await read(id);
      expect({ phase, production }).toMatchObject({ phase: 'production', production: { unlocked: true } });
      expectStatus(await scenario.token(key, 'production'), 200);
      const list = await gateway.get(`/v1/subscriptions/${id}/submissions`, { session: partner.primary.session });
      const { items } = expectStatus(list, 200).body as { items: { submissionId: string; answers: object }[] };
      return items.find((item) => item.submissionId === subscription.inForce.submissionId)?.answers;
    };
    const change = { ...contactAnswers, usage: { callsPerDay: 10_000 } };
    const second = await scenario.submit(partner.sandbox, id, change);
    expect(await read(id)).toMatchObject({ underReview: { number: 2 }, submitBlockers: ['in_review'] });
    wrongPhase(await attemptSubmission(id, { answers: change }), 'production');
    expect(await inForce()).toEqual(contactAnswers);
    await decide(second.submissionId, 'rejection');
    expect(await inForce()).toEqual(contactAnswers);
    const third = await scenario.submit(partner.sandbox, id, change);
    await decide(third.submissionId, 'approval');
    expect(await inForce()).toEqual(change);
    const { text } = await scenario.message(partner.primary, 'subscriptions.submission-rejected.v1');
    expect(text).toContain('Production goes on');
    expect(await actions(id)).toEqual([
      'created',
      'submitted',
      'approved',
      'submitted',
      'rejected',
      'submitted',
      'approved',
    ]);
  });

  test.each([
    ['after production is reached', 'approval'],
    ['after a rejection', 'rejection'],
  ] as const)('B47: the sandbox stays usable %s', async (_when, action) => {
    const { id, key } = await decided(action);
    const { access_token: token } = expectStatus(await scenario.token(key, 'sandbox'), 200).body;
    expectStatus(await scenario.whoami(token, 'sandbox'), 200);
    const another = await scenario.createKey(partner.sandbox, id);
    expectStatus(await scenario.token(another, 'sandbox'), 200);
    const { session } = partner.sandbox;
    expectStatus(await gateway.get(`/v1/subscriptions/${id}/test-data`, { session }), 200);
    expectStatus(await gateway.post(`/v1/keys/${key.id}/regeneration`, { session, body: {} }), 200);
    expect((await read(id, partner.sandbox)).notices).toHaveLength(1);
  });

  test('B34: sandbox keys, too, are for the sandbox alone: each lane has its own grant', async () => {
    const { id } = await decided('approval');
    for (const environment of environments) {
      const someone = environment === 'sandbox' ? partner.sandbox : partner.primary;
      expect((await scenario.createKey(someone, id)).environment).toBe(environment);
    }
  });
});
