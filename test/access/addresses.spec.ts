import {
  request as rawRequest,
  createServer,
  type IncomingHttpHeaders,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { expectProblem, expectStatus, Scenario, sharedSystem } from '#libs/testing';
import { operationsPortOf } from '../support/processes';

interface Raw {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

const system = sharedSystem();
const scenario = new Scenario(system);
const { hostname, port } = new URL(system.gatewayUrl);

/** Sends an address as it stands: fetch would tidy it up first. */
function send(method: string, path: string, headers: Record<string, string> = {}, body = ''): Promise<Raw> {
  return new Promise((done, fail) => {
    const outgoing = rawRequest({ hostname, port, method, path, headers, agent: false }, (reply) => {
      let text = '';
      reply.on('data', (chunk: Buffer) => (text += chunk.toString()));
      reply.on('end', () => done({ status: reply.statusCode ?? 0, headers: reply.headers, body: text }));
    });
    outgoing.on('error', fail);
    outgoing.end(body);
  });
}

describe('addresses written in another way', () => {
  it.each(['/%761/account', `http://${hostname}:${port}/v1/account`])(
    '%s is limited like the plain one',
    async (path) => {
      const { status, headers } = await send('GET', path);
      expect(status).toBe(401);
      expect(headers['ratelimit-limit']).toBeDefined();
    },
  );

  it('an encoded address takes no other media type than the plain one', async () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded', origin: 'http://evil.example' };
    const { status, headers } = await send('POST', '/%761/sessions', form, 'username=a&password=b');
    expect(status).toBe(415);
    expect(headers['set-cookie']).toBeUndefined();
  });

  it('B28: the environment is that of the route, however it is written', async () => {
    const { key } = await scenario.integrating();
    const authorization = `Basic ${Buffer.from(`${key.applicationId}:${key.applicationSecret}`).toString('base64')}`;
    const form = { authorization, 'content-type': 'application/x-www-form-urlencoded' };
    for (const path of ['/sandbo%78/oauth2/token', `http://${hostname}:${port}/sandbox/oauth2/token`]) {
      expect((await send('POST', path, form, 'grant_type=client_credentials')).status).toBe(200);
    }
    const wrong = await send('POST', '/productio%6e/oauth2/token', form, 'grant_type=client_credentials');
    expect(JSON.parse(wrong.body)).toMatchObject({
      error: 'invalid_client',
      code: 'wrong_environment',
      environment: 'sandbox',
    });
  });

  it('a type without a body is nothing to read', async () => {
    const partner = await scenario.register();
    const headers = { authorization: `Bearer ${partner.primary.session}`, 'content-type': 'application/json' };
    expect((await send('DELETE', '/v1/sessions/current', headers)).status).toBe(204);
  });
});

describe('figures for operators', () => {
  it.each(['gateway', 'admin'] as const)('are not to be had from the edge %s', async (edge) => {
    for (const session of [undefined, (await scenario.register()).primary.session])
      expectProblem(await scenario[edge].get('/metrics', { session }), 404, 'not_found');
  });
});

describe('an address of our own', () => {
  it.each([
    ['the gateway', () => new URL(system.gatewayUrl).port],
    ['the admin edge', () => new URL(system.adminUrl).port],
    ['Postgres', () => new URL(system.databaseUrl).port],
    ['NATS', () => new URL(system.natsUrl).port],
    ['the figures of a service', () => operationsPortOf(system, 'subscriptions')],
    ['the figures of the gateway', () => operationsPortOf(system, 'gateway')],
    ['the second copy of a service', () => operationsPortOf(system, 'tokens-2')],
  ])('is no endpoint of a product: %s', async (_whose, portOf) => {
    expect(portOf()).toMatch(/^\d+$/);
    const body = {
      name: 'Own',
      slug: `own-${scenario.unique()}`,
      endpoints: { sandbox: `http://127.0.0.1:${portOf()}` },
    };
    const reply = await scenario.admin.post('/v1/products', { session: await scenario.staff(), body });
    expect(expectProblem(reply, 400, 'invalid_request').errors).toEqual([
      { pointer: '/endpoints/sandbox', detail: expect.stringContaining('Slipway itself') },
    ]);
  });
});

describe("the provider's API behind the gateway", () => {
  let provider: Server;
  let seen: { url?: string; headers: IncomingHttpHeaders }[] = [];
  let events: ServerResponse;
  let base: string;
  let authorization: string;

  beforeAll(async () => {
    provider = createServer((request, reply) => {
      seen.push({ url: request.url, headers: request.headers });
      if (request.url?.endsWith('/events')) {
        events = reply.writeHead(200, { 'content-type': 'text/event-stream' });
        return events.flushHeaders();
      }
      reply.statusCode = request.url?.includes('busy') ? 503 : 200;
      reply.setHeader('Set-Cookie', 'slipway_production=evil; Path=/');
      reply.setHeader('Content-Security-Policy', 'default-src *');
      reply.setHeader('Retry-After', '1');
      reply.setHeader('Strict-Transport-Security', 'max-age=31536000');
      reply.setHeader('Access-Control-Allow-Origin', '*');
      reply.setHeader('Clear-Site-Data', '"*"');
      reply.setHeader('WWW-Authenticate', 'Basic realm="provider"');
      reply.setHeader('X-Inner', 'inner');
      reply.setHeader('Connection', 'keep-alive, X-Inner');
      if (request.method === 'POST') reply.setHeader('Location', '/base/v1/customers/7');
      else reply.setHeader('Location', '/admin');
      reply.end('{}');
    });
    await new Promise<void>((done) => provider.listen(0, '127.0.0.1', done));
    const endpoint = `http://127.0.0.1:${(provider.address() as AddressInfo).port}/base/v1`;
    const partner = await scenario.readyPartner();
    const product = await scenario.product({ sandbox: endpoint });
    const plan = await scenario.plan({}, product.id);
    const subscription = await scenario.subscribe(partner.sandbox, plan.id);
    const key = await scenario.createKey(partner.sandbox, subscription.id);
    authorization = `Bearer ${expectStatus(await scenario.token(key, 'sandbox'), 200).body.access_token}`;
    base = `/sandbox/api/${product.slug}`;
  });

  beforeEach(() => (seen = []));
  afterAll(() => new Promise((done) => provider.close(done)));

  it.each(['x\\..\\..\\..\\secret', '../../secret', '%2e%2e/%2e%2e/secret', 'x/..%2f..%2f..%2fsecret', '%zz'])(
    '%s does not leave the endpoint',
    async (path) => {
      const { status, body } = await send('GET', `${base}/${path}`, { authorization });
      expect([400, 404]).toContain(status);
      expect(JSON.parse(body)).toHaveProperty('code');
      expect(seen).toEqual([]);
    },
  );

  it.each(['?x=100%', '?path=../up', '?redirect=https%3A%2F%2Fx%2F..%2Fy'])(
    'the query %s arrives as it was',
    async (query) => {
      expect((await send('GET', `${base}/customers${query}`, { authorization })).status).toBe(200);
      expect(seen[0]?.url).toBe(`/base/v1/customers${query}`);
    },
  );

  it("headers between neighbours stay there, and nobody speaks in the gateway's name", async () => {
    const headers = {
      authorization,
      expect: '100-continue',
      'slipway-partner-id': 'x',
      slipway_partner_id: 'x',
      'x-forwarded-for': '1.2.3.4',
    };
    expect((await send('POST', `${base}/customers`, headers, 'hello')).status).toBe(200);
    expect(seen[0]?.headers).not.toHaveProperty('expect');
    expect(seen[0]?.headers).not.toHaveProperty('slipway_partner_id');
    expect(seen[0]?.headers).not.toHaveProperty('x-forwarded-for');
    expect(seen[0]?.headers['slipway-partner-id']).not.toBe('x');
  });

  it('a provider that says it is overloaded is asked once', async () => {
    expect((await send('GET', `${base}/busy`, { authorization })).status).toBe(503);
    expect(seen).toHaveLength(1);
  });

  it("the provider sets no cookies on the portal's origin and loosens nothing", async () => {
    const { headers } = await send('GET', `${base}/customers`, { authorization });
    expect(headers['set-cookie']).toBeUndefined();
    expect(headers['content-security-policy']).toContain("default-src 'self'");
  });

  it('the provider says nothing in the name of the origin that it shares with the portal', async () => {
    const { headers } = await send('GET', `${base}/customers`, { authorization });
    for (const name of ['strict-transport-security', 'access-control-allow-origin', 'clear-site-data'])
      expect(headers).not.toHaveProperty(name);
    for (const name of ['www-authenticate', 'x-inner']) expect(headers).not.toHaveProperty(name);
  });

  it('addresses that it names are those of the gateway, or are not told', async () => {
    const created = await send('POST', `${base}/customers`, { authorization }, '{}');
    expect(created.headers.location).toBe(`${system.gatewayUrl}${base}/customers/7`);
    expect((await send('GET', `${base}/customers`, { authorization })).headers).not.toHaveProperty('location');
  });

  it('is not told of another method, address or caller than those of the call', async () => {
    const overriding = {
      ...{ 'x-http-method-override': 'DELETE', 'x-original-url': '/admin', 'true-client-ip': '1.2.3.4' },
      ...{ proxy: 'http://evil.example', connection: 'close, x-named, slipway-partner-id', 'x-named': 'x' },
    };
    expect((await send('GET', `${base}/customers`, { authorization, ...overriding })).status).toBe(200);
    for (const name of Object.keys(overriding).filter((name) => name !== 'connection'))
      expect(seen[0]?.headers).not.toHaveProperty(name);
    expect(seen[0]?.headers).toHaveProperty('slipway-partner-id');
  });

  it('streams events: the head at once, and each when it comes', async () => {
    const reply = await fetch(`${system.gatewayUrl}${base}/events`, { headers: { authorization } });
    expect([reply.status, reply.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
    const reader = reply.body?.getReader();
    for (const event of ['data: one\n\n', 'data: two\n\n']) {
      events.write(event);
      expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe(event);
    }
    const closed = new Promise((done) => events.on('close', done));
    await reader?.cancel();
    await closed;
  });

  it('is not called to speak anything but HTTP', async () => {
    const headers = { authorization, connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' };
    const { status, body } = await send('GET', `${base}/socket`, headers);
    expect([status, JSON.parse(body)]).toMatchObject([501, { code: 'gateway.upgrade_not_supported' }]);
    expect(seen).toEqual([]);
  });

  it('is not called by TRACE, with a token or without', async () => {
    for (const headers of [{ authorization }, undefined]) {
      const { status, headers: given, body } = await send('TRACE', `${base}/customers`, headers);
      expect([status, JSON.parse(body)]).toMatchObject([405, { code: 'gateway.method_not_allowed' }]);
      expect(given.allow).toContain('GET');
    }
    expect(seen).toEqual([]);
  });

  it('partners are not shown where it is', async () => {
    const partner = await scenario.register();
    const { body } = await scenario.gateway.get('/v1/products?limit=200', { session: partner.primary.session });
    expect(JSON.stringify(body)).not.toContain('127.0.0.1');
  });
});

describe('two accounts in one browser', () => {
  it('an ended session beside a live one is no second account, and a wrong account is told as such', async () => {
    const partner = await scenario.register();
    const sandbox = await scenario.createSandbox(partner);
    const cookie = `slipway_sandbox=${sandbox.session}; slipway_production=${partner.primary.session}`;
    const wrong = { cookie, 'slipway-account': partner.partnerId };
    expectProblem(await scenario.gateway.get('/v1/account', { headers: wrong }), 400, 'account_ambiguous');
    const named = { cookie, 'slipway-account': sandbox.accountId.toUpperCase() };
    expectStatus(await scenario.gateway.get('/v1/account', { headers: named }), 200);
    expectStatus(await scenario.gateway.delete('/v1/sessions/current', { session: sandbox.session }), 204);
    const reply = expectStatus(await scenario.gateway.get('/v1/account', { headers: { cookie } }), 200);
    expect(reply.body.environment).toBe('production');
  });
});
