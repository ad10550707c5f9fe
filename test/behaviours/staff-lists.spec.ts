import { eventually, expectProblem, expectStatus, Scenario, sharedSystem } from '#libs/testing';

const scenario = new Scenario(sharedSystem());
const { gateway, admin } = scenario;

const price = { amountMinor: 100, currency: 'EUR', interval: 'once' };

let session: string;
beforeAll(async () => {
  ({ session } = await scenario.newStaff('reviewer'));
});

const list = async (path: string, query: Record<string, string>) =>
  expectStatus(await admin.get(`${path}?${new URLSearchParams(query).toString()}`, { session }), 200).body.items;

describe('a reviewer finds', () => {
  test('B38: a submission by the words that they know of it, and sees whose it is', async () => {
    const { partnerId, name, domain, sandbox } = await scenario.readyPartner();
    const { id: planId } = await scenario.plan();
    const { id: subscriptionId } = await scenario.subscribe(sandbox, planId, 'Warehouse');
    await scenario.createKey(sandbox, subscriptionId);
    const { submissionId } = await scenario.submit(sandbox, subscriptionId);
    await eventually(async () => {
      const found = await list('/v1/reviews', { state: 'pending', q: `WAREHOUSE ${domain}` });
      expect(found).toMatchObject([
        { submissionId, partner: { id: partnerId, name, domain, verified: true, suspended: false } },
      ]);
    });
    const filters: Record<string, string>[] = [{ partnerId }, { planId }];
    for (const filter of filters)
      expect(await list('/v1/reviews', filter)).toMatchObject([{ submissionId, changesRequestedBefore: false }]);

    const suspension = { session: await scenario.staff(), body: {} };
    expectStatus(await admin.post(`/v1/partners/${partnerId}/suspension`, suspension), 200);
    await eventually(async () =>
      expect(await list('/v1/reviews', { partnerId })).toMatchObject([{ partner: { suspended: true } }]),
    );
  });

  test('B9: partners who wait for verification', async () => {
    const { partnerId, name } = await scenario.register();
    expect(await list('/v1/partners', { verified: 'false', q: name })).toMatchObject([{ id: partnerId }]);
    await scenario.verify(partnerId);
    expect(await list('/v1/partners', { verified: 'false', q: name })).toEqual([]);
    expect(await list('/v1/partners', { verified: 'true', q: name })).toMatchObject([{ id: partnerId }]);
  });

  test('B46: what waits for payment; a payment that was recorded by mistake locks production again', async () => {
    const { partnerId, primary } = await scenario.readyPartner();
    const { id: planId } = await scenario.plan({ sandbox: false, price });
    const { id } = await scenario.subscribe(primary, planId);
    const waiting = () => list('/v1/subscriptions', { partnerId, payment: 'due' });
    expect(await waiting()).toMatchObject([{ id, state: 'running', partner: { id: partnerId } }]);

    expectStatus(await scenario.recordPayment(id, 'INV-1'), 200);
    expect(await waiting()).toEqual([]);
    const undo = async () => admin.delete(`/v1/subscriptions/${id}/payment`, { session: await scenario.staff() });
    expectStatus(await undo(), 204);
    expect(await waiting()).toMatchObject([{ id }]);
    const key = { session: primary.session, body: { name: 'server', subscriptionId: id } };
    expectProblem(await gateway.post('/v1/keys', key), 409, 'identity.production_locked');
    expectProblem(await undo(), 409, 'subscriptions.not_paid');

    expectStatus(await scenario.recordPayment(id, 'INV-2'), 200);
    expectStatus(await gateway.post('/v1/keys', key), 201);
    expectProblem(await undo(), 409, 'subscriptions.has_production_keys');
    await scenario.message(primary, 'subscriptions.payment-undone.v1');
  });
});

describe('an administrator', () => {
  test('B9: learns whom other rules would make ineligible, before they hold', async () => {
    const { partnerId } = await scenario.readyPartner();
    const staff = await scenario.staff();
    const path = '/v1/eligibility/sandbox';
    const before = expectStatus(await admin.get(path, { session: staff }), 200).body;
    const dry = expectStatus(await admin.put(`${path}?dryRun=true`, { session: staff, body: { rules: [] } }), 200).body;
    expect(dry).toMatchObject({ rules: [], dryRun: true, becameEligible: { count: 0 } });
    expect(dry.becameIneligible.count).toBeGreaterThan(0);
    expect(expectStatus(await admin.get(path, { session: staff }), 200).body).toEqual(before);
    const { body } = await admin.get(`/v1/partners/${partnerId}`, { session: staff });
    expect(body.eligibility.sandbox).toEqual({ eligible: true, reasons: [] });
  });
});
