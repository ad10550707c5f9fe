import { randomUUID } from 'node:crypto';
import {
  eventually,
  expectProblem,
  expectStatus,
  Scenario,
  sharedSystem,
  type CallOptions,
  type PartnerAccount,
} from '#libs/testing';

const scenario = new Scenario(sharedSystem());
const { gateway, admin } = scenario;

type Partner = Awaited<ReturnType<Scenario['inProduction']>>;

let partner: Partner;

beforeAll(async () => {
  partner = await scenario.inProduction();
  const body = { keyLimit: { sandbox: 50, production: 50 } };
  expectStatus(await admin.patch(`/v1/partners/${partner.partnerId}`, { session: await scenario.staff(), body }), 200);
});

const repeatable = (idempotencyKey: string, options: CallOptions): CallOptions => ({
  ...options,
  headers: { ...options.headers, 'idempotency-key': idempotencyKey },
});
const createKey = (idempotencyKey: string, { session }: PartnerAccount, body: object) =>
  gateway.post('/v1/keys', repeatable(idempotencyKey, { session, body }));
const newKey = () => ({ name: `key ${scenario.unique()}`, subscriptionId: partner.subscriptionId });
const keysNamed = async ({ session }: PartnerAccount, name: string) => {
  const { items } = expectStatus(await gateway.get('/v1/keys?limit=200', { session }), 200).body;
  return (items as { name: string }[]).filter((key) => key.name === name);
};

describe('Idempotency-Key', () => {
  test('a repeated create answers with the same key, without its secret, and makes no second one', async () => {
    const [idempotencyKey, body] = [randomUUID(), newKey()];
    const first = expectStatus(await createKey(idempotencyKey, partner.sandbox, body), 201).body;
    expect(first).toMatchObject({ applicationSecret: expect.any(String), secretAlreadyShown: false });
    const again = expectStatus(await createKey(idempotencyKey, partner.sandbox, body), 201).body;
    expect(again).toEqual({ ...first, applicationSecret: null, secretAlreadyShown: true, warning: expect.any(String) });
    expect(await keysNamed(partner.sandbox, body.name)).toHaveLength(1);
    expectStatus(await scenario.token(first, 'sandbox'), 200);

    await eventually(async () => {
      const notices = (await scenario.inbox(partner.sandbox)).filter(({ text }) => text.includes(body.name));
      expect(notices).toHaveLength(1);
    });
  });

  test('the order of members and the spelling of the header do not matter', async () => {
    const [idempotencyKey, { name, subscriptionId }] = [randomUUID(), newKey()];
    const first = expectStatus(await createKey(idempotencyKey, partner.sandbox, { name, subscriptionId }), 201).body;
    const reordered = await createKey(`"${idempotencyKey}"`, partner.sandbox, { subscriptionId, name });
    expect(expectStatus(reordered, 201).body.id).toBe(first.id);
  });

  test.each(['regeneration', 'rotation'])('a repeated %s renews once, and shows no secret again', async (renewal) => {
    const key = await scenario.createKey(partner.sandbox, partner.subscriptionId);
    const { session } = partner.sandbox;
    const idempotencyKey = randomUUID();
    const renew = () =>
      gateway.post(`/v1/keys/${key.id}/${renewal}`, repeatable(idempotencyKey, { session, body: {} }));
    const first = expectStatus(await renew(), 200).body;
    const again = expectStatus(await renew(), 200).body;
    expect(again).toEqual({ ...first, applicationSecret: null, secretAlreadyShown: true, warning: expect.any(String) });
    expectStatus(await scenario.token(first, 'sandbox'), 200);
  });

  test('of ten equal requests at once, one makes the key and shows its secret', async () => {
    const [idempotencyKey, body] = [randomUUID(), newKey()];
    const replies = await Promise.all(
      Array.from({ length: 10 }, () => createKey(idempotencyKey, partner.sandbox, body)),
    );
    const made = replies.filter(({ status, body: { secretAlreadyShown } }) => status === 201 && !secretAlreadyShown);
    expect(made).toHaveLength(1);
    for (const reply of replies.filter(({ status }) => status !== 201))
      expectProblem(reply, 409, 'idempotency.in_progress');
    expect(await keysNamed(partner.sandbox, body.name)).toHaveLength(1);
  });

  test('another body with the same key is refused', async () => {
    const idempotencyKey = randomUUID();
    const [body, another] = [newKey(), newKey()];
    expectStatus(await createKey(idempotencyKey, partner.sandbox, body), 201);
    expectProblem(await createKey(idempotencyKey, partner.sandbox, another), 422, 'idempotency.key_reused');
    expect(await keysNamed(partner.sandbox, another.name)).toEqual([]);
  });

  test('the same key with another call is refused', async () => {
    const idempotencyKey = randomUUID();
    const { id } = expectStatus(await createKey(idempotencyKey, partner.sandbox, newKey()), 201).body;
    const { session } = partner.sandbox;
    const renewal = await gateway.post(`/v1/keys/${id}/rotation`, repeatable(idempotencyKey, { session, body: {} }));
    expectProblem(renewal, 422, 'idempotency.key_reused');
  });

  test("one caller's key means nothing to another", async () => {
    const idempotencyKey = randomUUID();
    const colleague = await scenario.addPerson(partner.sandbox, 'developer');
    const callers = [partner.sandbox, colleague, partner.primary];
    const made: { id: string; applicationSecret: string }[] = [];
    for (const caller of callers) made.push(expectStatus(await createKey(idempotencyKey, caller, newKey()), 201).body);
    expect(new Set(made.map(({ id }) => id)).size).toBe(3);
    for (const { applicationSecret } of made) expect(applicationSecret).toMatch(/^slpsk_/);
  });

  test('a refused request may be corrected and sent again with the same key', async () => {
    const idempotencyKey = randomUUID();
    const body = { name: 'key', subscriptionId: randomUUID() };
    expectProblem(await createKey(idempotencyKey, partner.sandbox, body), 404, 'not_found');
    expectStatus(await createKey(idempotencyKey, partner.sandbox, newKey()), 201);
  });

  test('a repeated subscription, submission and decision have one effect', async () => {
    const { session } = partner.sandbox;
    const staff = await scenario.staff();
    const twice = async (call: (idempotencyKey: string) => ReturnType<typeof gateway.post>, status: number) => {
      const idempotencyKey = randomUUID();
      const first = expectStatus(await call(idempotencyKey), status).body;
      expect(expectStatus(await call(idempotencyKey), status).body).toEqual(first);
      return first;
    };
    const subscribing = { planId: partner.planId, name: 'Once' };
    const { id } = await twice(
      (key) => gateway.post('/v1/subscriptions', repeatable(key, { session, body: subscribing })),
      201,
    );
    await scenario.createKey(partner.sandbox, id);
    const submissions = `/v1/subscriptions/${id}/submissions`;
    const { submissionId } = await twice(
      (key) => gateway.post(submissions, repeatable(key, { session, body: {} })),
      201,
    );
    const approval = `/v1/reviews/${submissionId}/approval`;
    await twice((key) => admin.post(approval, repeatable(key, { session: staff, body: {} })), 200);
    const { items } = (await gateway.get(`/v1/subscriptions/${id}/timeline`, { session })).body;
    const actions = (items as { action: string }[]).map(({ action }) => action).reverse();
    expect(actions).toEqual(['created', 'submitted', 'approved', 'production_unlocked']);
  });

  test('is refused where each call gives a new secret', async () => {
    const { username, domain, password, session } = partner.sandbox;
    const { id } = partner.key;
    const header = repeatable('once', {}).headers;
    const signIn = { username: `${username}@${domain}`, password };
    for (const reply of [
      await gateway.post('/v1/sessions', { body: signIn, headers: header }),
      await admin.post('/v1/sessions', { body: { ...scenario.system.admin }, headers: header }),
      await gateway.post(`/v1/keys/${id}/tokens`, { session, headers: header }),
    ])
      expectProblem(reply, 400, 'idempotency.not_supported');
  });

  test('means nothing at the token endpoints, whose standards know no such header', async () => {
    const { applicationId, applicationSecret } = partner.key;
    const basic: [string, string] = [applicationId, applicationSecret];
    const made = new Set<string>();
    for (const value of ['once', 'once', ' ', 'a b', 'x'.repeat(256)]) {
      const headers = { 'idempotency-key': value };
      const form = { grant_type: 'client_credentials' };
      const standard = await gateway.post('/sandbox/oauth2/token', { basic, form, headers });
      made.add(expectStatus(standard, 200).body.access_token as string);
      const body = { grant_type: 'session' };
      const eqp = await gateway.post('/sandbox/rest/v1/app/session/token', { basic, body, headers });
      made.add(expectStatus(eqp, 200).body.ust as string);
    }
    expect(made.size).toBe(10);
  });

  test.each([' ', 'x'.repeat(256), 'ü', '"open', 'a b'])('%p is no such key', async (idempotencyKey) => {
    const header = Buffer.from(idempotencyKey).toString('latin1');
    expectProblem(await createKey(header, partner.sandbox, newKey()), 400, 'invalid_request');
  });
});
