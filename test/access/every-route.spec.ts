import { randomUUID } from 'node:crypto';
import {
  expectProblem,
  expectStatus,
  Scenario,
  sharedSystem,
  type Api,
  type ApiReply,
  type CallOptions,
  type PartnerAccount,
} from '#libs/testing';
import { adminRoutes, gatewayRoutes, type Access, type Named, type Who } from './routes';

const scenario = new Scenario(sharedSystem());
const { gateway, admin } = scenario;

type Partner = Awaited<ReturnType<Scenario['inProduction']>>;
type Staff = Awaited<ReturnType<Scenario['newStaff']>>;

interface Route extends Access {
  /** `GET /v1/keys/{id}` */
  name: string;
  method: string;
  path: string;
}

const routesOf = (table: Record<string, Access>): Route[] =>
  Object.entries(table).map(([name, access]) => {
    const [method = '', path = ''] = name.split(' ');
    return { name, method, path, ...access };
  });
const ofGateway = routesOf(gatewayRoutes);
const ofAdmin = routesOf(adminRoutes);
const rows = (routes: Route[]) => routes.map((route) => [route.name, route] as const);
const whoIn =
  (...who: Who[]) =>
  (route: Route) =>
    who.includes(route.who);
const personal = (route: Route) => !whoIn('public', 'token')(route);

/** With ids that nothing has, unless given. */
const pathOf = ({ path }: Route, id: string = randomUUID()) =>
  path
    .replace('{environment}', 'sandbox')
    .replace('{id}', id)
    .replace(/\{\w+\}/g, () => randomUUID());
const call = (api: Api, route: Route, options: CallOptions = {}, id?: string) =>
  (route.streams ? api.head : api.call)(route.method, pathOf(route, id), {
    ...(route.body !== undefined && { body: route.body }),
    ...options,
  });
/** What is the same for every request with the same answer. */
const wordsOf = ({ status, body }: ApiReply) => ({ status, body: { ...body, traceId: '' } });

let own: Partner;
let stranger: Partner;
let developers: PartnerAccount[];
let reviewer: Staff;
let staffAdmin: Staff;

beforeAll(async () => {
  own = await scenario.inProduction();
  stranger = await scenario.inProduction();
  developers = [await scenario.addPerson(own.primary, 'developer'), await scenario.addPerson(own.sandbox, 'developer')];
  reviewer = await scenario.newStaff('reviewer');
  staffAdmin = await scenario.newStaff('admin');
});

type Document = { paths: Record<string, Record<string, { security?: object[]; responses: object; summary: string }>> };

describe.each([
  ['gateway', gateway, gatewayRoutes, ofGateway],
  ['admin', admin, adminRoutes, ofAdmin],
] as const)('%s', (_edge, api, table, routes) => {
  let operations: [name: string, operation: Document['paths'][string][string]][];

  beforeAll(async () => {
    const { paths } = expectStatus(await api.get('/v1/openapi.json'), 200).body as Document;
    operations = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const),
    ) as typeof operations;
  });

  test('the table names every operation there is, and no other', () => {
    expect(operations.map(([name]) => name).sort()).toEqual(Object.keys(table).sort());
  });

  test('the OpenAPI document says of each whether it needs a sign-in', () => {
    const open = operations.filter(([, { security }]) => security?.some((one) => Object.keys(one).length === 0));
    const expected = routes.filter(whoIn('public')).map(({ name }) => name);
    const ofTokens = routes.filter(whoIn('token')).map(({ name }) => name);
    const ofPublic = open.map(([name]) => name).filter((name) => !ofTokens.includes(name));
    expect(ofPublic.sort()).toEqual(expected.sort());
    for (const [, { summary, responses }] of operations) {
      expect(summary).toMatch(/\w/);
      expect(responses).not.toEqual({});
    }
  });

  test.each(rows(routes.filter(personal)))('%s: without sign-in 401', async (_name, route) => {
    const reply = await call(api, route);
    expectProblem(reply, 401, 'not_signed_in');
    expect(reply.headers.get('www-authenticate')).toMatch(/^Bearer\b/);
  });

  test.each(rows(routes.filter(personal)))('%s: with what is no session 401', async (_name, route) => {
    for (const session of ['nonsense', `slps_sbx_${'x'.repeat(43)}`, `slps_live_${'x'.repeat(43)}`, 'slpt_x']) {
      const reply = await call(api, route, { session });
      expectProblem(reply, 401, 'session_expired');
      expect(reply.headers.get('www-authenticate')).toMatch(/^Bearer\b/);
    }
    expectProblem(await call(api, route, { basic: ['admin', 'password'] }), 401, 'session_expired');
  });

  test.each(rows(routes.filter(whoIn('public'))))('%s: open to anybody', async (_name, route) => {
    const reply = await call(api, route);
    expect(reply.status).toBeLessThan(500);
    expect(reply.body.code).not.toBe('not_signed_in');
    expect(reply.body.code).not.toBe('forbidden');
  });
});

describe('a person of a partner', () => {
  test.each(rows(ofGateway.filter(whoIn('global_admin'))))('%s: 403 for a developer', async (_name, route) => {
    for (const { session } of developers) expectProblem(await call(gateway, route, { session }), 403, 'forbidden');
  });

  test.each(rows(ofGateway.filter(whoIn('person', 'developer'))))('%s: open to a developer', async (_name, route) => {
    for (const developer of developers) {
      // Signing out would end the session that the next test needs.
      const { username, domain, password } = developer;
      const signingOut = route.path.endsWith('/current');
      const { session } = signingOut ? await scenario.signIn(username, domain, password) : developer;
      const { status } = await call(gateway, route, { session });
      expect([401, 403]).not.toContain(status);
      expect(status).toBeLessThan(500);
    }
  });

  test.each(rows(ofGateway.filter(whoIn('global_admin'))))('%s: open to a global admin', async (_name, route) => {
    const { status, body, headers } = await call(gateway, route, { session: own.primary.session });
    expect([401, 403]).not.toContain(status);
    expect([status, body.code]).not.toEqual([500, 'internal']);
    expect(headers.get('cache-control')).toBe('no-store');
  });

  test.each(rows(ofAdmin.filter(personal)))("%s: closed to a partner's session", async (_name, route) => {
    for (const { session, environment } of [own.primary, own.sandbox]) {
      expectProblem(await call(admin, route, { session }), 401, 'session_expired');
      const asPartner = { headers: { cookie: `slipway_${environment}=${session}` } };
      expectProblem(await call(admin, route, asPartner), 401, 'not_signed_in');
      const asStaff = { headers: { cookie: `slipway_staff=${session}` } };
      expectProblem(await call(admin, route, asStaff), 401, 'session_expired');
    }
  });
});

describe('staff', () => {
  test.each(rows(ofAdmin.filter(whoIn('admin'))))('%s: 403 for a reviewer', async (_name, route) => {
    expectProblem(await call(admin, route, { session: reviewer.session }), 403, 'forbidden');
  });

  test.each(rows(ofAdmin.filter(whoIn('any staff', 'reviewer'))))('%s: open to a reviewer', async (_name, route) => {
    const { session } = route.path.endsWith('/current') ? await scenario.signInStaff(reviewer) : reviewer;
    const { status } = await call(admin, route, { session });
    expect([401, 403]).not.toContain(status);
    expect(status).toBeLessThan(500);
  });

  test.each(rows(ofAdmin.filter(personal)))('%s: open to an admin', async (_name, route) => {
    const { session } = route.path.endsWith('/current') ? await scenario.signInStaff(staffAdmin) : staffAdmin;
    const { status, headers } = await call(admin, route, { session });
    expect([401, 403]).not.toContain(status);
    expect(status).toBeLessThan(500);
    expect(headers.get('cache-control')).toBe('no-store');
  });

  test.each(rows(ofGateway.filter(personal)))("%s: closed to a staff's session", async (_name, route) => {
    for (const { session } of [reviewer, staffAdmin]) {
      expectProblem(await call(gateway, route, { session }), 401, 'session_expired');
      const cookie = { headers: { cookie: `slipway_staff=${session}` } };
      expectProblem(await call(gateway, route, cookie), 401, 'not_signed_in');
      for (const name of ['slipway_sandbox', 'slipway_production'])
        expectProblem(await call(gateway, route, { headers: { cookie: `${name}=${session}` } }), 401, 'not_signed_in');
    }
  });

  test.each(rows(ofAdmin.filter(({ path }) => path.includes('{id}'))))(
    '%s: 404 for what is missing',
    async (_name, route) => {
      const valid: Record<string, unknown> = {
        'POST /v1/products/{id}/plans': { name: 'Plan', sandbox: true },
        'PUT /v1/products/{id}/test-data': [],
        'PUT /v1/products/{id}/plans/{planId}/submission-form': {
          steps: [{ id: 'one', title: 'One', schema: { type: 'object' } }],
        },
        'POST /v1/subscriptions/{id}/payment': { reference: 'INV-1' },
        'POST /v1/partners/{id}/rescue': { environment: 'production', username: 'ada' },
        'POST /v1/reviews/{id}/rejection': { notes: 'No.' },
        'POST /v1/reviews/{id}/change-request': { notes: 'Change.' },
        'POST /v1/reviews/{id}/reopening': { notes: 'Again.' },
        'POST /v1/reviews/{id}/messages': { text: 'Again.', internal: true },
        'PUT /v1/products/{id}/plans/{planId}/review': { reviewerGroupId: null },
        'POST /v1/webhooks/{environment}/{id}/replay': { since: '2026-01-01T00:00:00Z' },
      };
      const body = valid[route.name] ?? (route.method === 'GET' ? undefined : {});
      const options = { session: staffAdmin.session, ...(body !== undefined && { body }) };
      for (const id of [randomUUID(), own.planId, 'no-uuid', '%00', '1%27%20or%201=1'])
        expectProblem(await call(admin, route, options, id), 404, 'not_found');
    },
  );
});

describe("what is not one's own", () => {
  const owned = ofGateway.filter(({ of }) => of !== undefined);

  const someId: Record<Named, (partner: Partner, account: PartnerAccount) => Promise<string>> = {
    subscription: async ({ subscriptionId }) => subscriptionId,
    key: async (partner, account) => {
      if (account.environment === 'sandbox') return partner.key.id;
      const { items } = (await gateway.get('/v1/keys', { session: account.session })).body;
      return items[0]?.id ?? (await scenario.createKey(account, partner.subscriptionId)).id;
    },
    message: async (_partner, account) => (await scenario.message(account, 'subscriptions.submission-approved.v1')).id,
    webhook: async (_partner, { session }) => {
      const { items } = (await gateway.get('/v1/webhooks', { session })).body;
      if (items[0]) return items[0].id;
      const body = { url: 'https://hooks.partner.example/' };
      return expectStatus(await gateway.post('/v1/webhooks', { session, body }), 201).body.id;
    },
    session: async (_partner, account) => {
      const { items } = (await gateway.get('/v1/sessions', { session: account.session })).body;
      return items[0].id;
    },
    person: async (_partner, account) => {
      const { items } = (await gateway.get('/v1/account/users', { session: account.session })).body;
      return items[0].id;
    },
  };
  const idOf = ({ of }: Route, partner: Partner, account: PartnerAccount) =>
    someId[of ?? 'subscription'](partner, account);

  test('every route with an id in its path says what it names, or that it belongs to all', () => {
    const unnamed = ofGateway.filter(({ path, of }) => path.includes('{id}') && of === undefined);
    expect(unnamed.map(({ name }) => name)).toEqual(['GET /v1/products/{id}']);
  });

  test.each(rows(owned))("%s: another partner's is answered like a missing one", async (_name, route) => {
    for (const environment of ['sandbox', 'primary'] as const) {
      const { session } = own[environment];
      const missing = await call(gateway, route, { session });
      expectProblem(missing, 404, 'not_found');
      const theirs = await call(gateway, route, { session }, await idOf(route, stranger, stranger[environment]));
      expect(wordsOf(theirs)).toEqual(wordsOf(missing));
      const noId = await call(gateway, route, { session }, 'no-uuid');
      expect(wordsOf(noId)).toEqual(wordsOf(missing));
    }
  });

  test.each(rows(owned.filter(({ of }) => of !== 'subscription')))(
    "%s: what is one's own in the other environment is answered like a missing one",
    async (_name, route) => {
      for (const [here, there] of [
        [own.sandbox, own.primary],
        [own.primary, own.sandbox],
      ] as const) {
        const missing = await call(gateway, route, { session: here.session });
        const acrossTheWall = await call(gateway, route, { session: here.session }, await idOf(route, own, there));
        expectProblem(acrossTheWall, 404, 'not_found');
        expect(wordsOf(acrossTheWall)).toEqual(wordsOf(missing));
      }
    },
  );

  test('nothing of it has changed', async () => {
    for (const account of [stranger.sandbox, stranger.primary]) {
      const { items } = expectStatus(await gateway.get('/v1/keys', { session: account.session }), 200).body;
      expect(items.map(({ name }: { name: string }) => name)).toEqual(['key']);
      const inbox = (await scenario.inbox(account)) as unknown as { readAt: string | null }[];
      expect(inbox.filter(({ readAt }) => readAt !== null)).toEqual([]);
      expect((await gateway.get('/v1/account/users', { session: account.session })).body.items).toHaveLength(1);
    }
    expectStatus(await scenario.token(stranger.key, 'sandbox'), 200);
    expect((await scenario.subscription(stranger.primary, stranger.subscriptionId)).phase).toBe('production');
  });

  test.each(
    rows(ofGateway.filter(({ name }) => /^GET \/v1\/(keys|subscriptions|account\/users|notifications)$/.test(name))),
  )('%s: lists nothing of another partner', async (_name, route) => {
    for (const environment of ['sandbox', 'primary'] as const) {
      const mine = await call(gateway, route, { session: own[environment].session });
      const theirs = await call(gateway, route, { session: stranger[environment].session });
      const ids = (reply: ApiReply) => (expectStatus(reply, 200).body.items as { id: string }[]).map(({ id }) => id);
      expect(ids(theirs)).not.toEqual([]);
      expect(ids(mine).filter((id) => ids(theirs).includes(id))).toEqual([]);
    }
  });

  test("a key is not made for another partner's subscription", async () => {
    for (const { session } of [own.sandbox, own.primary]) {
      const attempt = (subscriptionId: string) =>
        gateway.post('/v1/keys', { session, body: { name: 'key', subscriptionId } });
      const missing = await attempt(randomUUID());
      expectProblem(missing, 404, 'not_found');
      expect(wordsOf(await attempt(stranger.subscriptionId))).toEqual(wordsOf(missing));
    }
  });
});

describe('a session token', () => {
  const call401 = async (path: string, options: CallOptions, code: string) => {
    const reply = await gateway.get(path, options);
    const problem = expectProblem(reply, 401, code);
    expect(reply.headers.get('www-authenticate')).toMatch(/^Bearer\b/);
    return problem;
  };

  test.each(rows(ofGateway.filter(whoIn('token'))))('%s: only with one of its environment', async (_name, route) => {
    const environment = route.path.startsWith('/sandbox') ? 'sandbox' : 'production';
    const here = environment === 'sandbox' ? own.sandbox : own.primary;
    await call401(route.path, {}, 'token_required');
    await call401(route.path, { session: here.session }, 'invalid_token');
    await call401(route.path, { session: reviewer.session }, 'invalid_token');
    await call401(route.path, { headers: { cookie: `slipway_${environment}=${here.session}` } }, 'token_required');
  });

  const sessionsOnly = ofGateway.filter((route) => personal(route) && !route.orToken);
  test.each(rows(sessionsOnly))('%s: is no session of a person', async (_name, route) => {
    const { access_token: session } = (await scenario.token(own.key, 'sandbox')).body;
    expectProblem(await call(gateway, route, { session }), 401, 'session_expired');
  });

  test('the data plane asks for one, too', async () => {
    for (const environment of ['sandbox', 'production'])
      await call401(`/${environment}/api/anything/at/all`, {}, 'token_required');
  });
});
