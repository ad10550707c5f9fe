import { createServer, request as httpRequest, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { environments, otherEnvironment, tokens, type Environment } from '#libs/contracts';
import {
  eventually,
  expectProblem,
  expectStatus,
  Scenario,
  sharedSystem,
  type CallOptions,
  type PartnerAccount,
} from '#libs/testing';

const system = sharedSystem();
const scenario = new Scenario(system);
const { admin, gateway } = scenario;

type Key = Awaited<ReturnType<Scenario['createKey']>>;
type Partner = Awaited<ReturnType<Scenario['inProduction']>>;

let partner: Partner;
let keys: Record<Environment, Key>;
let accounts: Record<Environment, PartnerAccount>;

beforeAll(async () => {
  partner = await scenario.inProduction();
  accounts = { sandbox: partner.sandbox, production: partner.primary };
  keys = { sandbox: partner.key, production: await scenario.createKey(partner.primary, partner.subscriptionId) };
});

const basicOf = ({ applicationId, applicationSecret }: Key): [string, string] => [applicationId, applicationSecret];
const tokenOf = async (environment: Environment) =>
  expectStatus(await scenario.token(keys[environment], environment), 200).body.access_token as string;

const eqp = (environment: Environment, body: object) => scenario.eqpToken(keys[environment], environment, body);

const oauth = (environment: Environment, form: Record<string, string>) =>
  gateway.post(`/${environment}/oauth2/token`, {
    basic: basicOf(keys[environment]),
    form: { grant_type: 'client_credentials', ...form },
  });

describe('a key pair and the token made from it', () => {
  test.each(environments)('B25: the key pair is not accepted on calls, in %s', async (environment) => {
    const key = keys[environment];
    const path = `/${environment}/whoami`;
    for (const options of [{ basic: basicOf(key) }, { headers: { 'x-api-key': key.applicationSecret } }])
      expectProblem(await gateway.get(path, options), 401, 'token_required');
    for (const session of [key.applicationSecret, key.applicationId])
      expectProblem(await gateway.get(path, { session }), 401, 'invalid_token');
    expectStatus(await scenario.whoami(await tokenOf(environment), environment), 200);
  });

  test.each(environments)(
    'B25: a domain that a client sends must be that of the account, in %s',
    async (environment) => {
      const { domain } = keys[environment];
      expect(domain).toBe(accounts[environment].domain);
      expectStatus(await oauth(environment, { domain }), 200);
      expectStatus(await oauth(environment, { domain: domain.toUpperCase() }), 200);
      expectStatus(await eqp(environment, { grant_type: 'session', domain }), 200);

      for (const wrong of [keys[otherEnvironment(environment)].domain, 'contoso.example']) {
        const standard = expectStatus(await oauth(environment, { domain: wrong }), 401);
        expect(standard.body).toMatchObject({ error: 'invalid_client', code: 'domain_mismatch' });
        const reply = expectStatus(await eqp(environment, { grant_type: 'session', domain: wrong }), 401);
        expect(reply.body).toEqual({ code: 'domain_mismatch', message: expect.any(String) });
      }
      // RFC 6749 3.2: a parameter without a value counts as left out.
      expectStatus(await oauth(environment, { domain: '' }), 200);
    },
  );

  test('B25: a wrong secret and an unknown application ID are answered alike', async () => {
    const { applicationId, applicationSecret } = keys.sandbox;
    const unknown = applicationId.replace(/.{4}$/, 'zzzz');
    const wrong = [
      await scenario.token({ applicationId, applicationSecret: `${applicationSecret}x` }, 'sandbox'),
      await scenario.token({ applicationId: unknown, applicationSecret }, 'sandbox'),
    ];
    for (const reply of wrong) expect(expectStatus(reply, 401).body).toEqual(wrong[0]?.body);
  });
});

describe('the EQP form', () => {
  test.each(environments)('B26: gives {mage_id, ust, expires_in} for HTTP Basic, in %s', async (environment) => {
    const reply = expectStatus(await eqp(environment, { grant_type: 'session', expires_in: 7_200 }), 200);
    expect(reply.body).toEqual({
      mage_id: accounts[environment].accountId,
      ust: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      expires_in: 7_200,
    });
    expect(reply.headers.get('cache-control')).toBe('no-store');
    expect(expectStatus(await scenario.whoami(reply.body.ust, environment), 200).body).toEqual({
      environment,
      applicationId: keys[environment].applicationId,
      partnerId: partner.partnerId,
      subscriptionId: partner.subscriptionId,
      expiresAt: new Date((decodeJwt(reply.body.ust).exp ?? 0) * 1_000).toISOString(),
    });
  });

  test.each([
    ['left out', undefined, 7_200],
    ['shorter than the maximum', 60, 60],
    ['one second', 1, 1],
    ['longer than the maximum', 7_201, 7_200],
    ['very long', 1_000_000_000, 7_200],
  ])('B26: expires_in, in seconds: %s', async (_how, requested, given) => {
    const body = { grant_type: 'session', ...(requested !== undefined && { expires_in: requested }) };
    const { ust, expires_in: expiresIn } = expectStatus(await eqp('sandbox', body), 200).body;
    expect(expiresIn).toBe(given);
    const { iat = 0, exp = 0 } = decodeJwt(ust);
    expect(exp - iat).toBe(given);
  });

  test('B26: a token is refused once its seconds are over', async () => {
    const { ust } = expectStatus(await eqp('sandbox', { grant_type: 'session', expires_in: 1 }), 200).body;
    expectStatus(await scenario.whoami(ust, 'sandbox'), 200);
    const end = ((decodeJwt(ust).exp ?? 0) + tokens.clockToleranceSeconds) * 1_000;
    let reply = await scenario.whoami(ust, 'sandbox');
    while (reply.status === 200) {
      expect(Date.now()).toBeLessThan(end + 2_000);
      reply = await scenario.whoami(ust, 'sandbox');
    }
    expectProblem(reply, 401, 'invalid_token');
    expect(Date.now()).toBeGreaterThanOrEqual(end);
  });

  test.each(['client_credentials', 'password', 'refresh_token', '', 7])(
    'B26: the grant type %p is refused',
    async (grantType) => {
      const reply = expectStatus(await eqp('sandbox', { grant_type: grantType }), 400);
      expect(reply.body).toEqual({ code: 'unsupported_grant_type', message: expect.any(String) });
    },
  );

  test('B26: every refusal is {code, message}', async () => {
    const { applicationId } = keys.sandbox;
    const wrongSecret = { ...keys.sandbox, applicationSecret: 'wrong' };
    const path = '/sandbox/rest/v1/app/session/token';
    const refusals = [
      [400, await eqp('sandbox', {})],
      [400, await eqp('sandbox', { grant_type: 'session', expires_in: 0 })],
      [400, await eqp('sandbox', { grant_type: 'session', expires_in: 1.5 })],
      [400, await eqp('sandbox', { grant_type: 'session', expires_in: '60' })],
      [401, await scenario.eqpToken(wrongSecret, 'sandbox')],
      [401, await gateway.post(path, { body: { grant_type: 'session' } })],
      [401, await gateway.post(path, { basic: [applicationId, ''], body: { grant_type: 'session' } })],
    ] as const;
    for (const [status, reply] of refusals) {
      expect(expectStatus(reply, status).body).toEqual({ code: expect.any(String), message: expect.any(String) });
      expect(reply.headers.get('content-type')).toMatch(/^application\/json/);
    }
  });
});

describe('the standard way', () => {
  const metadataOf = async (environment: Environment) =>
    expectStatus(await gateway.get(`/.well-known/oauth-authorization-server/${environment}`), 200).body;

  test.each(environments)('B27: metadata (RFC 8414) names what there is, in %s', async (environment) => {
    const issuer = `${system.gatewayUrl}/${environment}`;
    const metadata = await metadataOf(environment);
    expect(metadata).toMatchObject({
      issuer,
      token_endpoint: `${issuer}/oauth2/token`,
      jwks_uri: `${issuer}/oauth2/jwks`,
      grant_types_supported: ['client_credentials'],
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    });
    const { body } = expectStatus(await gateway.get(`/${environment}/.well-known/openid-configuration`), 200);
    expect(body).toEqual(metadata);
  });

  test.each(environments)('B27: metadata that strict libraries accept, in %s', async (environment) => {
    const metadata = (await metadataOf(environment)) as Record<string, unknown>;
    // RFC 8414 3.2: what would be an empty list is left out; OpenID Connect libraries insist on the last two.
    for (const value of Object.values(metadata)) expect(value).not.toEqual([]);
    expect(metadata).toMatchObject({
      response_types_supported: ['none'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256', 'ES256'],
    });
    // There is nothing to authorize in a browser, which validators then take as it is.
    expect(metadata).not.toHaveProperty('authorization_endpoint');
    expect(metadata['grant_types_supported']).not.toContain('authorization_code');
  });

  const published = environments.flatMap((environment) => [
    `/${environment}/oauth2/jwks`,
    `/${environment}/.well-known/openid-configuration`,
    `/.well-known/oauth-authorization-server/${environment}`,
  ]);

  test.each(published)('B27: %s is for pages of other sites too, and sent once', async (path) => {
    const first = await gateway.get(path, { headers: { origin: 'https://elsewhere.example' } });
    expectStatus(first, 200);
    const etag = first.headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[\w-]+"$/);
    expect(first.headers.get('access-control-allow-origin')).toBe('*');
    expect(first.headers.get('access-control-allow-credentials')).toBeNull();
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const { status, body, headers } = await gateway.get(path, { headers: { 'if-none-match': known } });
      expect([status, body]).toEqual([304, {}]);
      for (const name of ['etag', 'cache-control', 'access-control-allow-origin'])
        expect(headers.get(name)).toBe(first.headers.get(name));
    }
    const origin = { origin: 'https://elsewhere.example', 'access-control-request-method': 'GET' };
    const preflight = await gateway.call('OPTIONS', path, {
      headers: { ...origin, 'access-control-request-headers': 'if-none-match' },
    });
    expectStatus(preflight, 204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
    expect(preflight.headers.get('access-control-allow-headers')).toBe('*');
    const changed = await gateway.get(path, { headers: { 'if-none-match': '"other"' } });
    expect(expectStatus(changed, 200).body).toEqual(first.body);
  });

  test('B27: nothing else is for pages of other sites', async () => {
    const headers = { origin: 'https://elsewhere.example' };
    for (const path of ['/v1/products', '/v1/openapi.json', '/sandbox/whoami', '/healthz']) {
      const reply = await gateway.get(path, { headers });
      expect(reply.headers.get('access-control-allow-origin')).toBeNull();
    }
    const token = await gateway.post('/sandbox/oauth2/token', { headers, form: {} });
    expect(token.headers.get('access-control-allow-origin')).toBeNull();
  });

  test('B27: metadata comes from the public URL, never from the Host header', async () => {
    const { hostname, port } = new URL(system.gatewayUrl);
    const text = await new Promise<string>((resolve, reject) => {
      const path = '/.well-known/oauth-authorization-server/sandbox';
      const headers = { host: 'attacker.example', 'x-forwarded-host': 'attacker.example' };
      httpRequest({ hostname, port, path, headers }, (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
        response.on('end', () => resolve(body));
      })
        .on('error', reject)
        .end();
    });
    expect(JSON.parse(text)).toEqual(await metadataOf('sandbox'));
  });

  test.each(environments)('B27: client credentials work with Basic and with the form, in %s', async (environment) => {
    const { applicationId, applicationSecret } = keys[environment];
    const { token_endpoint: endpoint } = await metadataOf(environment);
    const path = new URL(endpoint).pathname;
    const ways: CallOptions[] = [
      { basic: basicOf(keys[environment]), form: { grant_type: 'client_credentials' } },
      {
        basic: basicOf(keys[environment]),
        form: { grant_type: 'client_credentials', client_id: applicationId },
      },
      { form: { grant_type: 'client_credentials', client_id: applicationId, client_secret: applicationSecret } },
    ];
    for (const way of ways) {
      const reply = expectStatus(await gateway.post(path, way), 200);
      expect(reply.body).toEqual({ access_token: expect.any(String), token_type: 'Bearer', expires_in: 7_200 });
      expect(reply.headers.get('cache-control')).toBe('no-store');
      expectStatus(await scenario.whoami(reply.body.access_token, environment), 200);
    }
  });

  test.each(environments)('B27: anybody can verify a token against the key set, in %s', async (environment) => {
    const { issuer, jwks_uri: jwksUri } = await metadataOf(environment);
    const { applicationId } = keys[environment];
    const before = Math.floor(Date.now() / 1_000);
    const { payload, protectedHeader } = await jwtVerify(
      await tokenOf(environment),
      createRemoteJWKSet(new URL(jwksUri)),
      { issuer, audience: `${issuer}/api`, typ: 'at+jwt', algorithms: ['ES256'] },
    );
    expect(protectedHeader.kid).toEqual(expect.any(String));
    expect(payload).toMatchObject({
      sub: applicationId,
      client_id: applicationId,
      jti: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
      partner_id: partner.partnerId,
      account_id: accounts[environment].accountId,
      subscription_id: partner.subscriptionId,
    });
    expect(payload.iat).toBeGreaterThanOrEqual(before);
    expect(payload.exp).toBe((payload.iat ?? 0) + 7_200);
  });

  test('B27: the key set holds public keys only', async () => {
    for (const environment of environments) {
      const { body } = expectStatus(await gateway.get(`/${environment}/oauth2/jwks`), 200);
      expect(body.keys.length).toBeGreaterThan(0);
      for (const key of body.keys) {
        expect(key).toMatchObject({ kty: 'EC', crv: 'P-256', use: 'sig', alg: 'ES256' });
        expect(key).not.toHaveProperty('d');
        expect(Object.keys(key).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
      }
    }
  });

  test('B27: the standard way and the EQP form give the same token', async () => {
    const standard = decodeJwt(await tokenOf('sandbox'));
    const byEqp = decodeJwt((await eqp('sandbox', { grant_type: 'session' })).body.ust);
    const lasting = ({ iat, exp, jti, ...claims }: typeof standard) => ({
      ...claims,
      lifetime: (exp ?? 0) - (iat ?? 0),
      jti: typeof jti,
    });
    expect(lasting(standard)).toEqual(lasting(byEqp));
  });
});

/** As Envoy's ext_authz does: by the method of the call that it holds, and with its path behind that of the service. */
describe('whoami for a proxy', () => {
  const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND'];
  const paths = ['', '/', '/v3/customers', '/v3/customers/7?page=2', '/whoami', `/v3/${'x'.repeat(1_000)}`];

  test.each(environments)('B25: whoami is for any method, and below its path, in %s', async (environment) => {
    const session = await tokenOf(environment);
    const expected = (await scenario.whoami(session, environment)).body as object;
    for (const path of paths)
      for (const method of methods) {
        const reply = await gateway.call(method, `/${environment}/whoami${path}`, { session });
        const body = method === 'HEAD' ? {} : expected;
        expect({ method, path, status: reply.status, body: reply.body }).toEqual({ method, path, status: 200, body });
        expect(reply.headers.get('cache-control')).toBe('no-store');
      }
  });

  test('B25: without a token, or with that of the other environment, by none', async () => {
    const session = await tokenOf('production');
    for (const method of ['GET', 'POST', 'DELETE'])
      for (const path of ['/sandbox/whoami', '/sandbox/whoami/v3/customers']) {
        expectProblem(await gateway.call(method, path), 401, 'token_required');
        expectProblem(await gateway.call(method, path, { session }), 401, 'wrong_environment');
      }
  });

  test.each(['application/json', 'text/plain', 'application/x-www-form-urlencoded', 'application/grpc'])(
    'B25: what the call carries is not read: %s',
    async (type) => {
      const session = await tokenOf('sandbox');
      const options = { session, raw: '{"not": read', headers: { 'content-type': type } };
      for (const path of ['/sandbox/whoami', '/sandbox/whoami/v3/customers'])
        expectStatus(await gateway.post(path, options), 200);
    },
  );
});

describe('the two environments', () => {
  test.each(environments)('B28: a %s key gets no token in the other, and is told where', async (environment) => {
    const other = otherEnvironment(environment);
    const key = keys[environment];
    expect(expectStatus(await scenario.token(key, other), 401).body).toMatchObject({
      error: 'invalid_client',
      code: 'wrong_environment',
      environment,
    });
    expect(expectStatus(await scenario.eqpToken(key, other), 401).body).toMatchObject({
      code: 'wrong_environment',
      environment,
    });
  });

  test.each(environments)('B28: a %s token opens nothing in the other, and is told where', async (environment) => {
    const other = otherEnvironment(environment);
    const token = await tokenOf(environment);
    const slug = (await scenario.subscription(partner.primary, partner.subscriptionId)).product.slug;
    for (const path of ['whoami', `api/${slug}/customers`, 'api/no-such-product/']) {
      const problem = expectProblem(
        await gateway.get(`/${other}/${path}`, { session: token }),
        401,
        'wrong_environment',
      );
      expect(problem['environment']).toBe(environment);
    }
  });

  test('B28: the environments sign with keys of their own', async () => {
    const { issuer } = (await gateway.get('/.well-known/oauth-authorization-server/production')).body;
    const sandboxKeySet = createRemoteJWKSet(new URL(`${system.gatewayUrl}/sandbox/oauth2/jwks`));
    await expect(jwtVerify(await tokenOf('production'), sandboxKeySet, { issuer })).rejects.toMatchObject({
      code: 'ERR_JWKS_NO_MATCHING_KEY',
    });
  });

  test('B28: a token that claims the right environment with the wrong signature is refused', async () => {
    const [header, , signature] = (await tokenOf('sandbox')).split('.');
    const good = await tokenOf('production');
    const [goodHeader, , goodSignature] = good.split('.');
    const claims = Buffer.from(JSON.stringify(decodeJwt(good))).toString('base64url');
    // The sandbox's key is not known in production; the right one, once named, has not signed this.
    for (const forged of [`${header}.${claims}.${signature}`, `${goodHeader}.${claims}.${signature}`]) {
      const problem = expectProblem(await scenario.whoami(forged, 'production'), 401, 'invalid_token');
      expect(problem.detail).toBe('The session token is not genuine.');
    }
    expectStatus(await scenario.whoami(`${goodHeader}.${claims}.${goodSignature}`, 'production'), 200);
  });
});

describe('going live', () => {
  let provider: Server;
  let seen: { environment: string; headers: IncomingHttpHeaders; body: string }[] = [];

  beforeAll(async () => {
    provider = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        const environment = request.url?.split('/')[1] ?? '';
        seen.push({ environment, headers: request.headers, body });
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ path: request.url, method: request.method }));
      });
    });
    await new Promise<void>((listening) => provider.listen(0, '127.0.0.1', listening));
  });

  afterAll(() => new Promise((closed) => provider.close(closed)));

  /** A partner's program, as it would be written: nothing in it knows of environments. */
  async function client({ base, clientId, clientSecret }: { base: string; clientId: string; clientSecret: string }) {
    const authorization = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;
    const granted = await fetch(`${base}/oauth2/token`, {
      method: 'POST',
      headers: { authorization },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    });
    const { access_token: token } = (await granted.json()) as { access_token: string };
    const headers = { authorization: `Bearer ${token}` };
    const whoami = (await (await fetch(`${base}/whoami`, { headers })).json()) as Record<string, unknown>;
    const call = await fetch(`${base}/api/${slug}/customers?page=2`, { method: 'POST', headers, body: 'hello' });
    return { whoami, status: call.status, body: (await call.json()) as unknown };
  }

  let slug: string;

  test('B29: the client that worked in sandbox works in production with other credentials and another path', async () => {
    const { port } = provider.address() as AddressInfo;
    const endpoint = (environment: Environment) => `http://127.0.0.1:${port}/${environment}/v3`;
    const product = await scenario.product({ sandbox: endpoint('sandbox'), production: endpoint('production') });
    slug = product.slug;
    const plan = await scenario.plan({}, product.id);
    const { id } = await scenario.subscribe(partner.sandbox, plan.id);
    const sandboxKey = await scenario.createKey(partner.sandbox, id);
    const { submissionId } = await scenario.submit(partner.sandbox, id);
    expectStatus(await scenario.decide(submissionId, 'approval'), 200);
    const productionKey = await scenario.createKey(partner.primary, id);

    for (const [environment, key] of [
      ['sandbox', sandboxKey],
      ['production', productionKey],
    ] as const) {
      seen = [];
      const { whoami, status, body } = await client({
        base: `${system.gatewayUrl}/${environment}`,
        clientId: key.applicationId,
        clientSecret: key.applicationSecret,
      });
      expect(whoami).toMatchObject({ environment, applicationId: key.applicationId, subscriptionId: id });
      expect(status).toBe(200);
      expect(body).toEqual({ path: `/${environment}/v3/customers?page=2`, method: 'POST' });
      expect(seen).toHaveLength(1);
      expect(seen[0]).toMatchObject({ environment, body: 'hello' });
      expect(seen[0]?.headers).toMatchObject({
        'slipway-environment': environment,
        'slipway-application-id': key.applicationId,
        'slipway-partner-id': partner.partnerId,
        'slipway-subscription-id': id,
      });
      expect(seen[0]?.headers).not.toHaveProperty('authorization');
    }
  });

  test('B29: a token of a subscription to another API does not open this one', async () => {
    const refused = await gateway.get(`/sandbox/api/${slug}/customers`, { session: await tokenOf('sandbox') });
    expectProblem(refused, 403, 'gateway.not_subscribed');
  });

  test('B29: an API that has no endpoint in the environment yet says so', async () => {
    const product = await scenario.product();
    const { id } = await scenario.subscribe(partner.sandbox, (await scenario.plan({}, product.id)).id);
    const key = await scenario.createKey(partner.sandbox, id);
    const { access_token: session } = expectStatus(await scenario.token(key, 'sandbox'), 200).body;
    const refused = await gateway.get(`/sandbox/api/${product.slug}/customers`, { session });
    expect(expectProblem(refused, 404, 'not_found').detail).toBe('This API has no endpoint in sandbox yet.');
  });
});

describe('several tokens', () => {
  test('B30: several tokens of one key live at once, and a new one can be had at any time', async () => {
    const tokens = [await tokenOf('sandbox'), await tokenOf('sandbox'), await tokenOf('sandbox')];
    expect(new Set(tokens).size).toBe(3);
    for (const token of tokens) expectStatus(await scenario.whoami(token, 'sandbox'), 200);
  });

  test('B30: there is no refresh token', async () => {
    const standard = expectStatus(await scenario.token(keys.sandbox, 'sandbox'), 200).body;
    expect(standard).not.toHaveProperty('refresh_token');
    expect(Object.keys(standard).sort()).toEqual(['access_token', 'expires_in', 'token_type']);
    const byEqp = expectStatus(await eqp('sandbox', { grant_type: 'session' }), 200).body;
    expect(byEqp).not.toHaveProperty('refresh_token');
    expect(Object.keys(byEqp).sort()).toEqual(['expires_in', 'mage_id', 'ust']);
    const form = { grant_type: 'refresh_token', refresh_token: 'anything' };
    const refused = await gateway.post('/sandbox/oauth2/token', { basic: basicOf(keys.sandbox), form });
    expect(expectStatus(refused, 400).body.error).toBe('unsupported_grant_type');
  });
});

describe('a token from the portal', () => {
  const makeToken = ({ session }: PartnerAccount, { id }: Key) => gateway.post(`/v1/keys/${id}/tokens`, { session });

  test('B31: in the sandbox a developer makes one without the secret', async () => {
    const developer = await scenario.addPerson(partner.sandbox, 'developer');
    const reply = expectStatus(await makeToken(developer, keys.sandbox), 201);
    expect(reply.body).toEqual({ accessToken: expect.any(String), tokenType: 'Bearer', expiresIn: 7_200 });
    expect(reply.headers.get('cache-control')).toBe('no-store');
    expect(expectStatus(await scenario.whoami(reply.body.accessToken, 'sandbox'), 200).body).toMatchObject({
      environment: 'sandbox',
      applicationId: keys.sandbox.applicationId,
    });
  });

  test('B31: in production nobody does', async () => {
    expectProblem(await makeToken(partner.primary, keys.production), 409, 'tokens.sandbox_only');
  });

  test('B31: from a stopped key neither, and why is said as the token endpoints say it', async () => {
    const { primary, sandbox, subscriptionId, key } = await scenario.inProduction();
    const { session } = primary;
    const path = `/v1/subscriptions/${subscriptionId}/cancellation`;
    expectStatus(await gateway.post(path, { session, body: { confirm: 'Integration' } }), 200);
    const refused = expectProblem(await makeToken(sandbox, key), 409, 'identity.key_stopped');
    const words = 'This key is stopped: its subscription is cancelled. It goes on when that is restored.';
    expect(refused).toMatchObject({ detail: words, stopReason: 'cancelled' });
    expect(refused).not.toHaveProperty('reasons');
    const standard = expectStatus(await scenario.token(key, 'sandbox'), 401).body;
    expect(standard).toMatchObject({ code: 'invalid_client', error_description: words, stopReason: 'cancelled' });
    const byEqp = expectStatus(await scenario.eqpToken(key, 'sandbox'), 401).body;
    expect(byEqp).toEqual({ code: 'invalid_client', message: words, stopReason: 'cancelled' });
    const guessed = await scenario.token({ ...key, applicationSecret: keys.sandbox.applicationSecret }, 'sandbox');
    expect(expectStatus(guessed, 401).body).not.toHaveProperty('stopReason');
    expectStatus(await gateway.delete(path, { session }), 204);
    expectStatus(await makeToken(sandbox, key), 201);
  });

  test("B31: not from another partner's key", async () => {
    const stranger = await scenario.readyPartner();
    expectProblem(await makeToken(stranger.sandbox, keys.sandbox), 404, 'not_found');
  });
});

/** B20 for keys stands in access-keys.spec.ts. Here: everything else that ends tokens which live already. */
describe('ending live tokens', () => {
  type Integrating = Awaited<ReturnType<Scenario['integrating']>>;

  const inSandbox = async ({ key }: Integrating) =>
    expectStatus(await scenario.token(key, 'sandbox'), 200).body.access_token as string;
  const isLive = async (token: string) => expectStatus(await scenario.whoami(token, 'sandbox'), 200);
  const isEnded = async (token: string) => expectProblem(await scenario.whoami(token, 'sandbox'), 401, 'invalid_token');
  const suspension = async ({ partnerId }: Integrating, body: object) =>
    expectStatus(
      await admin.post(`/v1/partners/${partnerId}/suspension`, { session: await scenario.staff(), body }),
      200,
    );

  let one: Integrating;
  let token: string;
  beforeEach(async () => {
    one = await scenario.integrating();
    token = await inSandbox(one);
    await isLive(token);
  });

  test('B11: a suspension ends those of the partner, and of no other', async () => {
    const other = await scenario.integrating();
    const others = await inSandbox(other);
    await suspension(one, { notes: 'Contract ended.' });
    await isEnded(token);
    await isLive(others);
    const path = `/v1/partners/${one.partnerId}/suspension`;
    expectStatus(await admin.delete(path, { session: await scenario.staff() }), 204);
    await isEnded(token);
    await isLive(await inSandbox(one));
  });

  test('B11: unless staff says that they live on', async () => {
    await suspension(one, { revokeTokens: false });
    await isLive(token);
  });

  test('B11: staff ends those of a partner without any other change', async () => {
    const session = await scenario.staff();
    expectStatus(await admin.delete(`/v1/partners/${one.partnerId}/tokens`, { session }), 204);
    await isEnded(token);
    await isLive(await inSandbox(one));
  });

  test('B11: with its eligibility where staff asks for it', async () => {
    const session = await scenario.staff();
    const path = `/v1/partners/${one.partnerId}`;
    expectStatus(await admin.patch(path, { session, body: { verified: false } }), 200);
    await isLive(token);
    expectStatus(await admin.patch(path, { session, body: { verified: false, revokeTokens: true } }), 200);
    await isEnded(token);
  });

  test('B12: with API access where the admin asks for it', async () => {
    const { session } = one.sandbox;
    expectStatus(await gateway.put('/v1/account/api-access', { session, body: { enabled: false } }), 200);
    await isLive(token);
    const body = { enabled: false, revokeTokens: true };
    expectStatus(await gateway.put('/v1/account/api-access', { session, body }), 200);
    await isEnded(token);
  });

  test('B20: of one key, or of the whole account, by whoever works there; the keys go on', async () => {
    const another = await scenario.createKey(one.sandbox, one.subscriptionId);
    const others = expectStatus(await scenario.token(another, 'sandbox'), 200).body.access_token as string;
    const { session } = one.sandbox;
    expectStatus(await gateway.delete(`/v1/keys/${one.key.id}/tokens`, { session }), 204);
    await isEnded(token);
    await isLive(others);
    const renewed = await inSandbox(one);
    await isLive(renewed);
    expectStatus(await gateway.delete('/v1/account/tokens', { session }), 204);
    await isEnded(renewed);
    await isEnded(others);
    await isLive(await inSandbox(one));
  });

  test('B20: of every application ID that a key has had', async () => {
    const { session } = one.sandbox;
    const path = `/v1/keys/${one.key.id}`;
    expectStatus(await gateway.post(`${path}/regeneration`, { session, body: {} }), 200);
    await isLive(token);
    expectStatus(await gateway.post(`${path}/regeneration`, { session, body: { revokeTokens: true } }), 200);
    await isEnded(token);
  });

  test('of a cancelled subscription, unless it is told otherwise', async () => {
    const { session } = one.sandbox;
    const other = await scenario.integrating();
    const others = await inSandbox(other);
    const path = `/v1/subscriptions/${one.subscriptionId}`;
    expectStatus(await gateway.delete(path, { session }), 204);
    await isEnded(token);
    const kept = `/v1/subscriptions/${other.subscriptionId}?revokeTokens=false`;
    expectStatus(await gateway.delete(kept, { session: other.sandbox.session }), 204);
    await isLive(others);
  });

  test('B31: those that a person made without the secret end with that person', async () => {
    const developer = await scenario.addPerson(one.sandbox, 'developer');
    const made = await gateway.post(`/v1/keys/${one.key.id}/tokens`, { session: developer.session });
    const own = expectStatus(made, 201).body.accessToken as string;
    await isLive(own);
    const { session } = one.sandbox;
    const { items } = expectStatus(await gateway.get('/v1/account/users', { session }), 200).body;
    const { id } = items.find(({ role }: { role: string }) => role === 'developer');
    expectStatus(await gateway.delete(`/v1/account/users/${id}`, { session }), 204);
    await eventually(async () => void (await isEnded(own)));
    await isLive(token);
  });
});
