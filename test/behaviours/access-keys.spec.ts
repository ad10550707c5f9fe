import { decodeJwt } from 'jose';
import { broadcastSubject, fenceMs, identity } from '#libs/contracts';
import {
  eventually,
  expectProblem,
  expectStatus,
  Scenario,
  sharedSystem,
  until,
  type ApiReply,
  type PartnerAccount,
} from '#libs/testing';
import { BrokerUser } from '../support/broker';
import { asAdministrator } from '../support/postgres';
import { SecretScanner } from '../support/secret-scanner';

const scenario = new Scenario(sharedSystem());
const { gateway, admin } = scenario;

type Partner = Awaited<ReturnType<Scenario['integrating']>>;
type Key = Awaited<ReturnType<Scenario['createKey']>>;
type Pair = Pick<Key, 'applicationId' | 'applicationSecret'>;

/** All that is ever shown of a key, but for the one reply that shows its secret. */
const whatCanBeRead = [
  'allowedAddresses',
  'applicationId',
  'createdAt',
  'createdBy',
  'domain',
  'environment',
  'expiresAt',
  'id',
  'lastUsedAddress',
  'lastUsedAt',
  'liveTokens',
  'liveTokensUntil',
  'maskedSecret',
  'name',
  'previousSecretUntil',
  'renewedAt',
  'state',
  'stopReason',
  'stoppedAt',
  'subscriptionId',
  'tokenUrl',
];
const isInstant = (value: unknown): value is string => typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value);

const attemptKey = ({ session }: PartnerAccount, subscriptionId: string, name = 'key') =>
  gateway.post('/v1/keys', { session, body: { name, subscriptionId } });
const read = async ({ session }: PartnerAccount, id: string) =>
  expectStatus(await gateway.get(`/v1/keys/${id}`, { session }), 200).body;
const list = async ({ session }: PartnerAccount) => expectStatus(await gateway.get('/v1/keys', { session }), 200).body;
const regenerate = async ({ session }: PartnerAccount, id: string, body: object = {}) =>
  expectStatus(await gateway.post(`/v1/keys/${id}/regeneration`, { session, body }), 200).body as Key;
const rotate = async ({ session }: PartnerAccount, id: string, body: object = {}) =>
  expectStatus(await gateway.post(`/v1/keys/${id}/rotation`, { session, body }), 200).body as Key;
const remove = async ({ session }: PartnerAccount, id: string, query = '') =>
  expectStatus(await gateway.delete(`/v1/keys/${id}${query}`, { session }), 204);

const tokenOf = async (pair: Pair, environment: Key['environment'] = 'sandbox') =>
  expectStatus(await scenario.token(pair, environment), 200).body.access_token as string;

/** The time of a token's signature, milliseconds since 1970: its `jti` is a UUIDv7. */
const madeAt = (token: string) => Number.parseInt((decodeJwt(token).jti ?? '').replaceAll('-', '').slice(0, 12), 16);

/** By both ways there are to a token. */
async function expectNoToken(pair: Pair, environment: Key['environment'] = 'sandbox') {
  const standard = expectStatus(await scenario.token(pair, environment), 401);
  expect(standard.body).toMatchObject({ error: 'invalid_client', code: 'invalid_client' });
  expect(expectStatus(await scenario.eqpToken(pair, environment), 401).body.code).toBe('invalid_client');
}

/** Asks for tokens without a pause while `change` runs; none of them may be made after its answer has arrived. */
async function expectNoTokenAfter(pair: Pair, change: () => Promise<unknown>) {
  let returned = false;
  const made: string[] = [];
  const getTokens = async () => {
    for (let reply: ApiReply; !returned;) {
      reply = await scenario.token(pair, 'sandbox');
      if (reply.status === 200) made.push(reply.body.access_token);
    }
  };
  const callers = Array.from({ length: 4 }, getTokens);
  await until('tokens to flow', async () => made.length >= 8);
  await change();
  const returnedAt = Date.now();
  returned = true;
  await Promise.all(callers);
  const times = made.map(madeAt);
  expect(Math.max(...times)).toBeLessThanOrEqual(returnedAt);
}

describe('an access key', () => {
  let partner: Partner;
  let developer: PartnerAccount;

  beforeAll(async () => {
    partner = await scenario.integrating();
    developer = await scenario.addPerson(partner.sandbox, 'developer');
  });

  test('B13: is a pair of application ID and secret, made by the partner without staff', async () => {
    const key = await scenario.createKey(developer, partner.subscriptionId, 'made by a developer');
    expect(key).toMatchObject({
      name: 'made by a developer',
      environment: 'sandbox',
      subscriptionId: partner.subscriptionId,
      applicationId: expect.stringMatching(/^app_sbx_[0-9A-Za-z]{22}$/),
      applicationSecret: expect.stringMatching(/^slpsk_sbx_[0-9A-Za-z]{49}$/),
    });
    await tokenOf(key);
    await remove(developer, key.id);
  });

  test('B13: has a name that is only a label', async () => {
    const twin = await scenario.createKey(partner.sandbox, partner.subscriptionId, 'key');
    expect((await read(partner.sandbox, twin.id)).name).toBe((await read(partner.sandbox, partner.key.id)).name);

    const body = { name: 'Schlüssel “β” 🔑' };
    const renamed = await gateway.patch(`/v1/keys/${twin.id}`, { session: developer.session, body });
    expect(expectStatus(renamed, 200).body).toMatchObject({ ...body, applicationId: twin.applicationId });
    await tokenOf(twin);
    await remove(partner.sandbox, twin.id);
  });

  test('B14: its secret is shown once, and only a masked form can be read afterwards', async () => {
    const { session } = partner.sandbox;
    const reply = await attemptKey(partner.sandbox, partner.subscriptionId, 'shown once');
    expect(reply.headers.get('cache-control')).toBe('no-store');
    const { id, applicationSecret } = expectStatus(reply, 201).body as Key;
    expect(reply.body.secretAlreadyShown).toBe(false);
    expect(reply.body.warning).toMatch(/not shown again/);

    await scenario.message(partner.sandbox, 'identity.key-created.v1');
    const readings = [
      await gateway.get(`/v1/keys/${id}`, { session }),
      await gateway.get('/v1/keys', { session }),
      await gateway.patch(`/v1/keys/${id}`, { session, body: { name: 'renamed' } }),
      await gateway.get('/v1/notifications', { session }),
      await gateway.get(`/v1/subscriptions/${partner.subscriptionId}`, { session }),
    ];
    const stored = await asAdministrator(sharedSystem(), async (client) => {
      const { rows } = await client.query<{ secret: Buffer }>(
        'select secret_hash as secret from identity.access_keys where id = $1',
        [id],
      );
      return rows[0]?.secret;
    });
    expect(stored?.length).toBe(32);
    const leaks = new SecretScanner();
    leaks.add('the secret', applicationSecret);
    leaks.add('what is stored of it', stored ?? '');
    for (const reading of readings) {
      const text = JSON.stringify(expectStatus(reading, 200).body);
      expect(leaks.find('a reply', text)).toEqual([]);
      expect(text).not.toContain(applicationSecret);
      expect(text).not.toContain('applicationSecret');
    }
    const [shown, listed, renamed] = readings.map(({ body }) => body);
    for (const key of [shown, ...listed.items, renamed]) expect(Object.keys(key).sort()).toEqual(whatCanBeRead);
    const masked = shown.maskedSecret as string;
    expect(masked).toMatch(/^slpsk_sbx_•+[0-9A-Za-z]{4}$/);
    expect(masked.endsWith(applicationSecret.slice(-4))).toBe(true);
    await remove(partner.sandbox, id);
  });

  test('B14: a renewed secret, too, is shown in the one answer only', async () => {
    const { id } = await scenario.createKey(partner.sandbox, partner.subscriptionId);
    for (const renewed of [await regenerate(partner.sandbox, id), await rotate(partner.sandbox, id)]) {
      expect(renewed.applicationSecret).toMatch(/^slpsk_sbx_/);
      expect(JSON.stringify(await read(partner.sandbox, id))).not.toContain(renewed.applicationSecret);
    }
    await remove(partner.sandbox, id);
  });

  test('B25: application ID, secret and domain are shown together where a key is made', async () => {
    const key = await scenario.createKey(partner.sandbox, partner.subscriptionId);
    expect(key.domain).toBe(partner.sandbox.domain);
    await remove(partner.sandbox, key.id);
  });

  test('B25: beside each key stands where its tokens come from, and they do', async () => {
    const key = await scenario.createKey(partner.sandbox, partner.subscriptionId);
    const { items } = await list(partner.sandbox);
    const shown = [
      key,
      await read(partner.sandbox, key.id),
      (items as Key[]).find(({ id }) => id === key.id),
      await rotate(partner.sandbox, key.id),
    ];
    const renewed = await regenerate(partner.sandbox, key.id);
    const tokenUrl = `${scenario.system.gatewayUrl}/sandbox/oauth2/token`;
    for (const one of [...shown, renewed]) expect(one).toMatchObject({ tokenUrl });
    const authorization = `Basic ${btoa(`${renewed.applicationId}:${renewed.applicationSecret}`)}`;
    const body = new URLSearchParams({ grant_type: 'client_credentials' });
    expect((await fetch(tokenUrl, { method: 'POST', headers: { authorization }, body })).status).toBe(200);
    await remove(partner.sandbox, key.id);
  });

  test('B21: another key beside the first works for the same subscription, so keys change without a gap', async () => {
    const next = await scenario.createKey(partner.sandbox, partner.subscriptionId, 'next');
    await tokenOf(partner.key);
    await tokenOf(next);
    await remove(partner.sandbox, partner.key.id);
    await tokenOf(next);
  });

  test('B21: an application ID belongs to exactly one key', async () => {
    const other = await scenario.createKey(partner.sandbox, partner.subscriptionId);
    const { items } = await list(partner.sandbox);
    const ids = (items as Key[]).map(({ applicationId }) => applicationId);
    expect(new Set(ids).size).toBe(ids.length);
    const mixed = { applicationId: other.applicationId, applicationSecret: partner.key.applicationSecret };
    await expectNoToken(mixed);
  });
});

describe('the number of keys', () => {
  let partner: Awaited<ReturnType<Scenario['inProduction']>>;

  beforeAll(async () => {
    partner = await scenario.inProduction();
  });

  const limitReached = (reply: ApiReply, limit: number) => {
    const problem = expectProblem(reply, 409, 'identity.key_limit_reached');
    expect(problem['limit']).toBe(limit);
    expect(problem.detail).toContain(String(limit));
  };

  test('B15: three in sandbox and three in production together are fine, a fourth is refused', async () => {
    for (const [someone, made] of [
      [partner.sandbox, 1],
      [partner.primary, 0],
    ] as const) {
      for (let more = made; more < 3; more += 1) await scenario.createKey(someone, partner.subscriptionId);
      limitReached(await attemptKey(someone, partner.subscriptionId), 3);
      expect((await list(someone)).slots).toEqual({ used: 3, limit: 3 });
      expect((await list(someone)).items).toHaveLength(3);
    }
  });

  test('B15: slots count for the account, whatever the subscription', async () => {
    const { id } = await scenario.subscribe(partner.sandbox, partner.planId, 'another');
    limitReached(await attemptKey(partner.sandbox, id), 3);
  });

  test('B21: a plan may count slots per subscription: beside those of the account', async () => {
    const { id: planId } = await scenario.plan({ keySlotsPer: 'subscription' });
    const { id } = await scenario.subscribe(partner.sandbox, planId, 'by itself');
    const { id: keyId } = await scenario.createKey(partner.sandbox, id);
    expect((await list(partner.sandbox)).slots).toEqual({ used: 3, limit: 3 });
    await remove(partner.sandbox, keyId);
  });

  test('B16: regenerating and rotating use no slot, and may be done as often as wished', async () => {
    for (let round = 0; round < 5; round += 1) {
      await regenerate(partner.sandbox, partner.key.id);
      await rotate(partner.sandbox, partner.key.id);
    }
    expect((await list(partner.sandbox)).slots).toEqual({ used: 3, limit: 3 });
  });

  test('B16: deleting frees a slot', async () => {
    await remove(partner.sandbox, partner.key.id);
    expect((await list(partner.sandbox)).slots).toEqual({ used: 2, limit: 3 });
    await scenario.createKey(partner.sandbox, partner.subscriptionId);
    limitReached(await attemptKey(partner.sandbox, partner.subscriptionId), 3);
  });

  test('B16: a key does not expire', async () => {
    const { items } = await list(partner.sandbox);
    expect(items).toHaveLength(3);
    for (const key of [...items, await read(partner.sandbox, items[0].id)]) {
      expect(Object.keys(key).sort()).toEqual(whatCanBeRead);
      // Whatever it may be called: nothing of a key lies in the future.
      const moments = Object.values(key).flatMap((value) => (isInstant(value) ? [Date.parse(value)] : []));
      expect(moments).not.toEqual([]);
      expect(Math.max(...moments)).toBeLessThanOrEqual(Date.now());
    }
  });

  test('B15: staff can raise the number for a partner, in the environment they name', async () => {
    const body = { keyLimit: { sandbox: 5 } };
    const raised = await admin.patch(`/v1/partners/${partner.partnerId}`, { session: await scenario.staff(), body });
    expect(expectStatus(raised, 200).body.keyLimit).toEqual({ sandbox: 5, production: 3 });
    await scenario.createKey(partner.sandbox, partner.subscriptionId);
    await scenario.createKey(partner.sandbox, partner.subscriptionId);
    limitReached(await attemptKey(partner.sandbox, partner.subscriptionId), 5);
    limitReached(await attemptKey(partner.primary, partner.subscriptionId), 3);
  });

  test('B15: staff can lower it; the keys there are stay, and no more are made until there is room', async () => {
    const change = async (sandbox: number) => {
      const options = { session: await scenario.staff(), body: { keyLimit: { sandbox } } };
      expectStatus(await admin.patch(`/v1/partners/${partner.partnerId}`, options), 200);
    };
    await change(1);
    const { items, slots } = await list(partner.sandbox);
    expect(slots).toEqual({ used: 5, limit: 1 });
    const refused = expectProblem(
      await attemptKey(partner.sandbox, partner.subscriptionId),
      409,
      'identity.key_limit_reached',
    );
    expect(refused).toMatchObject({ used: 5, limit: 1, detail: expect.stringMatching(/5 keys .* delete 5 /) });
    for (const { id } of (items as Key[]).slice(1)) await remove(partner.sandbox, id);
    limitReached(await attemptKey(partner.sandbox, partner.subscriptionId), 1);
    await change(3);
    await scenario.createKey(partner.sandbox, partner.subscriptionId);
  });

  test('B15: of ten requests at once, as many succeed as there are slots', async () => {
    const racing = await scenario.integrating();
    const replies = await Promise.all(
      Array.from({ length: 10 }, (_, index) => attemptKey(racing.sandbox, racing.subscriptionId, `racer ${index}`)),
    );
    expect(replies.filter(({ status }) => status === 201)).toHaveLength(2);
    for (const refused of replies.filter(({ status }) => status !== 201)) limitReached(refused, 3);
    expect((await list(racing.sandbox)).slots).toEqual({ used: 3, limit: 3 });
  });
});

describe('renewing and ending a key', () => {
  let partner: Partner;
  let key: Key;

  beforeAll(async () => {
    partner = await scenario.integrating();
    await remove(partner.sandbox, partner.key.id);
  });

  beforeEach(async () => {
    key = await scenario.createKey(partner.sandbox, partner.subscriptionId);
  });

  afterEach(async () => {
    await gateway.delete(`/v1/keys/${key.id}`, { session: partner.sandbox.session });
  });

  test('B23: shows when it was last used, and from where', async () => {
    expect(await read(partner.sandbox, key.id)).toMatchObject({ lastUsedAt: null, lastUsedAddress: null });
    await tokenOf(key);
    const used = await until('its use to be written', async () => {
      const shown = await read(partner.sandbox, key.id);
      return shown['lastUsedAt'] ? shown : undefined;
    });
    expect(Math.abs(Date.parse(String(used['lastUsedAt'])) - Date.now())).toBeLessThan(60_000);
    expect(used['lastUsedAddress']).toMatch(/^(::ffff:)?127\.0\.0\.1$|^::1$/);
  });

  test('B23: shows how many of its tokens are live, and until when', async () => {
    expect(await read(partner.sandbox, key.id)).toMatchObject({ liveTokens: 0, liveTokensUntil: null });
    await tokenOf(key);
    const { body } = expectStatus(
      await gateway.post(`/v1/keys/${key.id}/tokens`, { session: partner.sandbox.session }),
      201,
    );
    const shown = await until('both to be counted', async () => {
      const now = await read(partner.sandbox, key.id);
      return now['liveTokens'] === 2 ? now : undefined;
    });
    expect(
      Math.abs(Date.parse(String(shown['liveTokensUntil'])) / 1_000 - (decodeJwt(body.accessToken).exp ?? 0)),
    ).toBeLessThan(5);
    expectStatus(await gateway.delete(`/v1/keys/${key.id}/tokens`, { session: partner.sandbox.session }), 204);
    expect(await read(partner.sandbox, key.id)).toMatchObject({ liveTokens: 0, liveTokensUntil: null });
  });

  test('B23: its owner says from where it may be used; from elsewhere it gets no token, and is told where it was seen', async () => {
    const { session } = partner.sandbox;
    const allow = (allowedAddresses: string[]) =>
      gateway.put(`/v1/keys/${key.id}/allowed-addresses`, { session, body: { allowedAddresses } });
    const live = await tokenOf(key);
    const elsewhere = ['203.0.113.0/24', '2001:db8::/32'];
    expect(expectStatus(await allow(elsewhere), 200).body).toMatchObject({ allowedAddresses: elsewhere });

    const standard = expectStatus(await scenario.token(key, 'sandbox'), 400).body;
    const address = expect.stringMatching(/^(::ffff:)?127\.0\.0\.1$|^::1$/);
    expect(standard).toMatchObject({ error: 'unauthorized_client', code: 'address_not_allowed', address });
    expect(expectStatus(await scenario.eqpToken(key, 'sandbox', { grant_type: 'session' }), 403).body).toMatchObject({
      code: 'address_not_allowed',
      address,
    });
    await eventually(async () => {
      expectProblem(await scenario.whoami(live, 'sandbox'), 401, 'invalid_token');
    });

    // Whoever is signed in gets one from anywhere; it carries from where it may be used.
    const own = expectStatus(await gateway.post(`/v1/keys/${key.id}/tokens`, { session }), 201).body.accessToken;
    expect(expectProblem(await scenario.whoami(own, 'sandbox'), 403, 'address_not_allowed')).toMatchObject({ address });
    expectProblem(await gateway.get('/v1/events', { session: own }), 403, 'address_not_allowed');

    expectStatus(await allow([...elsewhere, `${standard.address}`.replace('::ffff:', '')]), 200);
    expectStatus(await scenario.whoami(await tokenOf(key), 'sandbox'), 200);
    expectProblem(await allow(['203.0.113.9/24']), 400, 'invalid_request');
  });

  test('B17: regenerating gives a new pair, both ID and secret', async () => {
    const renewed = await regenerate(partner.sandbox, key.id);
    expect(renewed).toMatchObject({ id: key.id, environment: 'sandbox', domain: key.domain });
    expect(renewed.applicationId).not.toBe(key.applicationId);
    expect(renewed.applicationSecret).not.toBe(key.applicationSecret);
    await tokenOf(renewed);
    expect((await read(partner.sandbox, key.id)).applicationId).toBe(renewed.applicationId);
  });

  test('B17: once regenerating has returned, the old pair gets no token, nor does a mix of old and new', async () => {
    await tokenOf(key);
    const renewed = await regenerate(partner.sandbox, key.id);
    await expectNoToken(key);
    await expectNoToken({ ...renewed, applicationSecret: key.applicationSecret });
    await expectNoToken({ ...renewed, applicationId: key.applicationId });
  });

  test('B17: no token of the old pair is made after regenerating has returned, however many ask', async () => {
    await expectNoTokenAfter(key, () => regenerate(partner.sandbox, key.id));
  });

  test('B18: rotating keeps the ID and gives a new secret', async () => {
    const renewed = await rotate(partner.sandbox, key.id);
    expect(renewed).toMatchObject({ id: key.id, applicationId: key.applicationId });
    expect(renewed.applicationSecret).not.toBe(key.applicationSecret);
    await tokenOf(renewed);
  });

  test('B18: once rotating without overlap has returned, the old secret gets no token', async () => {
    await rotate(partner.sandbox, key.id, { overlapSeconds: 0 });
    await expectNoToken(key);
  });

  test('B18: with an overlap both secrets get tokens until its deadline, and from then on the new one alone', async () => {
    const renewed = await rotate(partner.sandbox, key.id, { overlapSeconds: 2 });
    expect(renewed.applicationId).toBe(key.applicationId);
    const deadline = Date.parse(String((await read(partner.sandbox, key.id)).previousSecretUntil));
    await tokenOf(renewed);
    const made = [madeAt(await tokenOf(key))];
    await until('the old secret to end', async () => {
      const reply = await scenario.token(key, 'sandbox');
      if (reply.status === 200) made.push(madeAt(String(reply.body.access_token)));
      return reply.status === 401;
    });
    // Not sooner than by the way from `tokens` to `identity` and back.
    expect(Date.now()).toBeGreaterThan(deadline - fenceMs);
    expect(Math.max(...made)).toBeLessThan(deadline);
    await expectNoToken(key);
    await tokenOf(renewed);
    expect(await read(partner.sandbox, key.id)).toMatchObject({ previousSecretUntil: null });
  });

  test('B18: rotating within an overlap ends the oldest secret at once', async () => {
    const previous = await rotate(partner.sandbox, key.id, { overlapSeconds: 3_600 });
    const renewed = await rotate(partner.sandbox, key.id, { overlapSeconds: 3_600 });
    await expectNoToken(key);
    await tokenOf(previous);
    await tokenOf(renewed);
    expect((await list(partner.sandbox)).slots).toMatchObject({ used: 1 });
    await regenerate(partner.sandbox, key.id);
    for (const pair of [previous, renewed]) await expectNoToken(pair);
  });

  test('B18: no token by the old secret is made after rotating has returned, however many ask', async () => {
    await expectNoTokenAfter(key, () => rotate(partner.sandbox, key.id));
  });

  const setExpiry = async ({ session }: PartnerAccount, id: string, expiresAt: string | null) =>
    expectStatus(await gateway.put(`/v1/keys/${id}/expiry`, { session, body: { expiresAt } }), 200).body;

  test('B16, B23: a key whose owner has it expire shows so, and no token outlives it; then it gets none', async () => {
    const { sandbox } = partner;
    const earlier = await tokenOf(key);
    const expiresAt = new Date(Math.ceil(Date.now() / 1_000) * 1_000 + 4_000).toISOString();
    expect(await setExpiry(sandbox, key.id, expiresAt)).toMatchObject({ expiresAt, state: 'active' });
    expect(decodeJwt(await tokenOf(key)).exp).toBe(Date.parse(expiresAt) / 1_000);
    await until('it to have expired', async () => (await read(sandbox, key.id))['state'] === 'expired');
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(expiresAt) - fenceMs);
    await expectNoToken(key);
    expect(expectStatus(await scenario.token(key, 'sandbox'), 401).body).toMatchObject({ expired: true });
    const { session } = sandbox;
    for (const refused of [
      await gateway.post(`/v1/keys/${key.id}/tokens`, { session }),
      await gateway.post(`/v1/keys/${key.id}/rotation`, { session, body: {} }),
      await gateway.put(`/v1/keys/${key.id}/expiry`, { session, body: { expiresAt: null } }),
    ])
      expectProblem(refused, 409, 'identity.key_expired');
    // Made before it was to expire.
    await until('its earlier tokens to end', async () => (await scenario.whoami(earlier, 'sandbox')).status === 401);
    const { title } = await scenario.message(sandbox, 'identity.key-expired.v1');
    expect(title).toBe('A key has expired');
    expect(await regenerate(sandbox, key.id)).toMatchObject({ state: 'active', expiresAt: null });
  });

  test('B16, B50: a key of a plan with a lifetime expires by it, and its account is told before, once, and by mail', async () => {
    const { sandbox } = partner;
    const { id: planId } = await scenario.plan({ keyLifetimeDays: 60 });
    const { id: subscriptionId } = await scenario.subscribe(sandbox, planId);
    const limited = await scenario.createKey(sandbox, subscriptionId, 'limited');
    const { expiresAt } = await read(sandbox, limited.id);
    expect(Math.abs(Date.parse(String(expiresAt)) - Date.now() - 60 * 86_400_000)).toBeLessThan(60_000);
    const later = { session: sandbox.session, body: { expiresAt: '2100-01-01T00:00:00Z' } };
    expectProblem(await gateway.put(`/v1/keys/${limited.id}/expiry`, later), 400, 'invalid_request');
    // As if 53 days had passed; the worker goes by the database's clock.
    await asAdministrator(sharedSystem(), (client) =>
      client.query(
        `update identity.key_expiries set expires_at = now() + interval '7 days', next_attempt_at = now() where id = $1`,
        [limited.id],
      ),
    );
    const { title } = await scenario.message(sandbox, 'identity.key-expiring.v1');
    expect(title).toBe('A key expires in 7 days');
    await until('the mail of it', () =>
      asAdministrator(sharedSystem(), async (client) => {
        const { rows } = await client.query(
          `select 1 from notifications.mails m join notifications.mailings g on g.environment = m.environment and g.id = m.mailing_id
           where g.type = 'identity.key-expiring.v1' and g.partner_id = $1 and g.environment = 'sandbox'`,
          [partner.partnerId],
        );
        return rows.length > 0;
      }),
    );
    await remove(sandbox, limited.id);
  });

  test('B19: once deleting has returned, the key gets no token and is gone', async () => {
    await tokenOf(key);
    await remove(partner.sandbox, key.id);
    await expectNoToken(key);
    const { session } = partner.sandbox;
    for (const reply of [
      await gateway.get(`/v1/keys/${key.id}`, { session }),
      await gateway.delete(`/v1/keys/${key.id}`, { session }),
      await gateway.post(`/v1/keys/${key.id}/regeneration`, { session, body: {} }),
      await gateway.post(`/v1/keys/${key.id}/rotation`, { session, body: {} }),
      await gateway.post(`/v1/keys/${key.id}/tokens`, { session }),
    ])
      expectProblem(reply, 404, 'not_found');
    expect((await list(partner.sandbox)).items).toEqual([]);
  });

  test('B19: no token is made after deleting has returned, however many ask', async () => {
    await expectNoTokenAfter(key, () => remove(partner.sandbox, key.id));
  });

  const endings = [
    ['regenerated', (id: string) => regenerate(partner.sandbox, id)],
    ['rotated', (id: string) => rotate(partner.sandbox, id)],
    ['deleted', (id: string) => remove(partner.sandbox, id)],
  ] as const;

  test.each(endings)('B20: a token obtained earlier from a %s key stays valid', async (_how, end) => {
    const token = await tokenOf(key);
    await end(key.id);
    await expectNoToken(key);
    expectStatus(await scenario.whoami(token, 'sandbox'), 200);
  });

  const endingsWithTokens = [
    ['regenerated', (id: string) => regenerate(partner.sandbox, id, { revokeTokens: true })],
    ['rotated', (id: string) => rotate(partner.sandbox, id, { revokeTokens: true })],
    ['deleted', (id: string) => remove(partner.sandbox, id, '?revokeTokens=true')],
  ] as const;

  let gatewayUser: BrokerUser | undefined;
  afterEach(async () => {
    await gatewayUser?.close();
    gatewayUser = undefined;
  });

  /** How often the gateways are told that tokens have ended. What they look for by themselves comes up to a second later. */
  async function announcements() {
    const { connection } = (gatewayUser = await BrokerUser.logIn(sharedSystem(), 'gateway', 'sandbox'));
    const epochs: number[] = [];
    connection.subscribe(broadcastSubject(identity.tokensRevoked, 'sandbox'), {
      callback: (_error, message) => void epochs.push(message.json<{ epoch: number }>().epoch),
    });
    await connection.flush();
    /** The broker answers in order: what it had before this is here. */
    return async () => {
      await connection.flush();
      return epochs;
    };
  }

  // Waits for nothing: what is read every second would bring the same a moment later.
  test.each(endingsWithTokens)('B20: who asks for it ends the tokens of a %s key at once, too', async (how, end) => {
    const announced = await announcements();
    const other = await scenario.createKey(partner.sandbox, partner.subscriptionId);
    const [token, untouched] = [await tokenOf(key), await tokenOf(other)];
    expectStatus(await scenario.whoami(token, 'sandbox'), 200);
    const renewed = await end(key.id);
    expectProblem(await scenario.whoami(token, 'sandbox'), 401, 'invalid_token');
    expect(await announced()).not.toEqual([]);
    expectStatus(await scenario.whoami(untouched, 'sandbox'), 200);
    if (how !== 'deleted') expectStatus(await scenario.whoami(await tokenOf(renewed as Key), 'sandbox'), 200);
    await remove(partner.sandbox, other.id);
  });
});
