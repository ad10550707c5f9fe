import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { consumers, environments, eventType, linkEvents, staffEvents, type Environment } from '#libs/contracts';
import { eventually, expectStatus, Scenario, sharedSystem, until, type PartnerAccount } from '#libs/testing';
import { asAdministrator } from '../support/postgres';

const system = sharedSystem();
const scenario = new Scenario(system);
const { gateway, admin } = scenario;

type Message = {
  id: string;
  type: string;
  title: string;
  text: string;
  subscriptionId: string | null;
  keyId: string | null;
  occurredAt: string;
  readAt: string | null;
};
type Key = Awaited<ReturnType<Scenario['createKey']>>;

/** From the contracts, so that a new outcome which nothing here brings about is noticed. */
const typesReaching = (into: Environment, from: string) =>
  consumers
    .filter((consumer) => consumer.service === 'notifications' && consumer.into === into && consumer.from === from)
    .flatMap(({ events }) => events.map(eventType));
const unread = [
  // Nobody is left to read it: `registration-expiry.spec.ts`.
  'identity.registration-expired.v1',
  // No outcome, but whom messages name.
  'identity.provider-changed.v1',
  // Of staff alone: `competence.spec.ts`.
  'subscriptions.first-approval-given.v1',
];
const ofBothAccounts = typesReaching('sandbox', 'shared').filter((type) => !unread.includes(type));
/** Sent to one person by mail, and in no inbox. */
const ofOnePerson = [...linkEvents, ...staffEvents].map(eventType);
const ofOwnAccount = typesReaching('sandbox', 'sandbox').filter((type) => !ofOnePerson.includes(type));

/** The provider's API. */
const provider = createServer((_request, reply) => void reply.end('{}'));
let slug: string;

let accounts: Record<Environment, PartnerAccount>;
let partnerOfAll: string;
let approved: string;
let cancelled: string;
const secrets: string[] = [];

const inbox = (account: PartnerAccount) => scenario.inbox(account) as unknown as Promise<Message[]>;
const messages = async (environment: Environment, type: string) =>
  (await inbox(accounts[environment])).filter((message) => message.type === type);

/** Its first token, and the first call that the provider's API answers. */
async function useKey({ environment }: PartnerAccount, key: Key): Promise<void> {
  const { access_token: session } = expectStatus(await scenario.token(key, environment), 200).body;
  expectStatus(await gateway.get(`/${environment}/api/${slug}/orders`, { session }), 200);
}

/** As if the time had passed until a week before it expires, and until then. */
async function letItExpire(account: PartnerAccount, keyId: string): Promise<void> {
  const body = { expiresAt: new Date(Date.now() + 60 * 86_400_000).toISOString() };
  expectStatus(await gateway.put(`/v1/keys/${keyId}/expiry`, { session: account.session, body }), 200);
  for (const [days, type] of [
    [7, 'identity.key-expiring.v1'],
    [0, 'identity.key-expired.v1'],
  ] as const) {
    await asAdministrator(system, (client) =>
      client.query(
        `update identity.key_expiries set expires_at = now() + make_interval(days => $2), next_attempt_at = now()
         where id = $1`,
        [keyId, days],
      ),
    );
    await scenario.message(account, type);
  }
}

/** Makes, uses, renews and deletes a key: one message for each. */
async function liveWithAKey(account: PartnerAccount, subscriptionId: string): Promise<string> {
  const { session } = account;
  const key = await scenario.createKey(account, subscriptionId, `key of ${account.environment}`);
  const regenerated = await gateway.post(`/v1/keys/${key.id}/regeneration`, { session, body: {} });
  const rotated = await gateway.post(`/v1/keys/${key.id}/rotation`, { session, body: {} });
  const rotatedKey = expectStatus(rotated, 200).body as Key;
  await useKey(account, rotatedKey);
  await letItExpire(account, key.id);
  expectStatus(await gateway.delete(`/v1/keys/${key.id}`, { session }), 204);
  const pairs = [key, expectStatus(regenerated, 200).body, rotatedKey] as Key[];
  secrets.push(...pairs.map(({ applicationSecret }) => applicationSecret));
  return key.id;
}

/** As if nobody had confirmed the registration for days: its people are warned. */
async function almostExpire(partnerId: string): Promise<void> {
  await asAdministrator(system, async (client) => {
    await client.query('update identity.registrations set next_attempt_at = now() where partner_id = $1', [partnerId]);
    await until('the warning', async () => {
      const warned = 'select 1 from identity.registrations where partner_id = $1 and warned_at is not null';
      return (await client.query(warned, [partnerId])).rowCount === 1;
    });
  });
}

/** Somebody comes, is given another role, changes their password and their address, and is rescued: one message for each of the last four. */
async function liveWithAColleague(account: PartnerAccount, partnerId: string): Promise<void> {
  const colleague = await scenario.addPerson(account, 'developer');
  const { session, environment } = account;
  const { items } = expectStatus(await gateway.get('/v1/account/users', { session }), 200).body;
  const { id, username } = items.find(({ role }: { role: string }) => role === 'developer');
  const promoted = await gateway.patch(`/v1/account/users/${id}`, { session, body: { role: 'global_admin' } });
  expectStatus(promoted, 200);
  const change = { current: colleague.password, new: 'another horse, another battery' };
  expectStatus(await gateway.put('/v1/account/password', { session: colleague.session, body: change }), 200);
  const address = { email: 'elsewhere@partner.example', password: change.new };
  expectStatus(await gateway.put('/v1/me/email', { session: colleague.session, body: address }), 200);
  const rescue = { session: await scenario.staff(), body: { environment, username } };
  const { token } = expectStatus(await admin.post(`/v1/partners/${partnerId}/rescue`, rescue), 201).body;
  secrets.push(change.new, token);
}

/** A webhook that accepts nothing for days, as if they had passed: its owner is warned, and then it is switched off. */
async function liveWithAWebhook(account: PartnerAccount): Promise<void> {
  const { session } = account;
  const body = { url: 'https://hooks.partner.example/', description: 'the one that fails' };
  const { id } = expectStatus(await gateway.post('/v1/webhooks', { session, body }), 201).body as { id: string };
  for (const [days, type] of [
    [1, 'notifications.webhook-failing.v1'],
    [5, 'notifications.webhook-disabled.v1'],
  ] as const) {
    await asAdministrator(system, (client) =>
      client.query(
        `update notifications.webhooks set failing_since = now() - make_interval(days => $2), next_attempt_at = now()
         where id = $1`,
        [id, days],
      ),
    );
    await scenario.message(account, type);
  }
}

/** A partner's whole life: everything that it is told of happens once. */
beforeAll(async () => {
  const partner = await scenario.register();
  const { partnerId, primary } = partner;
  await almostExpire(partnerId);
  await scenario.verify(partnerId);
  const sandbox = await scenario.createSandbox(partner);
  await scenario.setUp(sandbox);
  await scenario.switchApiAccess(sandbox);
  await scenario.switchApiAccess(primary);
  accounts = { sandbox, production: primary };
  partnerOfAll = partnerId;

  await new Promise<void>((listening) => provider.listen(0, '127.0.0.1', listening));
  const origin = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`;
  const product = await scenario.product({ sandbox: origin, production: origin });
  slug = product.slug;
  const price = { amountMinor: 100, currency: 'EUR', interval: 'once' };
  const { id: planId } = await scenario.plan({ price }, product.id);
  approved = (await scenario.subscribe(sandbox, planId, 'Webshop')).id;
  await scenario.createKey(sandbox, approved, 'the one that stays');
  const first = await scenario.submit(sandbox, approved);
  const notes = (text: string) => ({ notes: text });
  expectStatus(await scenario.decide(first.submissionId, 'change-request', notes('Mind the rate limit.')), 200);
  const second = await scenario.submit(sandbox, approved);
  expectStatus(await scenario.decide(second.submissionId, 'rejection', notes('Not yet.')), 200);
  expectStatus(await scenario.decide(second.submissionId, 'reopening', notes('Now then.')), 200);
  await scenario.submit(sandbox, approved);
  expectStatus(await gateway.post(`/v1/subscriptions/${approved}/withdrawal`, { session: sandbox.session }), 200);
  const last = await scenario.submit(sandbox, approved);
  const claim = { session: await scenario.staff(), body: {} };
  expectStatus(await admin.put(`/v1/reviews/${last.submissionId}/claim`, claim), 200);
  const talk = `/v1/reviews/${last.submissionId}/messages`;
  const toPartner = { session: await scenario.staff(), body: { text: 'Any news?', internal: false } };
  expectStatus(await admin.post(talk, toPartner), 201);
  const toStaff = { session: sandbox.session, body: { text: 'None yet.' } };
  expectStatus(await gateway.post(`/v1/subscriptions/${approved}/messages`, toStaff), 201);
  expectStatus(await scenario.decide(last.submissionId, 'approval', notes('Welcome.')), 200);
  expectStatus(await scenario.recordPayment(approved, 'INV-76'), 200);
  const mistaken = `/v1/subscriptions/${approved}/payment?notes=${encodeURIComponent('Another invoice.')}`;
  expectStatus(await admin.delete(mistaken, { session: await scenario.staff() }), 204);
  expectStatus(await scenario.recordPayment(approved, 'INV-77'), 200);

  for (const account of [sandbox, primary]) {
    await liveWithAKey(account, approved);
    await liveWithAColleague(account, partnerId);
    await liveWithAWebhook(account);
  }

  const session = await scenario.staff();
  // One after the other: what is over before anybody has looked is not announced.
  const ofProduction = (state: 'locked' | 'unlocked', times: number) =>
    eventually(async () =>
      expect(await messages('production', `subscriptions.production-${state}.v1`)).toHaveLength(times),
    );
  const change = (type: string) => admin.patch(`/v1/partners/${partnerId}`, { session, body: { type } });
  const suspension = `/v1/partners/${partnerId}/suspension`;
  await ofProduction('unlocked', 2);
  expectStatus(await change('other'), 200);
  await ofProduction('locked', 1);
  expectStatus(await change('direct_bill'), 200);
  await ofProduction('unlocked', 3);
  expectStatus(await admin.post(suspension, { session, body: notes('Checking.') }), 200);
  await ofProduction('locked', 2);
  expectStatus(await admin.delete(suspension, { session }), 204);
  await ofProduction('unlocked', 4);

  cancelled = (await scenario.subscribe(primary, planId, 'Mistake')).id;
  expectStatus(await gateway.delete(`/v1/subscriptions/${cancelled}`, { session: primary.session }), 204);

  const unwanted = (await scenario.subscribe(primary, (await scenario.plan({ sandbox: false })).id, 'Unwanted')).id;
  const cancellation = `/v1/subscriptions/${unwanted}/cancellation`;
  const confirmed = { session: primary.session, body: { confirm: 'Unwanted' } };
  expectStatus(await gateway.post(cancellation, confirmed), 200);
  expectStatus(await gateway.delete(cancellation, { session: primary.session }), 204);
  expectStatus(await gateway.post(cancellation, confirmed), 200);
  // As if the time to restore it were over.
  await asAdministrator(system, async (client) => {
    const over = [unwanted];
    await client.query('update subscriptions.subscriptions set restorable_until = now() where id = $1', over);
    await client.query('update subscriptions.cancellations set next_attempt_at = now() where id = $1', over);
  });
  for (const account of [sandbox, primary]) await scenario.message(account, 'subscriptions.subscription-ended.v1');

  // The last thing that happened to both: what comes before it has come when it has.
  for (const account of [sandbox, primary]) await scenario.message(account, 'subscriptions.subscription-cancelled.v1');
}, 120_000);
afterAll(() => {
  provider.close();
  provider.closeAllConnections();
});

describe.each(environments)('in the inbox of the %s account', (environment) => {
  test.each(ofBothAccounts)('B50: %s arrives, as in that of the other account', async (type) => {
    await eventually(async () => expect(await messages(environment, type)).not.toHaveLength(0));
  });

  test.each(ofOwnAccount)('B50: %s arrives', async (type) => {
    await eventually(async () => expect(await messages(environment, type)).not.toHaveLength(0));
  });

  test('B50: what concerns a key or API access is of its own account only', async () => {
    await eventually(async () => {
      for (const type of ofOwnAccount) expect(await messages(environment, type)).not.toHaveLength(0);
    });
    const session = accounts[environment].session;
    const titles = (await inbox(accounts[environment])).filter(({ keyId }) => keyId !== null);
    const other = environment === 'sandbox' ? 'key of production' : 'key of sandbox';
    expect(titles).not.toEqual([]);
    for (const { text } of titles) expect(text).not.toContain(other);
    expect(await messages(environment, 'identity.api-access-changed.v1')).toHaveLength(1);
    const made = await messages(environment, 'identity.key-created.v1');
    expect(made).toHaveLength(environment === 'sandbox' ? 2 : 1);
    for (const { text } of made) expect(text).toContain(environment === 'sandbox' ? 'app_sbx_' : 'app_live_');
    expect(expectStatus(await gateway.get('/v1/keys', { session }), 200).body.items).toHaveLength(
      environment === 'sandbox' ? 1 : 0,
    );
  });

  test('B50: every outcome is told once', async () => {
    const oftener = {
      'identity.eligibility-changed.v1': 2,
      'subscriptions.subscription-created.v1': 3,
      'subscriptions.submission-received.v1': 4,
      'subscriptions.payment-recorded.v1': 2,
      'subscriptions.production-locked.v1': 2,
      'subscriptions.production-unlocked.v1': 5,
      'subscriptions.subscription-cancelled.v1': 3,
    };
    await eventually(async () => {
      for (const type of ofBothAccounts) {
        const expected = type in oftener ? oftener[type as keyof typeof oftener] : 1;
        expect({ type, times: (await messages(environment, type)).length }).toEqual({ type, times: expected });
      }
    });
  });

  test.each([
    ['subscriptions.changes-requested.v1', 'Mind the rate limit.'],
    ['subscriptions.submission-rejected.v1', 'Not yet.'],
    ['subscriptions.subscription-reopened.v1', 'Now then.'],
    ['subscriptions.message-sent-by-staff.v1', 'Any news?'],
    ['subscriptions.message-sent-by-partner.v1', 'None yet.'],
    ['subscriptions.submission-approved.v1', 'Welcome.'],
    ['subscriptions.payment-recorded.v1', 'INV-77'],
    ['subscriptions.payment-undone.v1', 'Another invoice.'],
    ['identity.partner-suspended.v1', 'Checking.'],
  ])('B50: %s says what there is to know', async (type, words) => {
    await eventually(async () => {
      const [message] = await messages(environment, type);
      expect(message?.text).toContain(words);
      expect(message?.title).toMatch(/\w/);
    });
    const [message] = await messages(environment, type);
    if (type.startsWith('subscriptions.')) expect(message).toMatchObject({ subscriptionId: approved });
    expect(message?.text).toContain(type.startsWith('subscriptions.') ? 'Webshop' : words);
  });

  test('B50: no message holds a secret or a password', async () => {
    const all = await inbox(accounts[environment]);
    expect(all.map(({ type }) => type)).toContain('identity.key-created.v1');
    expect(secrets.length).toBeGreaterThanOrEqual(6);
    const text = JSON.stringify(all);
    for (const secret of [...secrets, accounts.sandbox.password, accounts.production.password])
      expect(text).not.toContain(secret);
    expect(text).not.toContain('slpsk_');
  });

  test('B50: a message is unread until whoever looks marks it read', async () => {
    const { session } = accounts[environment];
    const before = expectStatus(await gateway.get('/v1/notifications?limit=1', { session }), 200).body;
    const [message] = before.items as Message[];
    expect(message?.readAt).toBeNull();
    const marked = await gateway.patch(`/v1/notifications/${message?.id}`, { session, body: { read: true } });
    expect(Date.parse(expectStatus(marked, 200).body.readAt)).toBeGreaterThan(0);
    expect((await gateway.get('/v1/notifications', { session })).body.unread).toBe(before.unread - 1);

    const again = await gateway.patch(`/v1/notifications/${message?.id}`, { session, body: { read: true } });
    expect(expectStatus(again, 200).body).toEqual(marked.body);
  });

  test('B50: the inbox is read page by page, newest first, nothing left out', async () => {
    const { session } = accounts[environment];
    const whole = (await inbox(accounts[environment])).map(({ id }) => id);
    const pages: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const query: string = cursor && `&cursor=${cursor}`;
      const { items, nextCursor } = expectStatus(
        await gateway.get(`/v1/notifications?limit=5${query}`, { session }),
        200,
      ).body;
      pages.push(...(items as Message[]).map(({ id }) => id));
      cursor = nextCursor;
    }
    expect(pages).toEqual(whole);
    expect([...whole].sort().reverse()).toEqual(whole);
  });
});

test('B50: both accounts are told the same of the pipeline', async () => {
  const pipeline = async (environment: Environment) =>
    (await inbox(accounts[environment]))
      .filter(({ type }) => type.startsWith('subscriptions.'))
      .map(({ type, title, text, subscriptionId, occurredAt }) => ({ type, title, text, subscriptionId, occurredAt }))
      .sort((a, b) => (a.type + a.occurredAt < b.type + b.occurredAt ? -1 : 1));
  await eventually(async () => {
    const received = await pipeline('sandbox');
    expect(received).toHaveLength(30);
    expect(await pipeline('production')).toEqual(received);
  });
});

test('B50: another partner is told nothing of it', async () => {
  const stranger = await scenario.register();
  const { id } = await scenario.subscribe(stranger.primary, (await scenario.plan()).id, 'Own');
  await scenario.message(stranger.primary, 'subscriptions.subscription-created.v1');
  const received = (await inbox(stranger.primary)).map(({ subscriptionId }) => subscriptionId);
  expect(received).toEqual([id]);
});

test('B50: a decision reaches the people of both accounts by mail, with the notes', async () => {
  for (const environment of environments) {
    const wanted = ({ text, to }: { text: string; to: string }) =>
      text.includes('Welcome.') && to === `${accounts[environment].username}@partner.example`;
    const mail = await scenario.mail(partnerOfAll, 'subscriptions.submission-approved.v1', wanted);
    expect(mail).toMatchObject({ environment, subject: 'Approved' });
  }
});
