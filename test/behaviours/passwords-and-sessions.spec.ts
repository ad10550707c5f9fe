import { randomUUID } from 'node:crypto';
import { URI, type TOTP } from 'otpauth';
import {
  Api,
  controlOf,
  expectProblem,
  expectStatus,
  Scenario,
  sharedSystem,
  startSystem,
  type RunningSystem,
} from '#libs/testing';

const next = 'another long password, 2';

describe('passwords and sessions of people', () => {
  const scenario = new Scenario(sharedSystem());
  const { gateway, admin } = scenario;

  const login = ({ username, domain }: { username: string; domain: string }, password: string) =>
    gateway.post('/v1/sessions', { body: { username: `${username}@${domain}`, password } });

  test('a changed password ends the other sessions, and this one goes on', async () => {
    const { primary } = await scenario.register();
    const there = await scenario.signIn(primary.username, primary.domain, primary.password);
    const { session } = primary;
    const body = { current: primary.password, new: next };
    const wrong = await gateway.put('/v1/account/password', { session, body: { ...body, current: 'no' } });
    expect(expectProblem(wrong, 400, 'identity.wrong_password').errors).toMatchObject([{ pointer: '/current' }]);
    expectStatus(await gateway.put('/v1/account/password', { session, body }), 200);
    expectStatus(await gateway.get('/v1/account', { session }), 200);
    expectProblem(await gateway.get('/v1/account', { session: there.session }), 401, 'session_expired');
    expectProblem(await login(primary, primary.password), 401, 'identity.wrong_credentials');
    expectStatus(await login(primary, next), 201);
    const { text } = await scenario.message(primary, 'identity.password-changed.v1');
    expect(text).toContain(primary.username);
  });

  test('where one is signed in: listed, ended one by one, and all others at once', async () => {
    const { primary } = await scenario.register();
    const another = () => scenario.signIn(primary.username, primary.domain, primary.password);
    const [there, elsewhere] = [await another(), await another()];
    const { session } = primary;
    const list = async () => expectStatus(await gateway.get('/v1/sessions', { session }), 200).body.items;
    const items: { id: string; current: boolean }[] = await list();
    expect(items.map(({ current }) => current)).toEqual([false, false, true]);
    expect(items).toMatchObject(items.map(() => ({ userAgent: 'node', address: expect.stringMatching(/[.:]/) })));
    // The newest comes first.
    expectStatus(await gateway.delete(`/v1/sessions/${items[0]?.id}`, { session }), 204);
    expectProblem(await gateway.get('/v1/account', elsewhere), 401, 'session_expired');
    expectStatus(await gateway.get('/v1/account', there), 200);
    expectStatus(await gateway.delete('/v1/sessions', { session }), 204);
    expectProblem(await gateway.get('/v1/account', there), 401, 'session_expired');
    expect(await list()).toMatchObject([{ current: true }]);
  });

  test('the last global admin cannot be removed, nor made a developer; another role holds at once (of B58)', async () => {
    const { primary } = await scenario.register();
    const { session } = primary;
    const colleague = await scenario.addPerson(primary, 'developer');
    const { items } = (await gateway.get('/v1/account/users', { session })).body;
    const idOf = (username: string) =>
      (items as { id: string; username: string }[]).find((one) => one.username === username)?.id;
    const give = (username: string, role: string) =>
      gateway.patch(`/v1/account/users/${idOf(username)}`, { session, body: { role } });
    expectProblem(await give(primary.username, 'developer'), 409, 'identity.last_global_admin');
    const removal = await gateway.delete(`/v1/account/users/${idOf(primary.username)}`, { session });
    expectProblem(removal, 409, 'identity.last_global_admin');
    const asAdmin = () =>
      gateway.put('/v1/account/api-access', { session: colleague.session, body: { enabled: false } });
    expectProblem(await asAdmin(), 403, 'forbidden');
    expectStatus(await give(colleague.username, 'global_admin'), 200);
    expectStatus(await asAdmin(), 200);
    expectStatus(await give(colleague.username, 'developer'), 200);
    expectProblem(await asAdmin(), 403, 'forbidden');
  });

  test.each(['primary', 'sandbox'] as const)(
    'a reset link works once and ends all sessions: staff rescues the administrator of %s (of B58)',
    async (which) => {
      const partner = await scenario.readyPartner();
      const account = partner[which];
      const body = { environment: account.environment, username: account.username };
      const rescue = await admin.post(`/v1/partners/${partner.partnerId}/rescue`, {
        session: await scenario.staff(),
        body,
      });
      const { link, token } = expectStatus(rescue, 201).body;
      expect(link).toBe(`${scenario.system.gatewayUrl}/password-reset#${token}`);
      expect((await scenario.message(account, 'identity.rescue-started.v1')).text).toContain(account.username);

      const use = () => gateway.post('/v1/password-resets/confirmation', { body: { token, password: next } });
      const { body: reset } = expectStatus(await use(), 200);
      expect(reset).toMatchObject({ username: account.username, account: { id: account.accountId } });
      expectProblem(await use(), 409, 'identity.reset_link_invalid');
      expectProblem(await gateway.get('/v1/account', account), 401, 'session_expired');
      expectProblem(await login(account, account.password), 401, 'identity.wrong_credentials');
      expectStatus(await login(account, next), 201);
      // The other environment's is somebody else's.
      const other = which === 'primary' ? partner.sandbox : partner.primary;
      expectStatus(await gateway.get('/v1/account', other), 200);
    },
  );
});

describe('links that are sent by mail', () => {
  const scenario = new Scenario(sharedSystem());
  const { gateway } = scenario;

  const login = (username: string, domain: string, password: string) =>
    gateway.post('/v1/sessions', { body: { username: `${username}@${domain}`, password } });

  test.each(['primary', 'sandbox'] as const)(
    'a forgotten password is set anew with a link that works once and ends all sessions: of %s alone (of B58)',
    async (which) => {
      const partner = await scenario.readyPartner();
      const account = partner[which];
      const name = `${account.username}@${account.domain}`;
      const request = () => gateway.post('/v1/password-resets', { body: { username: name } });
      const [known, nobody] = [
        await request(),
        await gateway.post('/v1/password-resets', { body: { username: `nobody@${account.domain}` } }),
      ];
      expect([known.status, nobody.status]).toEqual([202, 202]);
      expect(known.body).toEqual(nobody.body);
      const email = `${account.username}@partner.example`;
      const token = await scenario.mailedToken(partner.partnerId, 'identity.password-reset-requested.v1', email);
      const use = () => gateway.post('/v1/password-resets/confirmation', { body: { token, password: next } });
      expectStatus(await use(), 200);
      expectProblem(await use(), 409, 'identity.reset_link_invalid');
      expectProblem(await gateway.get('/v1/account', account), 401, 'session_expired');
      expectStatus(await login(account.username, account.domain, next), 201);
      const other = which === 'primary' ? partner.sandbox : partner.primary;
      expectStatus(await gateway.get('/v1/account', other), 200);
      expectStatus(await login(other.username, other.domain, other.password), 201);
    },
  );

  test('an invited person sets their own password (of B58)', async () => {
    const { partnerId, primary } = await scenario.register();
    const { session, domain } = primary;
    const email = `grace-${scenario.unique()}@partner.example`;
    const grace = { username: 'grace', displayName: 'Grace', email, role: 'developer' };
    const added = expectStatus(await gateway.post('/v1/account/users', { session, body: grace }), 201);
    expect(added.body).toMatchObject({ invited: true, emailVerified: false });
    const token = await scenario.mailedToken(partnerId, 'identity.person-invited.v1', email);
    const accept = (password: string) => gateway.post('/v1/invitations/acceptance', { body: { token, password } });
    expectProblem(await accept('passwordpassword'), 400, 'identity.weak_password');
    expect(expectStatus(await accept(next), 200).body).toMatchObject({ username: 'grace', account: { domain } });
    expectProblem(await accept(next), 409, 'identity.invitation_invalid');
    expectStatus(await login('grace', domain, next), 201);
    const people = expectStatus(await gateway.get('/v1/account/users', { session }), 200).body.items;
    expect(people).toContainEqual(expect.objectContaining({ email, invited: false, emailVerified: true }));
  });

  test('whoever has registered proves their address (of B58)', async () => {
    const { partnerId, primary } = await scenario.register();
    const email = `${primary.username}@partner.example`;
    const token = await scenario.mailedToken(partnerId, 'identity.email-verification-requested.v1', email);
    const verify = () => gateway.post('/v1/email-verifications', { body: { token } });
    expect(expectStatus(await verify(), 200).body).toEqual({ username: primary.username, email });
    expectProblem(await verify(), 409, 'identity.verification_link_invalid');
    const people = expectStatus(await gateway.get('/v1/account/users', primary), 200).body.items;
    expect(people).toMatchObject([{ emailVerified: true }]);
  });
});

describe('the second factor of staff', () => {
  let system: RunningSystem;
  let admin: Api;
  /** Of the first administrator, who has one. */
  let administrator: string;

  beforeAll(async () => {
    const env = { SLIPWAY_STAFF_SECOND_FACTOR: 'required' };
    system = await startSystem({ name: 'second-factor', env });
    admin = new Api(system.adminUrl);
    administrator = (await signIn(system.admin)).accessToken;
    await enrol(administrator);
  });
  afterAll(() => controlOf(system).stop());

  const signIn = async ({ email, password }: { email: string; password: string }) =>
    expectStatus(await admin.post('/v1/sessions', { body: { email, password } }), 201).body;
  const present = (session: string, code: string) =>
    admin.post('/v1/sessions/current/second-factor', { session, body: { code } });

  async function aMember() {
    const tag = randomUUID();
    const credentials = { email: `${tag}@provider.example`, password: `password of ${tag}` };
    const body = { ...credentials, displayName: 'Rosa', role: 'reviewer' };
    const { id } = expectStatus(await admin.post('/v1/staff', { session: administrator, body }), 201).body;
    return { id: id as string, ...credentials };
  }

  async function enrol(session: string): Promise<{ totp: TOTP; code: string; recoveryCodes: string[] }> {
    const { uri } = expectStatus(await admin.put('/v1/me/second-factor', { session }), 200).body;
    const totp = URI.parse(uri) as TOTP;
    const code = totp.generate();
    const confirmed = await admin.post('/v1/me/second-factor/confirmation', { session, body: { code } });
    return { totp, code, recoveryCodes: expectStatus(confirmed, 200).body.recoveryCodes };
  }

  async function expectClosed(session: string, secondFactor: string) {
    const problem = expectProblem(await admin.get('/v1/partners', { session }), 403, 'identity.second_factor_required');
    expect(problem).toMatchObject({ secondFactor });
  }

  test('staff sign in with a second factor (of B58)', async () => {
    const rosa = await aMember();
    const first = await signIn(rosa);
    expect(first.secondFactor).toBe('enrol');
    await expectClosed(first.accessToken, 'enrol');
    const { totp, code } = await enrol(first.accessToken);
    expectStatus(await admin.get('/v1/partners', { session: first.accessToken }), 200);

    const { accessToken: session, secondFactor } = await signIn(rosa);
    expect(secondFactor).toBe('required');
    await expectClosed(session, 'required');
    // The code that enrolled it was used with that.
    expectProblem(await present(session, code), 400, 'identity.wrong_code');
    expectProblem(await present(session, '٢٨٧٠٨٢'), 400, 'identity.wrong_code');
    // Of the next half minute, which is taken already.
    expectStatus(await present(session, totp.generate({ timestamp: Date.now() + 30_000 })), 200);
    expectStatus(await admin.get('/v1/partners', { session }), 200);
    const removal = await admin.delete('/v1/me/second-factor', { session });
    expectProblem(removal, 409, 'identity.second_factor_compulsory');
  });

  test('whoever is without their telephone has recovery codes, each good once', async () => {
    const rosa = await aMember();
    const { recoveryCodes } = await enrol((await signIn(rosa)).accessToken);
    const [one = '', another = ''] = recoveryCodes;
    const { accessToken: session } = await signIn(rosa);
    expect(expectStatus(await present(session, one), 200).body).toEqual({ secondFactor: 'none', recoveryCodesLeft: 9 });
    const proof = (code: string) => ({ session, body: { password: rosa.password, code } });
    const again = (code: string) => admin.post('/v1/sessions/current/reauthentication', proof(code));
    expectProblem(await again(one), 400, 'identity.wrong_code');
    expectStatus(await again(another), 200);
  });

  test('a colleague’s is reset by an admin: their sessions end, and they enrol anew', async () => {
    const rosa = await aMember();
    const { accessToken: session } = await signIn(rosa);
    await enrol(session);
    const reset = await admin.delete(`/v1/staff/${rosa.id}/second-factor`, { session: administrator });
    expectStatus(reset, 204);
    expectProblem(await admin.get('/v1/partners', { session }), 401, 'session_expired');
    expect((await signIn(rosa)).secondFactor).toBe('enrol');
  });

  test('codes are not guessed by signing in again: 429, with the time to wait', async () => {
    const rosa = await aMember();
    await enrol((await signIn(rosa)).accessToken);
    const statuses: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      const { accessToken } = await signIn(rosa);
      for (let code = 0; code < 6; code += 1) {
        const reply = await present(accessToken, `00000${code}`);
        statuses.push(reply.status);
        if (reply.status !== 429) continue;
        expectProblem(reply, 429, 'identity.too_many_codes');
        const wait = Number(reply.headers.get('retry-after'));
        expect([wait > 60, wait <= 900]).toEqual([true, true]);
      }
    }
    const five = Array.from({ length: 5 }, () => 400);
    expect(statuses).toEqual([...five, 401, ...five, 401, ...Array.from({ length: 6 }, () => 429)]);
  });
});
