import type { Environment } from '#libs/contracts';
import {
  eventually,
  expectProblem,
  expectStatus,
  Scenario,
  sharedSystem,
  until,
  type PartnerAccount,
  type Registered,
} from '#libs/testing';

const scenario = new Scenario(sharedSystem());
const { gateway, admin } = scenario;

type Partner = Awaited<ReturnType<Scenario['inProduction']>>;

const account = async ({ session }: PartnerAccount) =>
  expectStatus(await gateway.get('/v1/account', { session }), 200).body;
const sandboxState = async ({ session }: PartnerAccount) =>
  expectStatus(await gateway.get('/v1/sandbox', { session }), 200).body;
const requestSandbox = ({ session }: PartnerAccount, body: object = { admin: scenario.person('sandbox-admin') }) =>
  gateway.post('/v1/sandbox', { session, body });
const apiAccess = ({ session }: PartnerAccount, enabled: boolean) =>
  gateway.put('/v1/account/api-access', { session, body: { enabled } });
const attemptKey = ({ session }: PartnerAccount, subscriptionId: string) =>
  gateway.post('/v1/keys', { session, body: { name: 'key', subscriptionId } });
const attemptSignIn = (username: string, domain: string, password: string) =>
  gateway.post('/v1/sessions', { body: { username: `${username}@${domain}`, password } });
const changePartner = async (partnerId: string, body: object) =>
  expectStatus(await admin.patch(`/v1/partners/${partnerId}`, { session: await scenario.staff(), body }), 200).body;

/** Programmes and types have letters only. */
const uniqueTerm = () => `t_${scenario.unique().replace(/\d/g, (digit) => 'ghijklmnop'.charAt(Number(digit)))}`;

describe('the two accounts of an organisation', () => {
  let partner: Registered;

  beforeAll(async () => {
    partner = await scenario.register();
  });

  test('B1: an organisation has a primary account, of the environment production', async () => {
    expect(await account(partner.primary)).toMatchObject({
      id: partner.primary.accountId,
      environment: 'production',
      domain: partner.domain,
      state: 'active',
      organisation: partner.name,
    });
  });

  test('B2: there is no sandbox account until the partner creates one', async () => {
    expect(await sandboxState(partner.primary)).toEqual({ state: 'none', canCreate: true });
    const person = scenario.person('sandbox-admin');
    expectProblem(
      await attemptSignIn(person.username, `sandbox.${partner.domain}`, person.password),
      401,
      'identity.wrong_credentials',
    );
  });

  test('B5: a developer of the primary account cannot create the sandbox and is not offered it', async () => {
    const developer = await scenario.addPerson(partner.primary, 'developer');
    expect(await sandboxState(developer)).toEqual({ state: 'none', canCreate: false });
    expectProblem(await requestSandbox(developer), 403, 'forbidden');
    expect(await sandboxState(partner.primary)).toEqual({ state: 'none', canCreate: true });
  });

  test('B5: another global admin of the primary account can create the sandbox', async () => {
    const { primary } = await scenario.register();
    const second = await scenario.addPerson(primary, 'global_admin');
    expect((await sandboxState(second)).canCreate).toBe(true);
    expectStatus(await requestSandbox(second), 202);
  });

  test('B2: of ten requests for the sandbox at once, one is granted', async () => {
    const { primary } = await scenario.register();
    const replies = await Promise.all(Array.from({ length: 10 }, () => requestSandbox(primary)));
    expect(replies.filter(({ status }) => status === 202)).toHaveLength(1);
    for (const refused of replies.filter(({ status }) => status !== 202))
      expectProblem(refused, 409, 'identity.sandbox_exists');
  });

  test('B1: it may have one sandbox account, of the environment sandbox', async () => {
    const sandbox = await scenario.createSandbox(partner);
    expect(await account(sandbox)).toMatchObject({ environment: 'sandbox', organisation: partner.name });
    expect(sandbox.accountId).not.toBe(partner.primary.accountId);
  });

  test('B2: a second sandbox is refused and no longer offered', async () => {
    expectProblem(await requestSandbox(partner.primary), 409, 'identity.sandbox_exists');
    expect((await sandboxState(partner.primary)).canCreate).toBe(false);
  });
});

/** Of the policy that Slipway brings along, or of the provider's own. */
const aPolicyVersion = expect.stringMatching(/^(slipway-1|\d+)$/);

describe('creating the sandbox', () => {
  let partner: Registered;
  let sandbox: PartnerAccount;
  const contact = scenario.person('tess');

  beforeAll(async () => {
    partner = await scenario.register();
  });

  test("B7: the sandbox administrator's contact details are asked for", async () => {
    const missing = expectProblem(await requestSandbox(partner.primary, {}), 400, 'invalid_request');
    expect(missing.errors?.map(({ pointer }) => pointer)).toEqual(['/admin']);
    const partial = { admin: { username: 'tess' } };
    const incomplete = expectProblem(await requestSandbox(partner.primary, partial), 400, 'invalid_request');
    expect(incomplete.errors?.map(({ pointer }) => pointer).sort()).toEqual([
      '/admin/displayName',
      '/admin/email',
      '/admin/password',
    ]);
  });

  test('B7: creation is asynchronous, and a confirmation tells when the account is there', async () => {
    const reply = expectStatus(await requestSandbox(partner.primary, { admin: contact }), 202);
    expect(reply.body).toEqual({ state: 'provisioning', domain: `sandbox.${partner.domain}` });
    expect(await sandboxState(partner.primary)).toMatchObject({
      state: expect.stringMatching(/^(provisioning|awaiting_setup)$/),
      canCreate: false,
      account: { environment: 'sandbox', domain: `sandbox.${partner.domain}` },
    });

    const confirmation = await scenario.message(partner.primary, 'identity.sandbox-provisioned.v1');
    expect(confirmation.text).toContain(`${contact.username}@sandbox.${partner.domain}`);
    expect(confirmation.text).not.toContain(contact.password);
    expect((await sandboxState(partner.primary)).state).toBe('awaiting_setup');
  });

  test('B7: the sandbox administrator signs in to an account that awaits its set-up', async () => {
    sandbox = await scenario.signIn(contact.username, `sandbox.${partner.domain}`, contact.password);
    expect(await account(sandbox)).toMatchObject({
      environment: 'sandbox',
      state: 'awaiting_setup',
      policyAcceptedAt: null,
    });
    await scenario.message(sandbox, 'identity.sandbox-provisioned.v1');
  });

  test('B8: before set-up is complete, API access cannot be enabled', async () => {
    expectProblem(await apiAccess(sandbox, true), 409, 'identity.setup_incomplete');
    expect((await account(sandbox)).apiAccess).toBe(false);
  });

  test('B8: before set-up is complete, no key can be made', async () => {
    await scenario.verify(partner.partnerId);
    const subscription = await scenario.subscribe(sandbox, (await scenario.plan()).id);
    expectProblem(await attemptKey(sandbox, subscription.id), 409, 'identity.setup_incomplete');
  });

  test('B7: the policy can be read before it is accepted, with its version, from both accounts', async () => {
    for (const { session } of [sandbox, partner.primary]) {
      const { body } = expectStatus(await gateway.get('/v1/sandbox/policy', { session }), 200);
      // Another test may have given the provider a policy of its own.
      expect(body).toEqual({ version: aPolicyVersion, text: expect.stringMatching(/\S/) });
    }
    expectProblem(await gateway.get('/v1/sandbox/policy'), 401, 'not_signed_in');
    const { body: shown } = await gateway.get('/v1/sandbox/policy', { session: sandbox.session });
    const { body: read } = expectStatus(await gateway.get(`/v1/provider/policies/${shown.version}`), 200);
    expect(read).toMatchObject(shown);
    const stale = { acceptPolicy: true, policyVersion: '0' };
    const refused = await gateway.post('/v1/account/setup', { session: sandbox.session, body: stale });
    expect(expectProblem(refused, 409, 'identity.policy_changed')['version']).toEqual(aPolicyVersion);
  });

  test('B7: set-up needs the policy to be accepted', async () => {
    for (const body of [{}, { acceptPolicy: false }, { acceptPolicy: 'true' }]) {
      const refused = expectProblem(
        await gateway.post('/v1/account/setup', { session: sandbox.session, body }),
        400,
        'invalid_request',
      );
      expect(refused.errors?.map(({ pointer }) => pointer)).toEqual(['/acceptPolicy']);
    }
    expect(await account(sandbox)).toMatchObject({ state: 'awaiting_setup', policyAcceptedAt: null });
  });

  test('B7: accepting the policy is recorded and makes the account active', async () => {
    const before = Date.now();
    await scenario.setUp(sandbox);
    const { state, policyAcceptedAt, policyVersion } = await account(sandbox);
    expect([state, policyVersion]).toEqual(['active', aPolicyVersion]);
    expect(Date.parse(policyAcceptedAt)).toBeGreaterThanOrEqual(before - 1_000);
    expect(Date.parse(policyAcceptedAt)).toBeLessThanOrEqual(Date.now() + 1_000);
    await until('the sandbox to be active', async () => (await sandboxState(partner.primary)).state === 'active');
    await scenario.message(partner.primary, 'identity.sandbox-activated.v1');
  });

  test('B7: set-up happens once', async () => {
    const again = await gateway.post('/v1/account/setup', { session: sandbox.session, body: { acceptPolicy: true } });
    expectProblem(again, 409, 'identity.not_awaiting_setup');
  });

  test('B8: after set-up, API access and keys are possible', async () => {
    await scenario.switchApiAccess(sandbox);
    const subscription = await scenario.subscribe(sandbox, (await scenario.plan()).id);
    await scenario.createKey(sandbox, subscription.id);
  });

  test('B6: a sandbox account has no sandbox: its global admin is not offered one and gets none', async () => {
    expect((await sandboxState(sandbox)).canCreate).toBe(false);
    expectProblem(await requestSandbox(sandbox), 403, 'identity.sandbox_of_sandbox');
  });

  test('B6: nor does a developer of the sandbox account', async () => {
    const developer = await scenario.addPerson(sandbox, 'developer');
    expect((await sandboxState(developer)).canCreate).toBe(false);
    expectProblem(await requestSandbox(developer), 403, 'forbidden');
  });
});

describe('what the two accounts do not share', () => {
  let partner: Partner;
  let productionKey: Awaited<ReturnType<Scenario['createKey']>>;

  beforeAll(async () => {
    partner = await scenario.inProduction();
    productionKey = await scenario.createKey(partner.primary, partner.subscriptionId);
  });

  const people = async ({ session }: PartnerAccount) =>
    expectStatus(await gateway.get('/v1/account/users', { session }), 200).body.items as {
      id: string;
      username: string;
    }[];
  const keyIds = async ({ session }: PartnerAccount) =>
    (expectStatus(await gateway.get('/v1/keys', { session }), 200).body.items as { id: string }[]).map(({ id }) => id);
  const otherOf = ({ environment }: PartnerAccount) => (environment === 'sandbox' ? partner.primary : partner.sandbox);

  const both = (prove: (own: PartnerAccount, other: PartnerAccount) => Promise<void>) => async () => {
    for (const own of [partner.sandbox, partner.primary]) await prove(own, otherOf(own));
  };

  test(
    'B3: the people of the other account are not seen',
    both(async (own, other) => {
      const usernames = (await people(own)).map(({ username }) => username);
      expect(usernames).toContain(own.username);
      expect(usernames).not.toContain(other.username);
    }),
  );

  test(
    'B3: an administrator of one account has no power over the people of the other',
    both(async (own, other) => {
      const theirs = await scenario.addPerson(other, 'developer');
      const stranger = (await people(other)).find(({ username }) => username === theirs.username);
      const removal = await gateway.delete(`/v1/account/users/${stranger?.id}`, { session: own.session });
      expectProblem(removal, 404, 'not_found');
      expect(await people(other)).toContainEqual(stranger);
      await account(theirs);
    }),
  );

  test(
    'B3: the password of one account opens nothing in the other',
    both(async (own, other) => {
      expectProblem(await attemptSignIn(own.username, other.domain, own.password), 401, 'identity.wrong_credentials');
      expectProblem(await attemptSignIn(other.username, other.domain, own.password), 401, 'identity.wrong_credentials');
    }),
  );

  test(
    'B3: a session belongs to one account, and no parameter can choose the other',
    both(async (own, other) => {
      const attempts = [
        gateway.get('/v1/account', { session: own.session, headers: { 'slipway-account': other.accountId } }),
        gateway.get('/v1/account', { session: own.session, headers: { 'slipway-environment': other.environment } }),
      ];
      for (const reply of await Promise.all(attempts))
        expect(expectStatus(reply, 200).body.environment).toBe(own.environment);
      const relabelled = own.session.replace(/_(sbx|live)_/, other.environment === 'sandbox' ? '_sbx_' : '_live_');
      expectProblem(await gateway.get('/v1/account', { session: relabelled }), 401, 'session_expired');
    }),
  );

  test(
    'B3: ending a session in one account ends none in the other',
    both(async (own, other) => {
      const second = await scenario.signIn(own.username, own.domain, own.password);
      expectStatus(await gateway.delete('/v1/sessions/current', { session: second.session }), 204);
      await account(own);
      await account(other);
    }),
  );

  test(
    'B3: the keys of the other account are not seen',
    both(async (own) => {
      expect(await keyIds(own)).toEqual([own.environment === 'sandbox' ? partner.key.id : productionKey.id]);
    }),
  );

  test(
    'B3: the keys of the other account cannot be read, changed, renewed, deleted or used',
    both(async (own) => {
      const { id, ...pair } = own.environment === 'sandbox' ? productionKey : partner.key;
      const { session } = own;
      const attempts = [
        gateway.get(`/v1/keys/${id}`, { session }),
        gateway.patch(`/v1/keys/${id}`, { session, body: { name: 'mine' } }),
        gateway.post(`/v1/keys/${id}/regeneration`, { session, body: {} }),
        gateway.post(`/v1/keys/${id}/rotation`, { session, body: {} }),
        gateway.post(`/v1/keys/${id}/tokens`, { session }),
        gateway.delete(`/v1/keys/${id}`, { session }),
      ];
      for (const reply of await Promise.all(attempts)) expectProblem(reply, 404, 'not_found');
      expectStatus(await scenario.token(pair, pair.environment), 200);
    }),
  );

  test('B3: a session token of one account opens nothing in the other', async () => {
    const environments: Environment[] = ['sandbox', 'production'];
    for (const environment of environments) {
      const key = environment === 'sandbox' ? partner.key : productionKey;
      const { access_token: token } = (await scenario.token(key, environment)).body;
      expectStatus(await scenario.whoami(token, environment), 200);
      const other = environment === 'sandbox' ? 'production' : 'sandbox';
      expectProblem(await scenario.whoami(token, other), 401, 'wrong_environment');
    }
  });

  test(
    'B3: the messages of the other account are not seen and cannot be marked read',
    both(async (own, other) => {
      await scenario.message(own, 'identity.key-created.v1');
      const theirs = await scenario.message(other, 'identity.key-created.v1');
      expect((await scenario.inbox(own)).map(({ id }) => id)).not.toContain(theirs.id);
      const mark = { session: own.session, body: { read: true } };
      expectProblem(await gateway.patch(`/v1/notifications/${theirs.id}`, mark), 404, 'not_found');
      const unchanged = (await scenario.inbox(other)).find(({ id }) => id === theirs.id);
      expect(unchanged).toMatchObject({ readAt: null });
    }),
  );

  test('B3: the limit of one account is not that of the other', async () => {
    const { partnerId } = partner;
    const changed = await changePartner(partnerId, { keyLimit: { sandbox: 7 } });
    expect(changed.keyLimit).toEqual({ sandbox: 7, production: 3 });
    expect((await account(partner.sandbox)).keyLimit).toBe(7);
    expect((await account(partner.primary)).keyLimit).toBe(3);
  });

  test('B3: a subscription is seen alike from both accounts', async () => {
    const fromSandbox = await scenario.subscription(partner.sandbox, partner.subscriptionId);
    const fromPrimary = await scenario.subscription(partner.primary, partner.subscriptionId);
    expect(fromSandbox).toEqual(fromPrimary);
    for (const { session } of [partner.sandbox, partner.primary]) {
      const { items } = expectStatus(await gateway.get('/v1/subscriptions', { session }), 200).body;
      expect(items).toEqual([fromSandbox]);
    }
  });

  test('B3: the people of either account may submit a subscription', async () => {
    const { id: planId } = await scenario.plan();
    for (const submitter of [partner.sandbox, partner.primary]) {
      const { id } = await scenario.subscribe(otherOf(submitter), planId);
      await scenario.createKey(partner.sandbox, id);
      await scenario.submit(submitter, id);
      expect((await scenario.subscription(partner.primary, id)).phase).toBe('in_review');
    }
  });

  test('B3: sandbox keys are made in a sandbox session, production keys in a primary one', () => {
    expect(partner.key.environment).toBe('sandbox');
    expect(partner.key.applicationId).toMatch(/^app_sbx_/);
    expect(partner.key.domain).toBe(partner.sandbox.domain);
    expect(productionKey.environment).toBe('production');
    expect(productionKey.applicationId).toMatch(/^app_live_/);
    expect(productionKey.domain).toBe(partner.primary.domain);
  });
});

describe('signing in', () => {
  let partner: Registered & { sandbox: PartnerAccount };

  beforeAll(async () => {
    partner = await scenario.readyPartner();
  });

  test('B4: each account has its own domain', () => {
    expect(partner.sandbox.domain).not.toBe(partner.primary.domain);
  });

  test('B4: a domain belongs to one organisation', async () => {
    const register = (domain: string) => {
      const registration = { name: 'Copy', domain, programme: 'csp', type: 'direct_bill', admin: scenario.person() };
      return gateway.post('/v1/partners', { body: registration });
    };
    for (const domain of [partner.primary.domain, partner.primary.domain.toUpperCase()])
      expectProblem(await register(domain), 409, 'identity.domain_taken');
    expectProblem(await register(partner.sandbox.domain), 400, 'invalid_request');
  });

  test('B4: the same username in both accounts is two people, each with a password of their own', async () => {
    const addTess = async ({ session }: PartnerAccount) => {
      const person = scenario.person('tess');
      const body = { ...person, role: 'developer' };
      const added = expectStatus(await gateway.post('/v1/account/users', { session, body }), 201);
      return { ...person, id: added.body.id as string };
    };
    const inPrimary = await addTess(partner.primary);
    const inSandbox = await addTess(partner.sandbox);
    expect(inPrimary.id).not.toBe(inSandbox.id);

    expect((await scenario.signIn('tess', partner.primary.domain, inPrimary.password)).environment).toBe('production');
    expect((await scenario.signIn('tess', partner.sandbox.domain, inSandbox.password)).environment).toBe('sandbox');
    const crossed = [
      await attemptSignIn('tess', partner.primary.domain, inSandbox.password),
      await attemptSignIn('tess', partner.sandbox.domain, inPrimary.password),
    ];
    for (const reply of crossed) expectProblem(reply, 401, 'identity.wrong_credentials');
  });

  test('B4: a username is taken once in an account', async () => {
    const body = { ...scenario.person(partner.primary.username), role: 'developer' };
    const again = await gateway.post('/v1/account/users', { session: partner.primary.session, body });
    expectProblem(again, 409, 'identity.username_taken');
  });

  test('B4: a wrong password, an unknown person and an unknown domain are answered alike', async () => {
    const { username, domain } = partner.primary;
    const password = 'a-wrong-password';
    const problems = [
      await attemptSignIn(username, domain, password),
      await attemptSignIn('nobody', domain, password),
      await attemptSignIn(username, 'unknown.example', password),
    ].map((reply) => ({ ...expectProblem(reply, 401, 'identity.wrong_credentials'), traceId: '' }));
    for (const problem of problems) expect(problem).toEqual(problems[0]);
  });

  test('B4: a sign-in without a domain says what is missing, whether or not anybody has the name', async () => {
    const { username, domain, password } = partner.primary;
    const logins = [username, 'nobody', `${username}@`, `@${domain}`];
    const problems = [];
    for (const login of logins) {
      const reply = await gateway.post('/v1/sessions', { body: { username: login, password } });
      problems.push({ ...expectProblem(reply, 400, 'invalid_request'), traceId: '' });
    }
    for (const problem of problems) expect(problem).toEqual(problems[0]);
    expect(problems[0]).toMatchObject({
      detail: expect.stringContaining('username@domain'),
      errors: [{ pointer: '/username', detail: expect.stringContaining('ada@contoso.example') }],
    });
  });

  test('B4, B25: a domain of any script is welcome, kept as DNS has it, and found written either way', async () => {
    const label = `bücher-${scenario.unique()}`;
    const [written, kept] = [`${label}.example`, `${new URL(`http://${label}.example`).hostname}`];
    expect(kept).toMatch(/^xn--/);
    const registered = await scenario.register({ domain: written.toUpperCase() });
    expect(registered.primary).toMatchObject({ environment: 'production' });
    expect(await account(registered.primary)).toMatchObject({ domain: kept });
    const { username, password } = registered.primary;
    for (const domain of [written, kept, written.normalize('NFD')])
      expect(expectStatus(await attemptSignIn(username, domain, password), 201).body.account.domain).toBe(kept);
    const registration = { name: 'Copy', programme: 'csp', type: 'direct_bill', admin: scenario.person() };
    for (const domain of [written, kept])
      expectProblem(
        await gateway.post('/v1/partners', { body: { ...registration, domain } }),
        409,
        'identity.domain_taken',
      );
    const sandbox = await scenario.createSandbox(registered);
    const login = await attemptSignIn(sandbox.username, `sandbox.${written}`, sandbox.password);
    expect(expectStatus(login, 201).body.account).toMatchObject({ domain: `sandbox.${kept}`, environment: 'sandbox' });

    await scenario.verify(registered.partnerId);
    await scenario.setUp(sandbox);
    await scenario.switchApiAccess(sandbox);
    const subscription = await scenario.subscribe(sandbox, (await scenario.plan()).id);
    const { applicationId, applicationSecret } = await scenario.createKey(sandbox, subscription.id);
    for (const domain of [`sandbox.${written}`, `sandbox.${kept}`]) {
      const form = { grant_type: 'client_credentials', domain };
      const basic: [string, string] = [applicationId, applicationSecret];
      expectStatus(await gateway.post('/sandbox/oauth2/token', { basic, form }), 200);
    }
  });

  test('B4: a browser with a session of each account says which one it means', async () => {
    const cookie = `slipway_sandbox=${partner.sandbox.session}; slipway_production=${partner.primary.session}`;
    expectProblem(await gateway.get('/v1/account', { headers: { cookie } }), 400, 'account_ambiguous');
    for (const { accountId, environment } of [partner.sandbox, partner.primary]) {
      const reply = await gateway.get('/v1/account', { headers: { cookie, 'slipway-account': accountId } });
      expect(expectStatus(reply, 200).body).toMatchObject({ id: accountId, environment });
    }
    const stranger = { cookie, 'slipway-account': partner.partnerId };
    expectProblem(await gateway.get('/v1/account', { headers: stranger }), 400, 'account_ambiguous');
  });
});

describe('eligibility', () => {
  const eligibilityOf = async (someone: PartnerAccount) => (await account(someone)).eligibility;
  const eligible = { eligible: true, reasons: [] };

  test('B9: what a partner says of itself is a claim until staff confirms it', async () => {
    const { partnerId, primary } = await scenario.register();
    expect(await eligibilityOf(primary)).toEqual({ eligible: false, reasons: ['unverified'] });
    const { eligibility } = await changePartner(partnerId, { verified: true });
    expect(eligibility).toEqual({ sandbox: eligible, production: eligible });
    expect(await eligibilityOf(primary)).toEqual(eligible);
    await scenario.message(primary, 'identity.partner-verified.v1');
  });

  test.each([
    ['csp', 'indirect_provider', []],
    ['csp', 'direct_bill', []],
    ['csp', 'indirect_reseller', ['type_not_eligible']],
    ['reseller_club', 'direct_bill', ['programme_not_eligible']],
    ['unheard_of', 'unheard_of', ['programme_not_eligible']],
  ])('B9: by default programme %s with type %s is eligible, or told why not: %j', async (programme, type, reasons) => {
    const { partnerId, primary } = await scenario.register({ programme, type });
    await scenario.verify(partnerId);
    expect(await eligibilityOf(primary)).toEqual({ eligible: reasons.length === 0, reasons });
  });

  test('B9: a domain is proven by DNS: the partner is told what to publish, and when to come back', async () => {
    const { partnerId, primary } = await scenario.register();
    const { session } = primary;
    const path = '/v1/account/domain-verification';
    const shown = expectStatus(await gateway.get(path, { session }), 200).body;
    expect(shown).toMatchObject({
      domain: primary.domain,
      verified: false,
      registration: 'unconfirmed',
      record: { type: 'TXT', name: `_slipway-challenge.${primary.domain}` },
    });
    // Where these tests run nobody answers for DNS (test/support/system-control.mjs).
    expectProblem(await gateway.post(path, { session }), 503, 'identity.dns_unavailable');
    const again = await gateway.post(path, { session });
    expectProblem(again, 429, 'identity.domain_checked_just_now');
    expect(again.headers.get('retry-after')).toBe('5');
    await scenario.verify(partnerId);
    expect(expectStatus(await gateway.get(path, { session }), 200).body).toMatchObject({
      verified: false,
      registration: 'confirmed',
      expiresAt: null,
    });
  });

  test('B9: staff can end a registration that nobody has confirmed: its owner gets the domain', async () => {
    const { partnerId, primary } = await scenario.register();
    const asStaff = { session: await scenario.staff() };
    expectStatus(await admin.delete(`/v1/partners/${partnerId}/registration`, asStaff), 204);
    const body = {
      name: 'Owner',
      domain: primary.domain,
      programme: 'csp',
      type: 'direct_bill',
      admin: scenario.person(),
    };
    await eventually(async () => void expectStatus(await gateway.post('/v1/partners', { body }), 201));
    expectProblem(await gateway.get('/v1/account', { session: primary.session }), 401, 'session_expired');
    expect(expectStatus(await admin.get(`/v1/partners/${partnerId}`, asStaff), 200).body).toMatchObject({
      registration: 'expired',
      verified: false,
    });
  });

  test('B9: staff can correct what a partner said', async () => {
    const { partnerId, primary } = await scenario.register({ type: 'indirect_reseller' });
    await changePartner(partnerId, { verified: true, type: 'direct_bill' });
    expect(await eligibilityOf(primary)).toEqual(eligible);
  });

  test("B9: the rules are per environment, and the provider's staff can change them", async () => {
    const rule = { programme: uniqueTerm(), type: uniqueTerm() };
    const { partnerId, primary, domain } = await scenario.register(rule);
    const sandbox = await scenario.createSandbox({ partnerId, primary, domain, name: '' });
    await scenario.verify(partnerId);
    const session = await scenario.staff();
    const before = expectStatus(await admin.get('/v1/eligibility/sandbox', { session }), 200).body.rules;

    const body = { rules: [...before, rule] };
    expectStatus(await admin.put('/v1/eligibility/sandbox', { session, body }), 200);
    expect(await eligibilityOf(sandbox)).toEqual(eligible);
    expect(await eligibilityOf(primary)).toEqual({ eligible: false, reasons: ['programme_not_eligible'] });

    expectStatus(await admin.put('/v1/eligibility/sandbox', { session, body: { rules: before } }), 200);
    expect(await eligibilityOf(sandbox)).toEqual({ eligible: false, reasons: ['programme_not_eligible'] });
    expect((await admin.get('/v1/eligibility/sandbox', { session })).body.rules).toEqual(before);
  });

  test('B10: an ineligible partner is told so with every reason, and cannot create a key', async () => {
    const { primary } = await scenario.register({ programme: 'unheard_of' });
    const reasons = ['unverified', 'programme_not_eligible'];
    expect(await eligibilityOf(primary)).toEqual({ eligible: false, reasons });
    const notSwitched = expectProblem(await apiAccess(primary, true), 403, 'identity.not_eligible');
    expect(notSwitched['reasons']).toEqual(reasons);
    const subscription = await scenario.subscribe(primary, (await scenario.plan({ sandbox: false })).id);
    expect(subscription).toMatchObject({
      phase: 'production',
      production: { reasons: ['api_access_off', 'not_eligible'] },
    });
    const refused = expectProblem(await attemptKey(primary, subscription.id), 403, 'identity.not_eligible');
    expect(refused['reasons']).toEqual(reasons);
    expectStatus(await apiAccess(primary, false), 200);
  });

  test('B10: eligibility that was lost leaves API access on: when it is back, keys can be made at once', async () => {
    const { partnerId, primary } = await scenario.readyPartner();
    const subscription = await scenario.subscribe(primary, (await scenario.plan({ sandbox: false })).id);
    await changePartner(partnerId, { type: 'indirect_reseller' });
    expect(await account(primary)).toMatchObject({ apiAccess: true, eligibility: { reasons: ['type_not_eligible'] } });
    const card = await scenario.subscription(primary, subscription.id);
    expect(card.production).toMatchObject({ unlocked: false, reasons: ['not_eligible'] });
    expectProblem(await attemptKey(primary, subscription.id), 403, 'identity.not_eligible');
    expectProblem(await apiAccess(primary, true), 403, 'identity.not_eligible');
    await changePartner(partnerId, { type: 'direct_bill' });
    expect(await account(primary)).toMatchObject({ apiAccess: true, eligibility: eligible });
    await scenario.createKey(primary, subscription.id);
  });

  describe('with a key in each environment', () => {
    let partner: Partner;
    let productionKey: Awaited<ReturnType<Scenario['createKey']>>;

    beforeAll(async () => {
      partner = await scenario.inProduction();
      productionKey = await scenario.createKey(partner.primary, partner.subscriptionId);
    });

    const expectTokens = async () => {
      expectStatus(await scenario.token(partner.key, 'sandbox'), 200);
      expectStatus(await scenario.token(productionKey, 'production'), 200);
    };

    /** By every way there is to a token. */
    const expectNoToken = async (reason: string) => {
      for (const key of [partner.key, productionKey]) {
        const standard = expectStatus(await scenario.token(key, key.environment), 400);
        expect(standard.body).toEqual({
          error: 'unauthorized_client',
          error_description: expect.any(String),
          code: 'not_eligible',
          reasons: [reason],
        });
        const eqp = expectStatus(await scenario.eqpToken(key, key.environment), 403);
        expect(eqp.body).toMatchObject({ code: 'not_eligible', message: expect.any(String), reasons: [reason] });
      }
      const { session } = partner.sandbox;
      const inPortal = await gateway.post(`/v1/keys/${partner.key.id}/tokens`, { session });
      expectProblem(inPortal, 403, 'identity.not_eligible');
    };

    test('B10: a partner that is no longer eligible gets no token', async () => {
      await expectTokens();
      await changePartner(partner.partnerId, { programme: 'unheard_of' });
      await expectNoToken('programme_not_eligible');
      await changePartner(partner.partnerId, { programme: 'csp' });
      await expectTokens();
    });

    test('B11: a partner whose confirmation staff takes back gets no new token from that moment', async () => {
      await changePartner(partner.partnerId, { verified: false });
      await expectNoToken('unverified');
      await changePartner(partner.partnerId, { verified: true });
      await expectTokens();
    });

    test('B11: a partner that staff suspends gets no new token from that moment, nor a key', async () => {
      const session = await scenario.staff();
      const body = { notes: 'Contract ended.' };
      const suspended = await admin.post(`/v1/partners/${partner.partnerId}/suspension`, { session, body });
      expect(expectStatus(suspended, 200).body).toMatchObject({ suspended: true });
      await expectNoToken('suspended');
      for (const someone of [partner.sandbox, partner.primary]) {
        const refused = expectProblem(await attemptKey(someone, partner.subscriptionId), 403, 'identity.not_eligible');
        expect(refused['reasons']).toEqual(['suspended']);
        const { text } = await scenario.message(someone, 'identity.partner-suspended.v1');
        expect(text).toContain('Contract ended.');
      }
    });

    test('B11: a suspension happens once, and staff can end it', async () => {
      const session = await scenario.staff();
      const path = `/v1/partners/${partner.partnerId}/suspension`;
      expectProblem(await admin.post(path, { session, body: {} }), 409, 'identity.already_suspended');
      expectStatus(await admin.delete(path, { session }), 204);
      await expectTokens();
      expectProblem(await admin.delete(path, { session }), 409, 'identity.not_suspended');
      await scenario.message(partner.primary, 'identity.partner-reinstated.v1');
    });
  });
});

describe('API access', () => {
  let partner: Registered & { sandbox: PartnerAccount };
  let subscriptionId: string;

  beforeAll(async () => {
    const registered = await scenario.register();
    await scenario.verify(registered.partnerId);
    const sandbox = await scenario.createSandbox(registered);
    await scenario.setUp(sandbox);
    partner = { ...registered, sandbox };
    subscriptionId = (await scenario.subscribe(sandbox, (await scenario.plan()).id)).id;
  });

  test('B12: before API access is on, no key can be made', async () => {
    expectProblem(await attemptKey(partner.sandbox, subscriptionId), 409, 'identity.api_access_off');
  });

  test('B12: only a global admin switches it', async () => {
    const developer = await scenario.addPerson(partner.sandbox, 'developer');
    const refused = expectProblem(await apiAccess(developer, true), 403, 'forbidden');
    expect(refused).toMatchObject({
      detail: expect.stringContaining('role global_admin'),
      requiredRoles: ['global_admin'],
    });
    expect((await account(partner.sandbox)).apiAccess).toBe(false);
    expect(expectStatus(await apiAccess(partner.sandbox, true), 200).body.apiAccess).toBe(true);
  });

  test('B12: on for one environment does nothing for the other', async () => {
    await scenario.createKey(partner.sandbox, subscriptionId);
    expect((await account(partner.primary)).apiAccess).toBe(false);
    const { id } = await scenario.subscribe(partner.primary, (await scenario.plan({ sandbox: false })).id);
    expectProblem(await attemptKey(partner.primary, id), 409, 'identity.api_access_off');

    await scenario.switchApiAccess(partner.primary);
    await scenario.createKey(partner.primary, id);
  });

  test('B12: once it is switched off, no key of the account gets a token, and those of the other do', async () => {
    const key = await scenario.createKey(partner.sandbox, subscriptionId);
    await scenario.switchApiAccess(partner.primary, false);
    expectStatus(await scenario.token(key, 'sandbox'), 200);
    await scenario.switchApiAccess(partner.sandbox, false);
    expect(expectStatus(await scenario.token(key, 'sandbox'), 400).body).toMatchObject({
      error: 'unauthorized_client',
      code: 'api_access_off',
    });
    expect(expectStatus(await scenario.eqpToken(key, 'sandbox'), 403).body.code).toBe('api_access_off');
    await scenario.switchApiAccess(partner.sandbox);
    expectStatus(await scenario.token(key, 'sandbox'), 200);
  });

  test('B12: the account is told when it is switched', async () => {
    await eventually(async () => {
      const titles = (await scenario.inbox(partner.sandbox)).map(({ title }) => title);
      expect(titles).toEqual(expect.arrayContaining(['API access is on', 'API access is off']));
    });
  });
});
