import { expectProblem, expectStatus, Scenario, sharedSystem, until } from '#libs/testing';
import { asAdministrator } from '../support/postgres';

const system = sharedSystem();
const scenario = new Scenario(system);
const { admin, gateway } = scenario;

const sql = (statement: string, ...values: unknown[]) =>
  asAdministrator(system, async (client) => void (await client.query(statement, values)));

/** In the words of the mail that each of the staff gets. */
const mailsToStaff = async (partnerId: string) => {
  const reply = await admin.get(`/v1/mails?partnerId=${partnerId}&limit=200`, { session: await scenario.staff() });
  const items = expectStatus(reply, 200).body.items as Record<string, string>[];
  return items.filter(({ audience, to }) => audience === 'staff' && to);
};

test('B48: what waits is due by working days; whoever reviews it is reminded, admins learn that it is overdue, the partner asks once', async () => {
  const product = await scenario.product();
  const { id: planId } = await scenario.plan({}, product.id);
  const rosa = await scenario.newStaff('reviewer');
  const group = expectStatus(
    await admin.post('/v1/reviewer-groups', {
      session: await scenario.staff(),
      body: { name: `Parcels ${scenario.unique()}`, members: [rosa.id] },
    }),
    201,
  ).body;
  expectStatus(
    await admin.put(`/v1/products/${product.id}/plans/${planId}/review`, {
      session: await scenario.staff(),
      body: { reviewerGroupId: group.id, dueWorkingDays: 2 },
    }),
    200,
  );
  const partner = await scenario.integrating({}, planId);
  const { subscriptionId, partnerId } = partner;
  const { submissionId } = await scenario.submit(partner.sandbox, subscriptionId);
  const review = async () =>
    expectStatus(await admin.get(`/v1/reviews/${submissionId}`, { session: rosa.session }), 200).body;
  await until('it to be known when it is due', async () => (await review()).dueAt);

  const path = `/v1/subscriptions/${subscriptionId}`;
  const { session } = partner.sandbox;
  const own = expectStatus(await gateway.get(path, { session }), 200).body;
  expect(JSON.stringify(own)).not.toMatch(/dueAt/);
  expectProblem(await gateway.post(`${path}/nudge`, { session, body: {} }), 409, 'subscriptions.nudge_too_early');
  await sql(
    `update subscriptions.submissions set submitted_at = now() - interval '3 days' where id = $1`,
    submissionId,
  );
  expectStatus(await gateway.post(`${path}/nudge`, { session, body: {} }), 200);
  expectProblem(await gateway.post(`${path}/nudge`, { session, body: {} }), 409, 'subscriptions.nudged_already');

  await sql('update subscriptions.review_clocks set next_attempt_at = now() where id = $1', submissionId);
  const subjects = (mails: Record<string, string>[]) => mails.map(({ subject }) => (subject ?? '').split(':')[0]);
  const toRosa = async () => (await mailsToStaff(partnerId)).filter(({ personId }) => personId === rosa.id);
  await until('her to be asked and reminded', async () => (await toRosa()).length === 2);
  expect(subjects(await toRosa())).toContain('To be decided today');
  expect(await mailsToStaff(partnerId)).toHaveLength(2);

  await sql(`update subscriptions.submissions set due_at = now() - interval '1 minute' where id = $1`, submissionId);
  await sql('update subscriptions.review_clocks set next_attempt_at = now() where id = $1', submissionId);
  await until('admins to be told', async () =>
    (await mailsToStaff(partnerId)).some(
      ({ personId, subject }) => personId !== rosa.id && /^Overdue/.test(subject ?? ''),
    ),
  );
  await until('her to be told, too', async () => subjects(await toRosa()).includes('Overdue'));
  expect(subjects(await toRosa())).toHaveLength(3);
  const ofPartner = (await scenario.inbox(partner.sandbox)).map(({ type }) => type);
  expect(ofPartner.filter((type) => /review-(due|overdue|nudged)/.test(type))).toEqual([]);
});
