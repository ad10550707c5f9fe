import { statSync } from 'node:fs';
import { createPrivateKey } from 'node:crypto';
import { basename, join } from 'node:path';
import { brokerPassword, deriveServiceKey, purposeKey } from '#libs/crypto';
import { apps, scopes, services } from '#libs/contracts';
import { controlOf, Scenario, startSystem, type RunningSystem } from '#libs/testing';
import { unseal } from '../../libs/crypto/src/sealed';
import { filesBelow, storedInFiles, storedInStreams, storedInTables, type Stored } from '../support/everything-stored';
import { allSettled } from '../support/invariants';
import { asAdministrator, rolePassword } from '../support/postgres';
import { SecretScanner, type Hit } from '../support/secret-scanner';

const secretMembers = ['password', 'applicationSecret', 'accessToken', 'access_token', 'ust'];
/** Written for the servers that read them, and readable by nobody else. */
const secretFiles = ['nats.conf', 'postgres.json'];

/** No secret, hash or password is ever in a stored message, a log, or an error. */
describe('secrets', () => {
  let system: RunningSystem;
  let scenario: Scenario;
  const seen = new Map<string, string>();
  const canary = `canary-${Math.random().toString(36).slice(2)}-of-this-run`;
  const traceId = 'c0ffee'.repeat(5) + '12';
  const realFetch = globalThis.fetch;

  beforeAll(async () => {
    system = await startSystem({ name: 'secrets', trustRegistration: true });
    scenario = new Scenario(system);
    globalThis.fetch = recordingFetch;
    await playStories();
    await makeMistakes();
    await breakThings();
    globalThis.fetch = realFetch;
    await controlOf(system).waitReady();
    await allSettled(system);
    await asAdministrator(system, (client) => client.query('checkpoint'));
  }, 300_000);
  afterAll(async () => {
    globalThis.fetch = realFetch;
    await controlOf(system).stop();
  }, 60_000);

  /** Remembers every secret that a request or a reply of these tests carries. */
  const recordingFetch: typeof fetch = async (input, init) => {
    if (typeof init?.body === 'string') record(init.body);
    const response = await realFetch(input, init);
    record(await response.clone().text());
    return response;
  };

  function record(text: string): void {
    try {
      recordMembers(JSON.parse(text));
    } catch {
      // No JSON: nothing that these tests would have to remember.
    }
  }

  function recordMembers(value: unknown): void {
    if (typeof value !== 'object' || value === null) return;
    for (const [name, member] of Object.entries(value)) {
      if (secretMembers.includes(name) && typeof member === 'string' && member.length >= 12) remember(name, member);
      else recordMembers(member);
    }
  }

  /** Of a signed token, the signature: without it the rest opens nothing. */
  function remember(name: string, value: string): void {
    const signature = /^[\w-]+\.[\w-]+\.([\w-]+)$/.exec(value)?.[1];
    seen.set(signature ?? value, `${name} ${seen.size}`);
  }

  async function playStories(): Promise<void> {
    for (let story = 0; story < 3; story += 1) {
      const { sandbox, primary, subscriptionId, planId, key } = await scenario.inProduction();
      const { session } = sandbox;
      await scenario.subscribe(primary, planId, canary);
      const live = await scenario.createKey(primary, subscriptionId);
      const person = await scenario.addPerson(sandbox, 'developer');
      await scenario.newStaff('reviewer');
      for (const [pair, environment] of [
        [key, 'sandbox'],
        [live, 'production'],
      ] as const) {
        const { body } = await scenario.token(pair, environment);
        await scenario.whoami(body.access_token, environment);
        await scenario.gateway.post(`/${environment}/rest/v1/app/session/token`, {
          basic: [pair.applicationId, pair.applicationSecret],
          body: { grant_type: 'session' },
        });
      }
      await scenario.gateway.post(`/v1/keys/${key.id}/tokens`, { session });
      await scenario.gateway.post(`/v1/keys/${key.id}/rotation`, { session, body: { revokeTokens: true } });
      await scenario.gateway.post(`/v1/keys/${key.id}/regeneration`, {
        session,
        headers: { 'idempotency-key': `story-${story}` },
        body: {},
      });
      await scenario.gateway.delete('/v1/sessions/current', { session: person.session });
      await scenario.gateway.get('/v1/account', {
        session,
        headers: { traceparent: `00-${traceId}-${'1'.repeat(16)}-01` },
      });
    }
  }

  /** Secrets where they do not belong, in every way that people and programs get it wrong. */
  async function makeMistakes(): Promise<void> {
    const { gateway, admin } = scenario;
    const { primary, sandbox, key, domain } = await scenario.integrating();
    const { session } = sandbox;
    const { applicationId, applicationSecret } = key;
    const person = scenario.person();
    const registration = { name: 'Again', domain, programme: 'csp', type: 'direct_bill', admin: person };
    const replies = [
      await gateway.post('/v1/sessions', { body: { username: `admin@${domain}`, password: person.password } }),
      await gateway.post('/v1/sessions', { raw: `{"username":"a@b","password":"${person.password}"`, headers: json }),
      await gateway.post('/v1/sessions', { body: { username: applicationSecret, password: person.password } }),
      await gateway.post('/v1/sessions', { body: { username: 'a@b', password: { is: person.password } } }),
      await gateway.post('/v1/partners', { body: registration }),
      await gateway.post('/v1/partners', {
        body: { ...registration, secret: person.password, admin: person.password },
      }),
      await admin.post('/v1/sessions', { body: { email: system.admin.email, password: person.password } }),
      await gateway.get(`/v1/keys?applicationSecret=${applicationSecret}`, { session }),
      await gateway.get(`/v1/keys/${applicationSecret}`, { session }),
      await gateway.get(`/${applicationSecret}?session=${session}`),
      await gateway.get('/v1/account', { session: applicationSecret }),
      await gateway.get('/v1/account', { session: `${primary.session}x` }),
      await gateway.get('/v1/account', { headers: { cookie: `slipway_production=${session}` } }),
      await gateway.get('/sandbox/whoami', { session: applicationSecret }),
      await gateway.post('/sandbox/oauth2/token', { basic: [applicationSecret, applicationId], form: grant }),
      await gateway.post('/sandbox/oauth2/token', { basic: [applicationId, `${applicationSecret}x`], form: grant }),
      await gateway.post('/production/oauth2/token', { basic: [applicationId, applicationSecret], form: grant }),
      await gateway.post(`/sandbox/oauth2/token?client_secret=${applicationSecret}`, { form: grant }),
      await gateway.post('/sandbox/oauth2/token', {
        form: { grant_type: applicationSecret, client_id: applicationId, client_secret: applicationSecret },
      }),
    ];
    // Nor in what is answered: an error does not repeat what was sent.
    const scanner = new SecretScanner();
    for (const [name, value] of Object.entries({ applicationSecret, password: person.password, session }))
      scanner.add(name, value);
    for (const { status, body } of replies) {
      expect([200, 400, 401, 403, 404, 409]).toContain(status);
      expect(scanner.find('an error', JSON.stringify(body))).toEqual([]);
    }
  }

  const json = { 'content-type': 'application/json' };
  const grant = { grant_type: 'client_credentials' };

  /** What goes wrong inside is logged; what was being done must not be. */
  async function breakThings(): Promise<void> {
    const control = controlOf(system);
    const { primary, key, domain } = await scenario.integrating();
    const attempts = () =>
      Promise.allSettled([
        scenario.gateway.post('/v1/sessions', { body: { username: `admin@${domain}`, password: primary.password } }),
        scenario.gateway.post('/v1/partners', {
          body: {
            ...{ name: 'Lost', domain: `lost-${domain}`, programme: 'csp', type: 'direct_bill' },
            admin: scenario.person(),
          },
        }),
        scenario.gateway.post('/v1/account/users', {
          session: primary.session,
          body: { ...scenario.person('other'), role: 'developer' },
        }),
        scenario.token(key, 'sandbox'),
        scenario.gateway.post(`/v1/keys/${key.id}/regeneration`, { session: primary.session, body: {} }),
        scenario.admin.post('/v1/sessions', { body: system.admin }),
      ]);
    await control.stopChild('postgres');
    await attempts();
    await control.startChild('postgres');
    await control.waitReady();
    for (const victim of ['identity', 'tokens']) {
      const attempted = attempts();
      await control.kill(victim);
      await attempted;
    }
  }

  async function scannerForAll(): Promise<SecretScanner> {
    const scanner = new SecretScanner();
    for (const [value, name] of seen) scanner.add(name, value);
    const { masterKey, databaseUrl, natsUrl, admin } = system;
    scanner.add('master key', masterKey);
    scanner.add('master key, as bytes', Buffer.from(masterKey, 'hex'));
    scanner.add("the first admin's password", admin.password);
    scanner.add("the database administrator's password", new URL(databaseUrl).password);
    scanner.add("the broker administrator's password", new URL(natsUrl).password);
    for (const app of apps) {
      const key = deriveServiceKey(masterKey, app);
      scanner.add(`key of ${app}`, key);
      scanner.add(`key of ${app}, as bytes`, Buffer.from(key, 'hex'));
      for (const scope of scopes) scanner.add(`broker password ${app} ${scope}`, brokerPassword(key, scope));
    }
    for (const service of services) {
      const key = deriveServiceKey(masterKey, service);
      for (const role of [...scopes, 'owner'] as const)
        scanner.add(`database password ${service} ${role}`, rolePassword(masterKey, service, role));
      for (const purpose of ['access-key-pepper', 'signing-keys', 'idempotency'])
        scanner.add(`${purpose} of ${service}`, purposeKey(key, purpose));
    }
    for (const { kid, secret } of await signingSecrets()) scanner.add(`signing key ${kid}`, secret);
    return scanner;
  }

  const signingSecrets = () =>
    asAdministrator(system, async (client) => {
      const { rows } = await client.query<{ environment: string; kid: string; private_key: Buffer }>(
        'select environment, kid, private_key from tokens.signing_keys',
      );
      const sealingKey = purposeKey(deriveServiceKey(system.masterKey, 'tokens'), 'signing-keys');
      return rows.map(({ environment, kid, private_key: sealed }) => {
        const der = unseal(sealingKey, `${environment} ${kid}`, sealed);
        const { d = '' } = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }).export({ format: 'jwk' });
        return { kid, secret: Buffer.from(d, 'base64url') };
      });
    });

  function hitsIn(scanner: SecretScanner, stored: Iterable<Stored>): { hits: Hit[]; places: number } {
    const hits: Hit[] = [];
    let places = 0;
    for (const { place, data } of stored) {
      places += 1;
      hits.push(...scanner.find(place, data));
    }
    return { hits, places };
  }

  const planted = () => {
    const scanner = new SecretScanner();
    scanner.add('canary', canary);
    scanner.add('trace id', traceId);
    return scanner;
  };
  const dataDirectory = () =>
    asAdministrator(
      system,
      async (client) => (await client.query('show data_directory')).rows[0].data_directory as string,
    );

  it('the stories carried secrets of every kind', () => {
    const kinds = [...seen.values()].map((name) => name.split(' ')[0]);
    for (const kind of secretMembers) expect(kinds.filter((each) => each === kind).length).toBeGreaterThan(2);
    expect(seen.size).toBeGreaterThan(60);
  });

  it('whoever looks for a secret finds it, in whatever form and wherever it lies', async () => {
    const secret = 'sls+live/Zm9v=bar~baz é 1234567890';
    const scanner = new SecretScanner();
    scanner.add('planted', secret);
    const basic = (user: string) => Buffer.from(`${user}:${secret}, and more`).toString('base64');
    const forms = [
      `x${secret}x`,
      ...['a', 'ab', 'abc'].flatMap((user) => [basic(user), basic(user).replaceAll('+', '-').replaceAll('/', '_')]),
      Buffer.from(`xy${secret}`).toString('base64url'),
      `\\x${Buffer.from(secret).toString('hex')}`,
      `?secret=${encodeURIComponent(secret)}&more`,
      new URLSearchParams({ client_secret: secret }).toString(),
    ];
    for (const form of forms) expect([form, scanner.find('form', form).length > 0]).toEqual([form, true]);
    expect(scanner.find('form', 'nothing of the kind')).toEqual([]);

    const names = (hits: Hit[]) => [...new Set(hits.map(({ name }) => name))].sort();
    expect(names(hitsIn(planted(), storedInFiles(join(system.dataDir, 'log'))).hits)).toEqual(['trace id']);
    expect(names(hitsIn(planted(), storedInFiles(join(system.dataDir, 'nats', 'jetstream'))).hits)).toContain('canary');
    expect(names(hitsIn(planted(), await storedInStreams(system)).hits)).toContain('canary');
    expect(names(hitsIn(planted(), storedInFiles(await dataDirectory())).hits)).toContain('canary');
    await asAdministrator(system, async (client) => {
      await client.query('create table public.planted (bytes bytea, document jsonb)');
      await client.query('insert into public.planted values ($1, $2)', [Buffer.from(secret), { a: [secret] }]);
    });
    const inTables = hitsIn(scanner, await storedInTables(system)).hits.map(({ place }) => place);
    await asAdministrator(system, (client) => client.query('drop table public.planted'));
    expect([...new Set(inTables)].sort()).toEqual(['planted.bytes', 'planted.document']);
  }, 60_000);

  it('none is in a log', async () => {
    const { hits, places } = hitsIn(await scannerForAll(), storedInFiles(join(system.dataDir, 'log')));
    expect(hits).toEqual([]);
    expect(places).toBeGreaterThanOrEqual(services.length + 4);
  }, 60_000);

  it('none is in a table', async () => {
    const { hits, places } = hitsIn(await scannerForAll(), await storedInTables(system));
    expect(hits).toEqual([]);
    expect(places).toBeGreaterThan(1_000);
  }, 60_000);

  it('none is in a message', async () => {
    const { hits, places } = hitsIn(await scannerForAll(), await storedInStreams(system));
    expect(hits).toEqual([]);
    expect(places).toBeGreaterThan(50);
  }, 60_000);

  it('no hash of a password is in a log or in a message', async () => {
    const scanner = new SecretScanner();
    scanner.add('hash of a password', '$argon2id$v=');
    expect(hitsIn(scanner, await storedInTables(system)).hits).not.toEqual([]);
    for (const folder of ['log', 'nats/jetstream'])
      expect(hitsIn(scanner, storedInFiles(join(system.dataDir, folder))).hits).toEqual([]);
  });

  it("none is in the files of the broker's store and of the cluster, its write-ahead log included", async () => {
    const scanner = await scannerForAll();
    for (const folder of [join(system.dataDir, 'nats', 'jetstream'), await dataDirectory()]) {
      const { hits, places } = hitsIn(scanner, storedInFiles(folder));
      expect(hits).toEqual([]);
      expect(places).toBeGreaterThan(3);
    }
  }, 120_000);

  it('none is in any other file of the data folder but those that are closed to others', async () => {
    const scanner = await scannerForAll();
    const files = [...filesBelow(system.dataDir)];
    const closed = files.filter((file) => secretFiles.includes(basename(file)));
    expect(closed).toHaveLength(2);
    for (const file of closed) expect(statSync(file).mode & 0o077).toBe(0);
    const { hits } = hitsIn(scanner, storedInFiles(system.dataDir));
    expect(hits.filter(({ place }) => !closed.includes(place))).toEqual([]);
  }, 120_000);
});
