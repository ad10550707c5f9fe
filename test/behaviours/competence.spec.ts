import { expectProblem, expectStatus, Scenario, sharedSystem, until } from '#libs/testing';

const scenario = new Scenario(sharedSystem());
const { admin } = scenario;

type Staff = Awaited<ReturnType<Scenario['newStaff']>>;
type Integrating = Awaited<ReturnType<Scenario['integrating']>>;

/** One partner, whose subscriptions the tests begin with. */
let partner: Integrating;
let rosa: Staff;
let tom: Staff;
let product: { id: string };

beforeAll(async () => {
  product = await scenario.product();
  partner = await scenario.integrating({}, (await scenario.plan({}, product.id)).id);
  rosa = await scenario.newStaff('reviewer');
  tom = await scenario.newStaff('reviewer');
});

const submitted = async () => {
  const { id: planId } = await scenario.plan({}, product.id);
  const { id: subscriptionId } = await scenario.subscribe(partner.sandbox, planId);
  const key = await scenario.createKey(partner.sandbox, subscriptionId);
  const { submissionId } = await scenario.submit(partner.sandbox, subscriptionId);
  // Its slot is for the next.
  expectStatus(await scenario.gateway.delete(`/v1/keys/${key.id}`, { session: partner.sandbox.session }), 204);
  return { planId, subscriptionId: subscriptionId as string, submissionId };
};

const review = ({ session }: Staff, submissionId: string) => admin.get(`/v1/reviews/${submissionId}`, { session });
const claim = ({ session }: { session: string }, submissionId: string, body = {}) =>
  admin.put(`/v1/reviews/${submissionId}/claim`, { session, body });
const approve = ({ session }: { session: string }, submissionId: string, body = {}) =>
  admin.post(`/v1/reviews/${submissionId}/approval`, { session, body });

test('B43: one reviewer at a time claims a submission; nobody else decides on it; a claim ends with its reviewer', async () => {
  const { submissionId } = await submitted();
  const eve = await scenario.newStaff('reviewer');
  expect(expectStatus(await claim(rosa, submissionId), 200).body.claim.by.id).toBe(rosa.id);
  for (const attempt of [
    claim(tom, submissionId),
    approve(tom, submissionId),
    approve({ session: await scenario.staff() }, submissionId),
  ])
    expect(expectProblem(await attempt, 409, 'subscriptions.claimed')['claimedBy']).toMatchObject({ id: rosa.id });
  expectStatus(await admin.delete(`/v1/reviews/${submissionId}/claim`, { session: rosa.session }), 204);

  expectStatus(await claim(eve, submissionId), 200);
  const off = { session: await scenario.staff(), body: { active: false } };
  expectStatus(await admin.patch(`/v1/staff/${eve.id}`, off), 200);
  await until('the claim to end', async () => (await review(tom, submissionId)).body.claim === null);
  expect(expectStatus(await claim(tom, submissionId), 200).body.claim.by.id).toBe(tom.id);
  const takingOver = { session: await scenario.staff() };
  expectStatus(await claim(takingOver, submissionId, { takeOver: true }), 200);
  expectProblem(await approve(tom, submissionId), 409, 'subscriptions.claimed');
  expectStatus(await approve(takingOver, submissionId, { number: 1 }), 200);
  const messages = (await scenario.inbox(partner.sandbox)).filter(({ type }) => /submission-assigned/.test(type));
  expect(messages).toHaveLength(1);
});

test('B43: a reviewer outside the plan’s group neither sees nor decides, from the moment it is said', async () => {
  const { planId, subscriptionId, submissionId } = await submitted();
  const session = await scenario.staff();
  const group = expectStatus(
    await admin.post('/v1/reviewer-groups', {
      session,
      body: { name: `Money ${scenario.unique()}`, members: [rosa.id] },
    }),
    201,
  ).body;
  const bind = (reviewerGroupId: string | null) =>
    admin.put(`/v1/products/${product.id}/plans/${planId}/review`, { session, body: { reviewerGroupId } });
  expectStatus(await bind(group.id), 200);

  const feed = async (staff: Staff) => {
    const path = `/v1/events/sandbox?partnerId=${partner.partnerId}&limit=200`;
    return JSON.stringify(expectStatus(await admin.get(path, { session: staff.session }), 200).body.items);
  };
  const sees = async (staff: Staff) => {
    const lists = [`/v1/reviews?planId=${planId}`, `/v1/subscriptions?planId=${planId}`];
    const replies = await Promise.all(lists.map((path) => admin.get(path, { session: staff.session })));
    return replies.map((reply) => expectStatus(reply, 200).body.items.length);
  };
  await until('the feed to tell of it', async () => (await feed(rosa)).includes(submissionId));
  expect([await sees(rosa), await sees(tom)]).toEqual([
    [1, 1],
    [0, 0],
  ]);
  expect(await feed(tom)).not.toContain(subscriptionId);
  const missing = expectProblem(await review(tom, '01970000-0000-7000-8000-000000000000'), 404, 'not_found');
  const attempts = [
    review(tom, submissionId),
    claim(tom, submissionId),
    approve(tom, submissionId),
    admin.get(`/v1/subscriptions/${subscriptionId}/timeline`, { session: tom.session }),
  ];
  for (const attempt of attempts)
    expect(expectProblem(await attempt, 404, 'not_found')).toMatchObject({
      title: missing.title,
      detail: missing.detail,
    });
  const plans = await scenario.gateway.get(`/v1/products/${product.id}`, { session: partner.primary.session });
  expect(JSON.stringify(expectStatus(plans, 200).body)).not.toContain(group.id);

  const members = { session, body: { members: [tom.id] } };
  expectStatus(await admin.patch(`/v1/reviewer-groups/${group.id}`, members), 200);
  expectProblem(await approve(rosa, submissionId), 404, 'not_found');
  expectStatus(await approve(tom, submissionId), 200);
});

test('B43: a four-eyes plan reaches production only when two different people have approved', async () => {
  const { planId, subscriptionId, submissionId } = await submitted();
  const review = { session: await scenario.staff(), body: { reviewerGroupId: null, fourEyes: true } };
  expectStatus(await admin.put(`/v1/products/${product.id}/plans/${planId}/review`, review), 200);
  expectStatus(await approve(rosa, submissionId, { notes: 'Their retries are sound.' }), 200);
  const { phase, notices } = await scenario.subscription(partner.primary, subscriptionId);
  expect({ phase, notices }).toEqual({ phase: 'in_review', notices: [] });
  expectProblem(await approve(rosa, submissionId), 409, 'subscriptions.another_must_approve');
  const seen = expectStatus(await admin.get(`/v1/reviews/${submissionId}`, { session: tom.session }), 200).body;
  expect(seen.approvals).toMatchObject([{ by: { id: rosa.id }, notes: 'Their retries are sound.' }]);
  const path = '/v1/events/production?limit=200';
  await until('staff to be told', async () => {
    let cursor = '';
    for (;;) {
      const { items, nextCursor, more } = expectStatus(
        await admin.get(`${path}${cursor}`, { session: tom.session }),
        200,
      ).body;
      const isOfThis = ({ type, data }: { type: string; data: { submissionId?: string } }) =>
        type === 'subscriptions.first-approval-given.v1' && data.submissionId === submissionId;
      if (items.some(isOfThis)) return true;
      if (!more) return false;
      cursor = `&after=${nextCursor}`;
    }
  });
  expect(expectStatus(await approve(tom, submissionId), 200).body.state).toBe('approved');
  await scenario.message(partner.primary, 'subscriptions.submission-approved.v1');
  const messages = JSON.stringify(await scenario.inbox(partner.primary));
  const events = await scenario.gateway.get('/v1/events?limit=200', { session: partner.primary.session });
  for (const seen of [messages, JSON.stringify(expectStatus(events, 200).body)])
    expect(seen).not.toMatch(/retries|first.approval|First of two/);
  expect((await scenario.subscription(partner.primary, subscriptionId)).phase).toBe('production');
});
