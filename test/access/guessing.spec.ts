import { randomUUID } from 'node:crypto';
import type { Environment } from '#libs/contracts';
import {
  controlOf,
  expectProblem,
  expectStatus,
  Scenario,
  startSystem,
  type Api,
  type ApiReply,
  type RunningSystem,
} from '#libs/testing';

const perAddress = 60;
const wrong = 'a wrong password, long enough';
const code = 'identity.too_many_failures';

/** What a reply says to whoever guesses: all of it but what is each request's own. */
function seenIn({ status, headers, body }: ApiReply): object {
  const own = ['date', 'ratelimit-remaining', 'ratelimit-reset', 'retry-after'];
  const shown = [...headers].filter(([name]) => !own.includes(name));
  return { status, headers: shown, body: { ...(body as object), traceId: '' } };
}

describe('guessing', () => {
  let system: RunningSystem;
  let scenario: Scenario;
  let gateway: Api;
  let admin: Api;
  let addresses = 0;

  beforeAll(async () => {
    system = await startSystem({
      name: 'guessing',
      copies: { identity: 2, tokens: 2 },
      trustRegistration: true,
      env: {
        SLIPWAY_FAILURES_PER_ADDRESS: String(perAddress),
        // One address may have half of the places: all 120, even if one copy is given all of them.
        SLIPWAY_PASSWORD_QUEUE: '256',
        SLIPWAY_TRUST_PROXY: '1',
      },
    });
    scenario = new Scenario(system);
    ({ gateway, admin } = scenario);
  }, 180_000);
  afterAll(() => controlOf(system).stop(), 60_000);

  /** An address that nobody else has. */
  const anAddress = () => ({ 'x-forwarded-for': `192.0.2.${(addresses += 1)}` });

  const signIn = (api: Api, body: object, headers: Record<string, string>) =>
    api.post('/v1/sessions', { body, headers });
  const cookieIn = ({ headers }: ApiReply) => {
    const device = headers.getSetCookie().find((cookie) => cookie.includes('_device_'));
    if (!device) throw new Error('no device was given');
    return device;
  };
  const cookiePair = (reply: ApiReply) => cookieIn(reply).split(';')[0] ?? '';
  const statusesOf = (replies: ApiReply[]) => replies.map(({ status }) => status).sort();
  const oneByOne = async (times: number, attempt: () => Promise<ApiReply>) => {
    const replies: ApiReply[] = [];
    for (let index = 0; index < times; index += 1) replies.push(await attempt());
    return replies;
  };
  const ten = <Value>(value: Value) => Array.from({ length: 10 }, () => value);

  /** Each of those who sign in: at which edge, and with what. */
  const whoSignsIn = async (who: 'staff' | 'a person') => {
    if (who === 'staff') {
      const { email, password } = await scenario.newStaff('reviewer');
      return { api: admin, right: { email, password }, unknown: { email: `${randomUUID()}@provider.example` } };
    }
    const { primary } = await scenario.register();
    const { username, domain, password } = primary;
    const right = { username: `${username}@${domain}`, password };
    return { api: gateway, right, unknown: { username: `nobody@${domain}` } };
  };

  it.each(['staff', 'a person'] as const)(
    '120 wrong passwords of %s, and then the right one does not work; where they have signed in before it does',
    async (who) => {
      const { api, right } = await whoSignsIn(who);
      const headers = anAddress();
      const known = expectStatus(await signIn(api, right, anAddress()), 201);
      const replies = await Promise.all(
        Array.from({ length: 120 }, () => signIn(api, { ...right, password: wrong }, headers)),
      );
      // Both copies may be in the middle of one each when the tenth is counted.
      const refused = replies.filter(({ status }) => status === 401).length;
      expect([10, 11]).toContain(refused);
      expect(new Set(statusesOf(replies))).toEqual(new Set([401, 429]));
      const throttled = await signIn(api, right, anAddress());
      expectProblem(throttled, 429, code);
      expect(Number(throttled.headers.get('retry-after'))).toBeGreaterThan(2);
      expectStatus(await signIn(api, right, { ...headers, cookie: cookiePair(known) }), 201);
    },
  );

  it.each(['staff', 'a person'] as const)('nothing tells whether there is %s of that name', async (who) => {
    const { api, right, unknown } = await whoSignsIn(who);
    const refusals = async (body: object) => {
      const headers = anAddress();
      return (await oneByOne(12, () => signIn(api, { ...right, ...body, password: wrong }, headers))).map(seenIn);
    };
    const known = await refusals({});
    expect(await refusals(unknown)).toEqual(known);
    expect(known).toMatchObject([...ten({ status: 401 }), { status: 429 }, { status: 429 }]);
  });

  it('the device is a cookie of its own, which scripts cannot read, and is in no body', async () => {
    const { api, right } = await whoSignsIn('a person');
    const reply = expectStatus(await signIn(api, right, anAddress()), 201);
    expect(cookieIn(reply)).toMatch(
      /^slipway_production_device_[0-9a-f]{16}=slpd_\w{43}; Max-Age=15552000; Path=\/; HttpOnly; SameSite=Lax$/,
    );
    expect(JSON.stringify(reply.body)).not.toContain('slpd_');
    const cookie = cookiePair(reply);
    const again = expectStatus(await signIn(api, right, { ...anAddress(), cookie }), 201);
    expect(cookiePair(again)).toBe(cookie);
    const elsewhere = { ...anAddress(), cookie, origin: 'https://evil.example' };
    expectProblem(await signIn(api, right, elsewhere), 403, 'cross_site');
    const staff = await whoSignsIn('staff');
    const given = expectStatus(await signIn(staff.api, staff.right, anAddress()), 201);
    expect(cookieIn(given)).toMatch(/^slipway_staff_device_[0-9a-f]{16}=slpd_\w{43}; .*HttpOnly/);
  });

  describe('secrets of keys', () => {
    const form = { grant_type: 'client_credentials' };
    const oauth = (applicationId: string, secret: string, headers: Record<string, string>) =>
      gateway.post('/sandbox/oauth2/token', { basic: [applicationId, secret], form, headers });
    const eqp = (applicationId: string, secret: string, headers: Record<string, string>) =>
      gateway.post('/sandbox/rest/v1/app/session/token', {
        ...{ basic: [applicationId, secret], headers },
        body: { grant_type: 'session' },
      });
    const unknownId = () => `app_sbx_${randomUUID().replaceAll('-', '').slice(0, 22)}`;

    it('a wrong one is to wait after ten, in the words of each endpoint; the right one always works', async () => {
      const { key } = await scenario.integrating();
      const headers = anAddress();
      const guesses = await oneByOne(10, () => oauth(key.applicationId, wrong, headers));
      expect(statusesOf(guesses)).toEqual(ten(401));
      const inOAuth = expectStatus(await oauth(key.applicationId, wrong, headers), 429);
      expect(inOAuth.body).toEqual({
        error: 'temporarily_unavailable',
        error_description: 'Too many attempts have failed. Wait before you try again.',
        code,
      });
      const inEqp = expectStatus(await eqp(key.applicationId, wrong, headers), 429);
      expect(inEqp.body).toEqual({ code, message: inOAuth.body.error_description as string });
      for (const { headers: shown } of [inOAuth, inEqp]) {
        expect(Number(shown.get('retry-after'))).toBeGreaterThan(2);
        expect(shown.get('cache-control')).toBe('no-store');
      }
      const guessing = Promise.all(Array.from({ length: 60 }, () => oauth(key.applicationId, wrong, headers)));
      const right = await Promise.all(
        Array.from({ length: 20 }, () => oauth(key.applicationId, key.applicationSecret, headers)),
      );
      expect(new Set(statusesOf(right))).toEqual(new Set([200]));
      expect(new Set(statusesOf(await guessing))).toEqual(new Set([429]));
      expectStatus(await eqp(key.applicationId, key.applicationSecret, headers), 200);
    });

    it('nothing tells whether there is a key of that ID', async () => {
      const { key } = await scenario.integrating();
      const refusals = async (applicationId: string) => {
        const headers = anAddress();
        return (await oneByOne(12, () => oauth(applicationId, wrong, headers))).map(seenIn);
      };
      expect(await refusals(unknownId())).toEqual(await refusals(key.applicationId));
    });

    it('so many failures a minute from one address, at all endpoints together; keys and devices go on', async () => {
      const { key, primary } = await scenario.integrating();
      const { email, password } = await scenario.newStaff('reviewer');
      const person = { username: `${primary.username}@${primary.domain}`, password: primary.password };
      const known = expectStatus(await signIn(gateway, person, anAddress()), 201);
      const headers = anAddress();
      const third = Array.from({ length: perAddress / 3 });
      await Promise.all(third.map(() => oauth(unknownId(), wrong, headers)));
      await Promise.all(third.map(() => eqp(unknownId(), wrong, headers)));
      for (const _ of third) await signIn(gateway, { username: `${randomUUID()}@a.example`, password }, headers);
      expectStatus(await oauth(unknownId(), wrong, headers), 429);
      expectStatus(await eqp(unknownId(), wrong, headers), 429);
      expectProblem(await signIn(admin, { email, password }, headers), 429, code);
      expectProblem(await signIn(gateway, person, headers), 429, code);
      expectStatus(await signIn(gateway, person, { ...headers, cookie: cookiePair(known) }), 201);
      expectStatus(await oauth(key.applicationId, key.applicationSecret, headers), 200);
      expectStatus(await signIn(admin, { email, password }, anAddress()), 201);
    });
  });

  it('a password that many have is refused over HTTP, with its field', async () => {
    const { primary } = await scenario.register();
    const person = { ...scenario.person('bob'), password: 'qwerty123456', role: 'developer' };
    const reply = await gateway.post('/v1/account/users', { session: primary.session, body: person });
    expect(expectProblem(reply, 400, 'identity.weak_password').errors).toMatchObject([{ pointer: '/password' }]);
  });

  it('there is no other way to sign in: other verbs are refused', async () => {
    for (const api of [gateway, admin])
      expectProblem(await api.put('/v1/sessions', { body: {} }), 405, 'method_not_allowed');
    const environments: Environment[] = ['sandbox', 'production'];
    for (const environment of environments) expectStatus(await gateway.get(`/${environment}/oauth2/token`), 405);
  });
});
