import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import {
  expectProblem,
  expectStatus,
  Scenario,
  sharedSystem,
  type Api,
  type ApiReply,
  type CallOptions,
  type PartnerAccount,
  type Registered,
} from '#libs/testing';

const system = sharedSystem();
const scenario = new Scenario(system);
const { gateway, admin } = scenario;

type Partner = Registered & { sandbox: PartnerAccount };

let partner: Partner;
let planId: string;
let staff: string;

beforeAll(async () => {
  partner = await scenario.readyPartner();
  planId = (await scenario.plan()).id;
  staff = await scenario.staff();
});

const json = { 'content-type': 'application/json' };
const pointersOf = (reply: ApiReply) =>
  expectProblem(reply, 400, 'invalid_request').errors?.map(({ pointer, detail }) => {
    expect(detail).toMatch(/^\S/);
    return pointer;
  });

/** Whatever went wrong: nothing of our insides is told. */
function expectNoInsides({ body }: ApiReply): void {
  const text = JSON.stringify(body);
  expect(text).not.toMatch(/node_modules|\.[jt]s:\d+|\bat \w+ \(|QueryFailedError|SyntaxError|postgres|nats:/i);
  expect(body).not.toHaveProperty('stack');
}

describe('every route that takes a body', () => {
  type Operation = { requestBody?: { content: Record<string, { schema: { type?: string } }> } };
  type Taking = { api: Api; method: string; path: string; session: string; list: boolean };
  let taking: Taking[];

  beforeAll(async () => {
    const takingOf = async (api: Api, session: string): Promise<Taking[]> => {
      const { paths } = expectStatus(await api.get('/v1/openapi.json'), 200).body as {
        paths: Record<string, Record<string, Operation>>;
      };
      return Object.entries(paths).flatMap(([path, methods]) =>
        Object.entries(methods).flatMap(([method, { requestBody }]) => {
          const schema = requestBody?.content['application/json']?.schema;
          if (!schema || !path.startsWith('/v1/')) return [];
          const filled = path.replace('{environment}', 'sandbox').replace(/\{\w+\}/g, () => randomUUID());
          return [{ api, method: method.toUpperCase(), path: filled, session, list: schema.type === 'array' }];
        }),
      );
    };
    taking = [...(await takingOf(gateway, partner.primary.session)), ...(await takingOf(admin, staff))];
    expect(taking.length).toBeGreaterThan(25);
  });

  const each = async (
    options: CallOptions,
    check: (reply: ApiReply, route: Taking) => void,
    only: (route: Taking) => boolean = () => true,
  ) => {
    const chosen = taking.filter(only);
    expect(chosen).not.toEqual([]);
    for (const route of chosen) {
      const reply = await route.api.call(route.method, route.path, { session: route.session, ...options });
      try {
        check(reply, route);
        expectNoInsides(reply);
      } catch (error) {
        throw new Error(`${route.method} ${route.path}: ${String(error)}`, { cause: error });
      }
    }
  };
  const isObject = ({ list }: Taking) => !list;

  test.each(['{"name": ', '{name: 1}', '{"a":1}}', 'null null', '[1,', '"\\u00"'])(
    'malformed JSON %p is refused',
    async (raw) => {
      await each({ raw, headers: json }, (reply) => expectProblem(reply, 400, 'malformed_json'));
    },
  );

  test.each([
    ['{"__proto__": {"isAdmin": true}}', '/__proto__'],
    ['{"name": [{"a/b": {"__proto__": {"isAdmin": true}}}]}', '/name/0/a~1b/__proto__'],
    ['[{"__proto__": {"isAdmin": true}}]', '/0/__proto__'],
    ['{"constructor": {"prototype": {"isAdmin": true}}}', '/constructor/prototype'],
  ])('%s is no prototype of anything, and said to be none at %s', async (raw, pointer) => {
    await each({ raw, headers: json }, (reply) => {
      expect(pointersOf(reply)).toEqual([pointer]);
      // Valid JSON, so it is said what is wrong with it, and what to do.
      expect(reply.body).toMatchObject({ detail: expect.stringMatching(/^No member .*Leave it out/) });
      expect(({} as Record<string, unknown>)['isAdmin']).toBeUndefined();
    });
  });

  test.each([
    ['{"constructor": {}}', '/constructor'],
    ['{"name": {"constructor": 1}}', '/name/constructor'],
  ])('%s is refused at %s', async (raw, pointer) => {
    await each({ raw, headers: json }, (reply) => expect(pointersOf(reply)).toEqual([pointer]), isObject);
  });

  test.each([[[]], [[{}]], ['text'], [7], [true]])('%j instead of an object is refused', async (body) => {
    await each({ body }, (reply) => expect(pointersOf(reply)).toEqual(['']), isObject);
  });

  test('an object instead of a list is refused', async () => {
    await each(
      { body: {} },
      (reply) => expect(pointersOf(reply)).toEqual(['']),
      ({ list }) => list,
    );
  });

  test('an unknown parameter of the query is refused and named, whether or not the route has others', async () => {
    const { primary } = await scenario.readyPartner();
    const { session } = primary;
    for (const path of ['/v1/account', '/v1/keys', '/v1/subscriptions']) {
      const problem = expectProblem(await gateway.get(`${path}?surprise=1`, { session }), 400, 'invalid_request');
      expect(problem.errors?.map(({ pointer }) => pointer)).toEqual(['/surprise']);
      expectProblem(await gateway.get(`${path}?surprise=1`), 401, 'not_signed_in');
    }
  });

  test('an unknown field is refused and named', async () => {
    await each({ body: { surprise: 1 } }, (reply) => expect(pointersOf(reply)).toContain('/surprise'), isObject);
  });

  test('an unknown field with a name that needs escaping is named by its JSON pointer', async () => {
    await each({ body: { 'a/b~c': 1 } }, (reply) => expect(pointersOf(reply)).toContain('/a~1b~0c'), isObject);
  });

  test('an empty body is never a fault of ours', async () => {
    await each({ raw: '', headers: json }, ({ status }) => expect(status).toBeLessThan(500));
    await each({}, ({ status }) => expect(status).toBeLessThan(500));
  });

  test('a body larger than there is need for is refused', async () => {
    const body = { name: 'x'.repeat(300 * 1_024) };
    await each({ body }, (reply) => expectProblem(reply, 413, 'payload_too_large'));
  });

  test.each(['text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
    'content type %s is refused',
    async (contentType) => {
      const options = { raw: 'name=value', headers: { 'content-type': contentType } };
      await each(options, (reply) => expectProblem(reply, 415, 'unsupported_media_type'));
    },
  );

  test('JSON nested beyond reason is refused', async () => {
    const depth = 20_000;
    const raw = `{"name":${'['.repeat(depth)}${']'.repeat(depth)}}`;
    await each({ raw, headers: json }, (reply) => expectStatus(reply, 400));
  });
});

describe('fields', () => {
  const registration = (changes: object = {}) => ({
    name: 'Contoso',
    domain: `p-${scenario.unique()}.example`,
    programme: 'csp',
    type: 'direct_bill',
    admin: scenario.person(),
    ...changes,
  });
  const register = (changes: object) => gateway.post('/v1/partners', { body: registration(changes) });
  const withAdmin = (changes: object) => ({ admin: { ...scenario.person(), ...changes } });

  test.each([
    ['a name of the wrong type', { name: 7 }, '/name'],
    ['an empty name', { name: '' }, '/name'],
    ['a blank name', { name: ' \t ' }, '/name'],
    ['a name that is too long', { name: 'x'.repeat(101) }, '/name'],
    ['a name with NUL', { name: 'a\0b' }, '/name'],
    ['a name with control characters', { name: 'a\u001b[31mb' }, '/name'],
    ['null for a name', { name: null }, '/name'],
    ['a domain that is none', { domain: 'not a domain' }, '/domain'],
    ['a domain that is too long', { domain: `${'a.'.repeat(150)}example` }, '/domain'],
    ['a domain with a path', { domain: 'contoso.example/admin' }, '/domain'],
    ['a programme with spaces', { programme: 'C S P' }, '/programme'],
    ['an object for a type', { type: {} }, '/type'],
    ['text for an object', { admin: 'me' }, '/admin'],
    ['a list for an object', { admin: [] }, '/admin'],
    ['null for an object', { admin: null }, '/admin'],
    ['a username with an at sign', withAdmin({ username: 'a@b' }), '/admin/username'],
    ['no e-mail address', withAdmin({ email: 'nobody' }), '/admin/email'],
    ['a password that is too short', withAdmin({ password: '12345678901' }), '/admin/password'],
    ['a password that is too long', withAdmin({ password: 'x'.repeat(201) }), '/admin/password'],
    ['a number for a password', withAdmin({ password: 123_456_789_012 }), '/admin/password'],
    ['an unknown field within', withAdmin({ role: 'staff' }), '/admin/role'],
  ])('%s is refused and named', async (_what, changes, pointer) => {
    const reply = await register(changes);
    expect(pointersOf(reply)).toEqual([pointer]);
    expectNoInsides(reply);
  });

  test('every fault is told at once', async () => {
    const reply = await register({ name: '', domain: '', surprise: 1, admin: {} });
    expect(pointersOf(reply)?.sort()).toEqual([
      '/admin/displayName',
      '/admin/email',
      '/admin/password',
      '/admin/username',
      '/domain',
      '/name',
      '/surprise',
    ]);
  });

  test('a problem does not repeat what was sent', async () => {
    const reply = await register(withAdmin({ password: 'hunter2!' }));
    expect(JSON.stringify(reply.body)).not.toContain('hunter2!');
  });

  test.each([12, 200])('a password of %d characters is accepted, whatever they are', async (length) => {
    const person = { ...scenario.person(), password: ' ü'.repeat(length / 2) };
    const body = registration({ admin: person });
    expectStatus(await gateway.post('/v1/partners', { body }), 201);
    await scenario.signIn(person.username, body.domain, person.password);
    const trimmed = { username: `${person.username}@${body.domain}`, password: person.password.trim() };
    expectProblem(await gateway.post('/v1/sessions', { body: trimmed }), 401, 'identity.wrong_credentials');
  });

  test.each([
    ['a text for a flag', { enabled: 'true' }],
    ['a number for a flag', { enabled: 1 }],
    ['null for a flag', { enabled: null }],
    ['no flag', {}],
  ])('%s is refused', async (_what, body) => {
    const reply = await gateway.put('/v1/account/api-access', { session: partner.primary.session, body });
    expect(pointersOf(reply)).toEqual(['/enabled']);
  });

  test.each(['', 'no-uuid', 7, null, {}, '00000000-0000-0000-0000-00000000000g'])(
    'the id %j in a body is refused',
    async (id) => {
      const { session } = partner.sandbox;
      const key = await gateway.post('/v1/keys', { session, body: { name: 'key', subscriptionId: id } });
      expect(pointersOf(key)).toEqual(['/subscriptionId']);
      const subscription = await gateway.post('/v1/subscriptions', { session, body: { planId: id, name: 'x' } });
      expect(pointersOf(subscription)).toEqual(['/planId']);
    },
  );

  test('an id in a body that nothing has is 404', async () => {
    const { session } = partner.sandbox;
    const body = { planId: randomUUID(), name: 'x' };
    expectProblem(await gateway.post('/v1/subscriptions', { session, body }), 404, 'not_found');
  });

  test('a rotation cannot ask for more overlap than there is', async () => {
    const { id } = await scenario.subscribe(partner.sandbox, planId);
    const key = await scenario.createKey(partner.sandbox, id);
    const { session } = partner.sandbox;
    for (const overlapSeconds of [-1, 0.5, 604_801, 1e12, '0', null]) {
      const reply = await gateway.post(`/v1/keys/${key.id}/rotation`, { session, body: { overlapSeconds } });
      expect(pointersOf(reply)).toEqual(['/overlapSeconds']);
    }
    expectStatus(await scenario.token(key, 'sandbox'), 200);
  });

  test.each([
    ['sandbox', { keyLimit: { sandbox: -1 } }, '/keyLimit/sandbox'],
    ['fraction', { keyLimit: { production: 2.5 } }, '/keyLimit/production'],
    ['beyond all need', { keyLimit: { sandbox: 1e9 } }, '/keyLimit/sandbox'],
    ['unknown environment', { keyLimit: { mars: 3 } }, '/keyLimit/mars'],
  ])('a key limit is checked: %s', async (_what, body, pointer) => {
    const reply = await admin.patch(`/v1/partners/${partner.partnerId}`, { session: staff, body });
    expect(pointersOf(reply)).toEqual([pointer]);
  });

  test.each([
    [{ sandbox: 'ftp://provider.example' }, '/endpoints/sandbox'],
    [{ production: 'https://user:secret@provider.example' }, '/endpoints/production'],
    [{ sandbox: 'https://provider.example/?a=b' }, '/endpoints/sandbox'],
    [{ sandbox: 'javascript:alert(1)' }, '/endpoints/sandbox'],
    [{ mars: 'https://provider.example' }, '/endpoints/mars'],
  ])('the endpoints %j are refused', async (endpoints, pointer) => {
    const body = { name: 'API', slug: `api-${scenario.unique()}`, endpoints };
    expect(pointersOf(await admin.post('/v1/products', { session: staff, body }))).toEqual([pointer]);
  });

  test.each(['', 'Upper', '-dash', 'a b', '../etc', 'x'.repeat(64)])('the slug %p is refused', async (slug) => {
    const reply = await admin.post('/v1/products', { session: staff, body: { name: 'API', slug } });
    expect(pointersOf(reply)).toEqual(['/slug']);
  });

  test('a slug is taken once', async () => {
    const { slug } = await scenario.product();
    const again = await admin.post('/v1/products', { session: staff, body: { name: 'API', slug } });
    expectProblem(again, 409, 'subscriptions.slug_taken');
  });

  test.each([
    [{ type: 'a' }, ['/0/description', '/0/name', '/0/value']],
    [7, ['/0']],
    [null, ['/0']],
    [{ type: 'a', name: 'b', description: 'c', value: 'd', extra: 1 }, ['/0/extra']],
    [{ type: 'a', name: 'b', description: 'c', value: 'x'.repeat(4_001) }, ['/0/value']],
    [{ type: 'a', name: 'b', description: 'c', value: 'nul\0' }, ['/0/value']],
  ])('the test datum %#  is refused', async (datum, pointers) => {
    const { id } = await scenario.product();
    const reply = await admin.put(`/v1/products/${id}/test-data`, { session: staff, body: [datum] });
    expect(pointersOf(reply)?.sort()).toEqual(pointers);
  });

  test.each([
    [{ amountMinor: 0, currency: 'EUR', interval: 'month' }, '/price/amountMinor'],
    [{ amountMinor: 10.5, currency: 'EUR', interval: 'month' }, '/price/amountMinor'],
    [{ amountMinor: 10, currency: 'EURO', interval: 'month' }, '/price/currency'],
    [{ amountMinor: 10, currency: 'EUR', interval: 'week' }, '/price/interval'],
  ])('the price %j is refused', async (price, pointer) => {
    const { id } = await scenario.product();
    const body = { name: 'Plan', sandbox: true, price };
    const reply = await admin.post(`/v1/products/${id}/plans`, { session: staff, body });
    expect(pointersOf(reply)).toEqual([pointer]);
  });

  test('text of every script, and what looks like code, is kept as it is', async () => {
    const names = [
      'Ünïcødé 漢字 עברית 🔑👩‍💻',
      "Robert'); drop table partners;--",
      '<script>alert(1)</script>',
      '${7*7}',
    ];
    for (const name of names) {
      const { id } = await scenario.subscribe(partner.sandbox, planId, name);
      expect((await scenario.subscription(partner.primary, id)).name).toBe(name);
    }
  });
});

describe('lists', () => {
  const lists = [
    ...['account/users', 'products', 'subscriptions', 'keys', 'notifications'].map(
      (path) => ['gateway', path] as const,
    ),
    ...['staff', 'partners', 'products', 'reviews'].map((path) => ['admin', path] as const),
  ];
  const get = (edge: 'gateway' | 'admin', path: string) =>
    edge === 'gateway'
      ? gateway.get(`/v1/${path}`, { session: partner.sandbox.session })
      : admin.get(`/v1/${path}`, { session: staff });

  test.each(lists)('%s /v1/%s: a bad limit, cursor or parameter is refused', async (edge, path) => {
    for (const limit of [
      '0',
      '-1',
      '201',
      '1.5',
      'many',
      '',
      '1e9',
      'NaN',
      '1e2',
      '0x10',
      '%205',
      '5%20',
      '%2B5',
      '5.0',
    ])
      expect(pointersOf(await get(edge, `${path}?limit=${limit}`))).toEqual(['/limit']);
    const notOurs = ['nonsense', Buffer.from("' or 1=1").toString('base64url'), '%00', ''];
    for (const cursor of notOurs) expect(pointersOf(await get(edge, `${path}?cursor=${cursor}`))).toEqual(['/cursor']);
    expect(pointersOf(await get(edge, `${path}?cursor=${'x'.repeat(300)}`))).toEqual(['/cursor']);
    for (const name of ['surprise', '__proto__', 'constructor', 'prototype'])
      expect(pointersOf(await get(edge, `${path}?${name}=1`))).toEqual([`/${name}`]);
    expect(pointersOf(await get(edge, `${path}?limit=1&limit=2`))).toEqual(['/limit']);
  });

  test.each(lists)('%s /v1/%s: is {items, nextCursor}, of at most as many as asked for', async (edge, path) => {
    const { body } = expectStatus(await get(edge, `${path}?limit=1`), 200);
    expect(body.items.length).toBeLessThanOrEqual(1);
    expect(body.nextCursor === null || typeof body.nextCursor === 'string').toBe(true);
  });

  test('a filter that does not exist is refused', async () => {
    expect(pointersOf(await get('admin', 'reviews?state=lost'))).toEqual(['/state']);
    expect(pointersOf(await get('gateway', 'keys?subscriptionId=no-uuid'))).toEqual(['/subscriptionId']);
  });
});

describe('paths', () => {
  test.each(['no-uuid', '1', '%00', '%2e%2e', 'x'.repeat(150), '00000000-0000-0000-0000-00000000000g'])(
    'the id %p is missing, like any other',
    async (id) => {
      const { session } = partner.sandbox;
      const missing = {
        ...expectProblem(await gateway.get(`/v1/keys/${randomUUID()}`, { session }), 404, 'not_found'),
      };
      for (const path of [`/v1/keys/${id}`, `/v1/subscriptions/${id}`, `/v1/products/${id}`]) {
        const problem = expectProblem(await gateway.get(path, { session }), 404, 'not_found');
        expect({ ...problem, traceId: '' }).toEqual({ ...missing, traceId: '' });
      }
    },
  );

  test.each([
    ['GET', '/v1/unknown'],
    ['GET', '/unknown'],
    ['POST', '/mars/oauth2/token'],
    ['GET', '/mars/whoami'],
    ['GET', '/v1/..%2f..%2fetc/passwd'],
  ])('%s %s is nowhere', async (method, path) => {
    for (const api of [gateway, admin]) {
      const reply = await api.call(method, path, { session: partner.primary.session });
      expectProblem(reply, 404, 'not_found');
      expectNoInsides(reply);
    }
  });

  test.each([
    [gateway, 'PUT', '/v1/keys', ['GET', 'HEAD', 'POST']],
    [gateway, 'POST', '/v1/account', ['GET', 'HEAD']],
    [gateway, 'GET', '/v1/sessions/current', ['DELETE']],
    [gateway, 'PROPFIND', '/v1/products', ['GET', 'HEAD']],
    [gateway, 'POST', '/healthz', ['GET', 'HEAD']],
    [admin, 'DELETE', '/v1/products', ['GET', 'HEAD', 'POST']],
    [admin, 'GET', '/v1/sessions/current/second-factor', ['POST']],
  ])('by another method than there is: %s %s is 405, and says which there are', async (api, method, path, allow) => {
    const reply = await api.call(method, path);
    expectProblem(reply, 405, 'method_not_allowed');
    expect(reply.headers.get('allow')?.split(', ').sort()).toEqual(allow);
    expect(reply.headers.get('x-content-type-options')).toBe('nosniff');
  });

  test('every route there is, by every method that it is not for', async () => {
    for (const api of [gateway, admin]) {
      const { paths } = expectStatus(await api.get('/v1/openapi.json'), 200).body as { paths: Record<string, object> };
      for (const [path, operations] of Object.entries(paths).filter(([name]) => !name.endsWith('/whoami'))) {
        const address = path.replace(/\{\w+\}/g, randomUUID());
        const { headers } = await api.call('LOCK', address);
        const allowed = headers.get('allow')?.split(', ') ?? [];
        for (const method of Object.keys(operations))
          expect({ path, allowed }).toEqual({ path, allowed: expect.arrayContaining([method.toUpperCase()]) });
        for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].filter(
          (one) => !allowed.includes(one),
        )) {
          const reply = await api.call(method, address);
          expect({ method, path, status: reply.status }).toEqual({ method, path, status: 405 });
        }
      }
    }
  });

  test('an environment that does not exist has no rules', async () => {
    for (const environment of ['mars', 'shared', 'SANDBOX', '__proto__'])
      expectProblem(await admin.get(`/v1/eligibility/${environment}`, { session: staff }), 404, 'not_found');
  });

  test('a path that cannot be decoded is a bad request', async () => {
    const reply = await gateway.get('/v1/keys/%E0%A4%A', { session: partner.sandbox.session });
    expectProblem(reply, 400, 'invalid_request');
    expect(reply.headers.get('x-content-type-options')).toBe('nosniff');
  });
});

describe('sessions', () => {
  test('a session that was ended is refused', async () => {
    const { username, domain, password } = partner.primary;
    const { session } = await scenario.signIn(username, domain, password);
    expectStatus(await gateway.delete('/v1/sessions/current', { session }), 204);
    expectProblem(await gateway.get('/v1/account', { session }), 401, 'session_expired');
    const cookie = `slipway_production=${session}`;
    expectProblem(await gateway.get('/v1/account', { headers: { cookie } }), 401, 'session_expired');
  });

  test('a session whose time is over is refused', async () => {
    const { username, domain, password, accountId } = partner.sandbox;
    const { session } = await scenario.signIn(username, domain, password);
    const database = new Client({ connectionString: system.databaseUrl });
    await database.connect();
    // There is no call that makes time pass.
    const { rowCount } = await database.query(
      `update identity.sessions set expires_at = now() - interval '1 second'
       where account_id = $1 and token_hash = sha256(convert_to($2, 'utf8'))`,
      [accountId, session],
    );
    await database.end();
    expect(rowCount).toBe(1);
    expectProblem(await gateway.get('/v1/account', { session }), 401, 'session_expired');
  });

  test('the session of somebody who was removed is refused', async () => {
    const { session } = partner.primary;
    const leaving = await scenario.addPerson(partner.primary, 'developer');
    const { items } = expectStatus(await gateway.get('/v1/account/users', { session }), 200).body;
    const { id } = items.find(({ username }: { username: string }) => username === leaving.username);
    expectStatus(await gateway.delete(`/v1/account/users/${id}`, { session }), 204);
    expectProblem(await gateway.get('/v1/account', { session: leaving.session }), 401, 'session_expired');
    const body = { username: `${leaving.username}@${leaving.domain}`, password: leaving.password };
    expectProblem(await gateway.post('/v1/sessions', { body }), 401, 'identity.wrong_credentials');
  });

  test('the last global admin cannot be removed', async () => {
    const { session } = partner.primary;
    const { items } = expectStatus(await gateway.get('/v1/account/users', { session }), 200).body;
    const { id } = items.find(({ role }: { role: string }) => role === 'global_admin');
    expectProblem(await gateway.delete(`/v1/account/users/${id}`, { session }), 409, 'identity.last_global_admin');
  });

  test('the session of staff that was switched off is refused', async () => {
    const { id, session, email, password } = await scenario.newStaff('reviewer');
    expectStatus(await admin.patch(`/v1/staff/${id}`, { session: staff, body: { active: false } }), 200);
    expectProblem(await admin.get('/v1/reviews', { session }), 401, 'session_expired');
    const again = await admin.post('/v1/sessions', { body: { email, password } });
    expectProblem(again, 401, 'identity.wrong_credentials');
  });

  test('a change by cookie from another site is refused', async () => {
    const cookie = `slipway_production=${partner.primary.session}`;
    const foreign: Record<string, string>[] = [
      { origin: 'https://attacker.example' },
      { 'sec-fetch-site': 'cross-site' },
    ];
    for (const headers of foreign) {
      const options = { headers: { cookie, ...headers }, body: { enabled: false } };
      expectProblem(await gateway.put('/v1/account/api-access', options), 403, 'cross_site');
    }
    const { body } = await gateway.get('/v1/account', { headers: { cookie } });
    expect(body.apiAccess).toBe(true);
  });

  test('the cookie of a session is out of reach of scripts and other sites', async () => {
    const { username, domain, password } = partner.primary;
    const reply = await gateway.post('/v1/sessions', { body: { username: `${username}@${domain}`, password } });
    const cookie = expectStatus(reply, 201).headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/^slipway_production=slps_live_\w+; /);
    for (const attribute of ['HttpOnly', 'SameSite=Lax', 'Path=/']) expect(cookie).toContain(attribute);
    expect(reply.headers.get('cache-control')).toBe('no-store');
  });
});

describe('the wrong phase', () => {
  test('is refused with 409, naming the phase there is', async () => {
    const { id } = await scenario.subscribe(partner.sandbox, planId);
    await scenario.createKey(partner.sandbox, id);
    const { session } = partner.sandbox;
    const path = `/v1/subscriptions/${id}`;
    const withdrawal = await gateway.post(`${path}/withdrawal`, { session });
    const early = expectProblem(withdrawal, 409, 'subscriptions.wrong_phase');
    expect(early).toMatchObject({ phase: 'sandbox', detail: expect.stringContaining('sandbox') });

    const { submissionId } = await scenario.submit(partner.sandbox, id);
    const twice = await gateway.post(`${path}/submissions`, { session, body: {} });
    expect(expectProblem(twice, 409, 'subscriptions.wrong_phase')).toMatchObject({
      phase: 'in_review',
      detail: expect.stringContaining('in review'),
    });

    expectStatus(await scenario.decide(submissionId, 'approval'), 200);
    const late = await scenario.decide(submissionId, 'rejection', { notes: 'No.' });
    expect(expectProblem(late, 409, 'subscriptions.already_decided')).toMatchObject({
      phase: 'production',
      detail: expect.stringContaining('in production'),
    });
  });
});

describe('a submission form', () => {
  const step = (schema: unknown, id = 'one') => ({ id, title: 'One', schema });
  const attempt = async (steps: unknown[]) => {
    const { id } = await scenario.product();
    const body = { name: 'Plan', sandbox: true, submissionForm: { steps } };
    return admin.post(`/v1/products/${id}/plans`, { session: staff, body });
  };
  const properties = (field: object) => ({ type: 'object', properties: { field } });
  const nested = (depth: number): object => (depth === 0 ? { type: 'string' } : properties(nested(depth - 1)));

  test.each([
    ['a reference to elsewhere', properties({ $ref: 'https://attacker.example/schema.json' })],
    ['a reference to a file', properties({ $ref: 'file:///etc/passwd' })],
    ['a reference to itself', properties({ $ref: '#' })],
    ['an id of its own', { $id: 'https://attacker.example', type: 'object' }],
    ['an unknown type', properties({ type: 'everything' })],
    ['an unknown keyword', properties({ type: 'string', minLenght: 3 })],
    ['an unknown format', properties({ type: 'string', format: 'telepathy' })],
    ['a pattern that is none', properties({ type: 'string', pattern: '(' })],
    ['a pattern that takes for ever', properties({ type: 'string', pattern: '^(a+)+\\1$' })],
    ['another such pattern', { type: 'object', patternProperties: { '^(?=(a|a)*$)': { type: 'string' } } }],
    ['no object', { type: 'string' }],
    ['levels without end', nested(20)],
  ])('with %s in its schema is refused', async (_what, schema) => {
    const reply = await attempt([step(schema)]);
    expect(new Set(pointersOf(reply))).toEqual(new Set(['/submissionForm/steps/0/schema']));
    expectNoInsides(reply);
  });

  test.each([
    ['no steps', [], '/submissionForm/steps'],
    ['a list for a schema', [step([])], '/submissionForm/steps/0/schema'],
    ['text for a schema', [step('{}')], '/submissionForm/steps/0/schema'],
    ['a step without a schema', [{ id: 'one', title: 'One' }], '/submissionForm/steps/0/schema'],
    ['a step id that is none', [step({ type: 'object' }, 'a b')], '/submissionForm/steps/0/id'],
    ['a step id twice', [step({ type: 'object' }), step({ type: 'object' })], '/submissionForm/steps/1/id'],
    [
      'too many steps',
      Array.from({ length: 21 }, (_, n) => step({ type: 'object' }, `s${n}`)),
      '/submissionForm/steps',
    ],
    ['a step that is none', [7], '/submissionForm/steps/0'],
  ])('with %s is refused', async (_what, steps, pointer) => {
    expect(pointersOf(await attempt(steps))).toEqual([pointer]);
  });

  test('on a plan without a sandbox is refused', async () => {
    const { id } = await scenario.product();
    const body = { name: 'Plan', sandbox: false, submissionForm: { steps: [step({ type: 'object' })] } };
    const reply = await admin.post(`/v1/products/${id}/plans`, { session: staff, body });
    expect(pointersOf(reply)).toEqual(['/submissionForm']);
  });

  describe('with fields of every kind', () => {
    const schema = {
      type: 'object',
      required: ['name', 'contact'],
      additionalProperties: false,
      properties: {
        name: { type: 'string', minLength: 2, maxLength: 10 },
        callsPerDay: { type: 'integer', minimum: 1 },
        'a/b~c': { type: 'boolean' },
        plan: { enum: ['small', 'large'] },
        contact: {
          type: 'object',
          required: ['email'],
          properties: { email: { type: 'string', format: 'email' } },
        },
        addresses: { type: 'array', items: { type: 'string', format: 'ipv4' }, maxItems: 3 },
      },
    };
    const good = { name: 'Contoso', contact: { email: 'ada@contoso.example' } };
    let subscriptionId: string;

    beforeAll(async () => {
      const { id } = await scenario.plan({
        submissionForm: { steps: [step(schema), step({ type: 'object' }, 'two')] },
      });
      subscriptionId = (await scenario.subscribe(partner.primary, id)).id;
      await scenario.createKey(partner.sandbox, subscriptionId);
    });

    const submit = (answers: unknown) =>
      gateway.post(`/v1/subscriptions/${subscriptionId}/submissions`, {
        session: partner.sandbox.session,
        body: { answers },
      });

    test.each([
      ['a required field that is missing', { contact: good.contact }, '/answers/one/name'],
      ['a field of the wrong type', { ...good, name: 7 }, '/answers/one/name'],
      ['a text that is too short', { ...good, name: 'x' }, '/answers/one/name'],
      ['a text that is too long', { ...good, name: 'x'.repeat(11) }, '/answers/one/name'],
      ['a number that is too small', { ...good, callsPerDay: 0 }, '/answers/one/callsPerDay'],
      ['a name that needs escaping', { ...good, 'a/b~c': 'yes' }, '/answers/one/a~1b~0c'],
      ['none of the choices', { ...good, plan: 'huge' }, '/answers/one/plan'],
      ['a field within that is missing', { ...good, contact: {} }, '/answers/one/contact/email'],
      ['a format that does not fit', { ...good, contact: { email: 'nobody' } }, '/answers/one/contact/email'],
      ['an item that does not fit', { ...good, addresses: ['10.0.0.1', 'here'] }, '/answers/one/addresses/1'],
      ['a field that nobody asked for', { ...good, surprise: 1 }, '/answers/one/surprise'],
      ['a field named constructor', { ...good, constructor: 1 }, '/answers/one/constructor'],
    ])('%s is refused and named', async (_what, one, pointer) => {
      expect(pointersOf(await submit({ one, two: {} }))).toEqual([pointer]);
    });

    test.each([
      ['a list for the answers', [], ['/answers']],
      ['null for the answers', null, ['/answers']],
      ['a step that is missing', { one: good }, ['/answers/two']],
      ['a step that is no object', { one: good, two: 'text' }, ['/answers/two']],
      ['a step that the form does not have', { one: good, two: {}, three: {} }, ['/answers/three']],
      ['a step named constructor', { one: good, two: {}, constructor: {} }, ['/answers/constructor']],
    ])('%s is refused and named', async (_what, answers, pointers) => {
      expect(pointersOf(await submit(answers))).toEqual(pointers);
    });

    test.each([
      ['{"one": {"name": "Contoso", "__proto__": {"email": 1}}}', '/answers/one/__proto__'],
      ['{"one": {"contact": {"more": [{"__proto__": {}}]}}}', '/answers/one/contact/more/0/__proto__'],
      ['{"two": {"a": {"constructor": {"prototype": {}}}}}', '/answers/two/a/constructor/prototype'],
    ])('what could be taken for a prototype is refused and named: %s', async (answers, pointer) => {
      const { session } = partner.sandbox;
      const raw = `{"answers": ${answers}}`;
      const path = `/v1/subscriptions/${subscriptionId}/submissions`;
      expect(pointersOf(await gateway.post(path, { session, raw, headers: json }))).toEqual([pointer]);
    });

    test('text that cannot be stored is refused and named', async () => {
      expect(pointersOf(await submit({ one: good, two: { note: 'nul\0' } }))).toEqual(['/answers/two/note']);
      expect(pointersOf(await submit({ one: good, two: { note: 'half \ud83d' } }))).toEqual(['/answers/two/note']);
    });

    test('answers beyond reason are refused', async () => {
      const long = { one: good, two: { note: 'x'.repeat(100_000) } };
      expect(pointersOf(await submit(long))).toEqual(['/answers']);
      const deep = Array.from({ length: 60 }).reduce<object>((inner) => ({ inner }), {});
      expect(pointersOf(await submit({ one: good, two: deep }))).toHaveLength(1);
    });

    test('after all of that, good answers are accepted', async () => {
      expectStatus(await submit({ one: good, two: {} }), 201);
    });
  });
});

describe('the token endpoints', () => {
  type Key = Awaited<ReturnType<Scenario['createKey']>>;
  let key: Key;
  let productionKey: Key;

  beforeAll(async () => {
    const integrated = await scenario.inProduction();
    key = integrated.key;
    productionKey = await scenario.createKey(integrated.primary, integrated.subscriptionId);
  });

  const endpoint = '/sandbox/oauth2/token';
  const basic = (): [string, string] => [key.applicationId, key.applicationSecret];
  const formType = { 'content-type': 'application/x-www-form-urlencoded' };
  const grant = { grant_type: 'client_credentials' };

  /** RFC 6749 5.2. */
  const expectOAuth = (reply: ApiReply, status: number, error: string) => {
    const { body } = expectStatus(reply, status);
    expect(body).toMatchObject({ error, error_description: expect.stringMatching(/\w/), code: expect.any(String) });
    expect(reply.headers.get('content-type')).toMatch(/^application\/json/);
    expect(body.error_description).toMatch(/^[\x20\x21\x23-\x5b\x5d-\x7e]+$/);
    expect(reply.headers.get('cache-control')).toBe('no-store');
    expect(reply.headers.get('pragma')).toBe('no-cache');
    if (status === 401) expect(reply.headers.get('www-authenticate')).toMatch(/^Basic realm=/);
    expectNoInsides(reply);
    return body;
  };

  test('invalid_request for a repeated parameter', async () => {
    for (const raw of [
      'grant_type=client_credentials&grant_type=client_credentials',
      'grant_type=client_credentials&scope=a&scope=b',
      'grant_type=client_credentials&unknown=a&unknown=b',
    ])
      expectOAuth(await gateway.post(endpoint, { basic: basic(), raw, headers: formType }), 400, 'invalid_request');
  });

  test('what was sent is not repeated to the caller, whatever it was', async () => {
    for (const name of ['a"b', 'a\\b', 'ü', '\u0000', '\n', '__proto__', 'constructor']) {
      const raw = new URLSearchParams([...Object.entries(grant), [name, '1'], [name, '2']]).toString();
      const reply = await gateway.post(endpoint, { basic: basic(), raw, headers: formType });
      expect(expectOAuth(reply, 400, 'invalid_request').error_description).toBe('A parameter is repeated.');
    }
    const eqp = '/sandbox/rest/v1/app/session/token';
    const surprise = await gateway.post(eqp, { basic: basic(), body: { grant_type: 'session', 'a"b': 1 } });
    expect(expectStatus(surprise, 400).body.message).not.toContain('a"b');
  });

  test('a resource may be repeated (RFC 8707 2)', async () => {
    const raw = 'grant_type=client_credentials&resource=https%3A%2F%2Fone.example&resource=https%3A%2F%2Ftwo.example';
    expectStatus(await gateway.post(endpoint, { basic: basic(), raw, headers: formType }), 200);
  });

  test('a parameter named like what objects are made of is ignored like any other', async () => {
    for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      const raw = `grant_type=client_credentials&${name}=x`;
      const { body } = expectStatus(await gateway.post(endpoint, { basic: basic(), raw, headers: formType }), 200);
      expect(Object.keys(body).sort()).toEqual(['access_token', 'expires_in', 'token_type']);
    }
  });

  test('more parameters than anybody needs hide none', async () => {
    const many = Array.from({ length: 2_000 }, (_, index) => `p${index}=x`).join('&');
    const raw = `${many}&grant_type=client_credentials`;
    expectStatus(await gateway.post(endpoint, { basic: basic(), raw, headers: formType }), 200);
  });

  test('a scope that is not granted is told to be none (RFC 6749 5.1)', async () => {
    const form = { ...grant, scope: 'read write' };
    const { body } = expectStatus(await gateway.post(endpoint, { basic: basic(), form }), 200);
    expect(body).toEqual({ access_token: expect.any(String), token_type: 'Bearer', expires_in: 7_200, scope: '' });
    const without = expectStatus(await gateway.post(endpoint, { basic: basic(), form: { ...grant, scope: '' } }), 200);
    expect(without.body).not.toHaveProperty('scope');
  });

  test('tokens are kept by no cache, of whatever age', async () => {
    const eqp = { basic: basic(), body: { grant_type: 'session' } };
    for (const reply of [
      await gateway.post(endpoint, { basic: basic(), form: grant }),
      await gateway.post('/sandbox/rest/v1/app/session/token', eqp),
    ]) {
      expectStatus(reply, 200);
      expect([reply.headers.get('cache-control'), reply.headers.get('pragma')]).toEqual(['no-store', 'no-cache']);
    }
  });

  test('invalid_request for two ways of authentication', async () => {
    const [id, secret] = basic();
    const form = { ...grant, client_id: id, client_secret: secret };
    expectOAuth(await gateway.post(endpoint, { basic: basic(), form }), 400, 'invalid_request');
    const another = { ...grant, client_id: 'app_sbx_another' };
    expectOAuth(await gateway.post(endpoint, { basic: basic(), form: another }), 400, 'invalid_request');
  });

  test('invalid_request for another content type', async () => {
    for (const headers of [json, { 'content-type': 'text/plain' }, { 'content-type': 'multipart/form-data' }]) {
      const reply = await gateway.post(endpoint, { basic: basic(), raw: JSON.stringify(grant), headers });
      expectOAuth(reply, 400, 'invalid_request');
    }
    expectOAuth(await gateway.post(endpoint, { basic: basic() }), 400, 'invalid_request');
  });

  test('invalid_request for a missing grant type, unsupported_grant_type for another', async () => {
    expectOAuth(await gateway.post(endpoint, { basic: basic(), form: {} }), 400, 'invalid_request');
    for (const type of ['password', 'authorization_code', 'session', 'CLIENT_CREDENTIALS', 'constructor']) {
      const reply = await gateway.post(endpoint, { basic: basic(), form: { grant_type: type } });
      expectOAuth(reply, 400, 'unsupported_grant_type');
    }
  });

  test('invalid_client, with WWW-Authenticate, for a client that cannot prove itself', async () => {
    const [id, secret] = basic();
    const attempts: CallOptions[] = [
      { form: grant },
      { form: { ...grant, client_id: id } },
      { form: { ...grant, client_id: id, client_secret: '' } },
      { form: { ...grant, client_id: id, client_secret: 'wrong' } },
      { form: { ...grant, client_id: 'nobody', client_secret: secret } },
      { basic: [id, 'wrong'], form: grant },
      { basic: [id, ''], form: grant },
      { basic: ['', secret], form: grant },
      { basic: [`${id}\0`, secret], form: grant },
      { basic: [id, 'x'.repeat(5_000)], form: grant },
      { form: grant, headers: { authorization: 'Basic !!!' } },
      { form: grant, headers: { authorization: 'Basic' } },
      { form: grant, headers: { authorization: `Bearer ${secret}` } },
    ];
    for (const attempt of attempts) expectOAuth(await gateway.post(endpoint, attempt), 401, 'invalid_client');
  });

  test('one client with a nasty ID does not spoil the requests of others', async () => {
    const nasty = [`${key.applicationId.slice(0, -1)}\0`, 'app_sbx_\0', '\ud800', `app_sbx_${'x'.repeat(3_000)}`];
    const attempts = Array.from({ length: 40 }, (_, index) =>
      index % 2
        ? scenario.token(key, 'sandbox')
        : scenario.token({ applicationId: nasty[(index / 2) % nasty.length] ?? '', applicationSecret: 'x' }, 'sandbox'),
    );
    const statuses = (await Promise.all(attempts)).map(({ status }) => status);
    expect(statuses).toEqual(statuses.map((_, index) => (index % 2 ? 200 : 401)));
  });

  test('a product slug that cannot be one is refused', async () => {
    const { access_token: session } = expectStatus(await scenario.token(key, 'sandbox'), 200).body;
    for (const slug of ['%00', 'nowhere', '__proto__'])
      expectProblem(await gateway.get(`/sandbox/api/${slug}/customers`, { session }), 404, 'gateway.no_such_product');
  });

  test('unknown parameters are ignored', async () => {
    const form = { ...grant, audience: 'x', resource: 'https://example.com', scope: 'everything', __proto__x: '1' };
    expectStatus(await gateway.post(endpoint, { basic: basic(), form }), 200);
  });

  test('a domain one too long is refused', async () => {
    const form = { ...grant, domain: 'x'.repeat(1_001) };
    expectOAuth(await gateway.post(endpoint, { basic: basic(), form }), 400, 'invalid_request');
  });

  test('a body that is too large is refused in the form of the standard', async () => {
    const form = { ...grant, note: 'x'.repeat(300 * 1_024) };
    const reply = await gateway.post(endpoint, { basic: basic(), form });
    expectOAuth(reply, 413, 'invalid_request');
  });

  test('no token by GET', async () => {
    const reply = await gateway.get(`${endpoint}?grant_type=client_credentials`, { basic: basic() });
    expectOAuth(reply, 405, 'invalid_request');
    expect(reply.headers.get('allow')).toBe('POST');
    expect(reply.body).not.toHaveProperty('access_token');
  });

  describe('the EQP form', () => {
    const eqp = '/sandbox/rest/v1/app/session/token';
    const expectEqp = (reply: ApiReply, status: number, code: string) => {
      expect(expectStatus(reply, status).body).toEqual({ code, message: expect.stringMatching(/\w/) });
      expect(reply.headers.get('content-type')).toMatch(/^application\/json/);
      if (status === 401) expect(reply.headers.get('www-authenticate')).toMatch(/^Basic realm=/);
      expectNoInsides(reply);
    };
    const session = { grant_type: 'session' };

    test.each([
      ['malformed JSON', { raw: '{"grant', headers: json }, 400, 'malformed_json'],
      ['a prototype', { raw: '{"__proto__":{},"grant_type":"session"}', headers: json }, 400, 'invalid_request'],
      ['a list', { body: [] }, 400, 'invalid_request'],
      ['null', { raw: 'null', headers: json }, 400, 'invalid_request'],
      ['an unknown field', { body: { ...session, surprise: 1 } }, 400, 'invalid_request'],
      ['no grant type', { body: {} }, 400, 'invalid_request'],
      ['another grant type', { body: { grant_type: 'client_credentials' } }, 400, 'unsupported_grant_type'],
      ['a text for expires_in', { body: { ...session, expires_in: '60' } }, 400, 'invalid_request'],
      ['a negative expires_in', { body: { ...session, expires_in: -1 } }, 400, 'invalid_request'],
      ['an expires_in of nothing', { body: { ...session, expires_in: null } }, 400, 'invalid_request'],
      ['a fraction for expires_in', { body: { ...session, expires_in: 1.5 } }, 400, 'invalid_request'],
      ['a number for a domain', { body: { ...session, domain: 7 } }, 400, 'invalid_request'],
      ['a domain one too long', { body: { ...session, domain: 'x'.repeat(1_001) } }, 400, 'invalid_request'],
      ['too much', { body: { ...session, domain: 'x'.repeat(300 * 1_024) } }, 413, 'payload_too_large'],
      ['another content type', { raw: 'x', headers: { 'content-type': 'text/plain' } }, 415, 'unsupported_media_type'],
    ] as const)('%s is refused as {code, message}', async (_what, options, status, code) => {
      expectEqp(await gateway.post(eqp, { basic: basic(), ...options }), status, code);
    });

    test('says of a prototype what is wrong', async () => {
      const raw = '{"grant_type":"session","domain":{"__proto__":{}}}';
      const reply = await gateway.post(eqp, { basic: basic(), raw, headers: json });
      expectEqp(reply, 400, 'invalid_request');
      expect(reply.body.message).toContain('__proto__');
    });

    test('invalid_client, with WWW-Authenticate, for a client that cannot prove itself', async () => {
      const attempts: CallOptions[] = [
        {},
        { basic: [key.applicationId, 'wrong'] },
        { basic: ['nobody', key.applicationSecret] },
        { headers: { authorization: 'Basic !!!' } },
        { session: key.applicationSecret },
      ];
      for (const attempt of attempts)
        expectEqp(await gateway.post(eqp, { ...attempt, body: session }), 401, 'invalid_client');
    });
  });

  test('wrong_environment in each of its three forms', async () => {
    for (const [pair, wrong] of [
      [key, 'production'],
      [productionKey, 'sandbox'],
    ] as const) {
      const { environment } = pair;
      // Told from the marker alone: the secret need not be right.
      for (const applicationSecret of [pair.applicationSecret, 'wrong']) {
        const standard = await scenario.token({ ...pair, applicationSecret }, wrong);
        expect(expectOAuth(standard, 401, 'invalid_client')).toEqual({
          error: 'invalid_client',
          error_description: expect.stringContaining(environment),
          code: 'wrong_environment',
          environment,
        });
        const eqp = await scenario.eqpToken({ ...pair, applicationSecret }, wrong);
        expect(expectStatus(eqp, 401).body).toEqual({
          code: 'wrong_environment',
          message: expect.stringContaining(environment),
          environment,
        });
      }
      const { access_token: token } = expectStatus(await scenario.token(pair, environment), 200).body;
      const bearer = await scenario.whoami(token, wrong);
      expect(expectProblem(bearer, 401, 'wrong_environment')).toMatchObject({ environment });
      expect(bearer.headers.get('www-authenticate')).toMatch(/^Bearer\b/);
    }
  });

  test('a session token that is none is refused', async () => {
    const { access_token: token } = expectStatus(await scenario.token(key, 'sandbox'), 200).body;
    const [header = '', payload = '', signature = ''] = (token as string).split('.');
    const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { exp: number };
    const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { kid: string };
    const forgeries = [
      'nonsense',
      'a.b.c',
      `${header}.${payload}`,
      `${token}.more`,
      `${header}.${payload}.`,
      `${header}.${payload}.${signature.slice(0, -4)}AAAA`,
      `${header}.${encoded({ ...claims, exp: claims.exp + 1 })}.${signature}`,
      `${encoded({ alg: 'none', typ: 'at+jwt', kid })}.${payload}.`,
      `${encoded({ alg: 'none', typ: 'at+jwt', kid })}.${payload}.${signature}`,
      `${encoded({ alg: 'HS256', typ: 'at+jwt', kid })}.${payload}.${signature}`,
      `${encoded({ alg: 'ES256', typ: 'JWT', kid })}.${payload}.${signature}`,
      `${encoded({ alg: 'ES256', typ: 'at+jwt', kid: 'unknown' })}.${payload}.${signature}`,
      `${encoded({ alg: 'ES256', typ: 'at+jwt', kid, crit: ['exp'] })}.${payload}.${signature}`,
    ];
    for (const forgery of forgeries) {
      const reply = await scenario.whoami(forgery, 'sandbox');
      expectProblem(reply, 401, 'invalid_token');
      expectNoInsides(reply);
    }
    expectStatus(await scenario.whoami(token, 'sandbox'), 200);
  });
});

describe('headers', () => {
  const edges = [
    ['gateway', gateway],
    ['admin', admin],
  ] as const;

  test.each(edges)('%s: RateLimit headers on /v1, whatever the answer', async (_edge, api) => {
    for (const path of ['/v1/products', '/v1/openapi.json']) {
      const { headers } = await api.get(path);
      expect(Number(headers.get('ratelimit-limit'))).toBeGreaterThan(0);
      expect(headers.get('ratelimit-remaining')).toMatch(/^\d+$/);
      expect(headers.get('ratelimit-reset')).toMatch(/^\d+$/);
    }
  });

  test.each(edges)('%s: security headers, whatever the answer', async (_edge, api) => {
    for (const path of ['/v1/products', '/v1/unknown', '/unknown', '/v1/openapi.json', '/docs']) {
      const { headers } = await api.get(path);
      expect(headers.get('content-security-policy')).toContain("default-src 'self'");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-frame-options')).toMatch(/^(DENY|SAMEORIGIN)$/);
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('x-powered-by')).toBeNull();
      expect(headers.get('server')).toBeNull();
    }
  });

  test('a refusal is never kept by a cache', async () => {
    for (const reply of [await gateway.get('/v1/keys'), await gateway.get('/v1/unknown'), await admin.get('/v1/staff')])
      expect(reply.headers.get('cache-control')).toBe('no-store');
  });

  test('the trace id of the caller is taken over', async () => {
    const traceId = randomUUID().replaceAll('-', '');
    const headers = { traceparent: `00-${traceId}-00f067aa0ba902b7-01` };
    expect(expectProblem(await gateway.get('/v1/keys', { headers }), 401, 'not_signed_in').traceId).toBe(traceId);
    const nonsense = { traceparent: '00-zzz-zzz-01' };
    expectProblem(await gateway.get('/v1/keys', { headers: nonsense }), 401, 'not_signed_in');
  });
});
