import { randomUUID } from 'node:crypto';
import { services } from '#libs/contracts';
import { controlOf, eventually, Scenario, startSystem, until, type ApiReply, type RunningSystem } from '#libs/testing';
import { allSettled, deadLetters, histories, messageTally } from '../support/invariants';
import { atOnce } from '../support/many';
import { pidsOf } from '../support/processes';

type Integrating = Awaited<ReturnType<Scenario['integrating']>>;

describe('when Postgres is away', () => {
  let system: RunningSystem;
  let scenario: Scenario;
  let partner: Integrating;
  let token: string;
  let planId: string;
  let pids: Record<string, unknown>;

  beforeAll(async () => {
    system = await startSystem({ name: 'postgres', trustRegistration: true });
    scenario = new Scenario(system);
    partner = await scenario.integrating();
    planId = partner.planId;
    token = (await scenario.token(partner.key, 'sandbox')).body.access_token;
    expect((await scenario.whoami(token, 'sandbox')).status).toBe(200);
    pids = await pidsOf(system);
  }, 180_000);
  afterAll(() => controlOf(system).stop(), 60_000);

  const keyNames = async () => {
    const { body } = await scenario.gateway.get('/v1/keys', { session: partner.sandbox.session });
    return (body.items as { name: string }[]).map(({ name }) => name).sort();
  };

  /** Reads and writes of every service, on both edges. */
  async function everyKindOfRequest(): Promise<ApiReply[]> {
    const { gateway, admin } = scenario;
    const { session } = partner.sandbox;
    const staff = await scenario.staff();
    const { id: keyId } = partner.key;
    return Promise.all([
      gateway.get('/v1/account', { session }),
      gateway.get('/v1/keys', { session }),
      gateway.get('/v1/subscriptions', { session }),
      gateway.get('/v1/notifications', { session }),
      gateway.post('/v1/keys', { session, body: { name: 'lost', subscriptionId: partner.subscriptionId } }),
      gateway.post(`/v1/keys/${keyId}/regeneration`, { session, body: {} }),
      gateway.delete(`/v1/keys/${keyId}`, { session }),
      gateway.post('/v1/subscriptions', { session, body: { planId, name: 'lost' } }),
      gateway.post(`/v1/subscriptions/${partner.subscriptionId}/submissions`, { session, body: {} }),
      gateway.post('/v1/sessions', { body: { username: 'admin@nowhere.example', password: 'a-password-of-somebody' } }),
      gateway.post('/v1/partners', {
        body: {
          ...{ name: 'Lost', domain: 'lost.example', programme: 'csp', type: 'direct_bill' },
          admin: scenario.person(),
        },
      }),
      admin.get('/v1/reviews', { session: staff }),
      admin.get('/v1/partners', { session: staff }),
      admin.post('/v1/sessions', { body: system.admin }),
    ]);
  }

  const eqpToken = () =>
    scenario.gateway.post('/sandbox/rest/v1/app/session/token', {
      basic: [partner.key.applicationId, partner.key.applicationSecret],
      body: { grant_type: 'session' },
    });

  async function expectAllWell(): Promise<void> {
    await controlOf(system).waitReady();
    await eventually(async () => {
      expect((await scenario.token(partner.key, 'sandbox')).status).toBe(200);
    });
    const { primary, sandbox, subscriptionId } = await scenario.inProduction();
    expect((await scenario.token(await scenario.createKey(primary, subscriptionId), 'production')).status).toBe(200);
    await scenario.message(sandbox, 'subscriptions.production-unlocked.v1');
    expect(await pidsOf(system)).toEqual(pids);
  }

  /** Nobody was told that anything had happened, and nothing has. */
  async function expectNothingHalfDone(): Promise<void> {
    expect(await keyNames()).toEqual(['key']);
    const session = partner.sandbox.session;
    const { body: subscriptions } = await scenario.gateway.get('/v1/subscriptions', { session });
    expect(subscriptions.items.map(({ name, phase }: { name: string; phase: string }) => ({ name, phase }))).toEqual([
      { name: 'Integration', phase: 'sandbox' },
    ]);
    // The domain was not taken by the registration that failed.
    await scenario.register({ domain: 'lost.example' });
    await allSettled(system);
    expect((await histories(system)).broken).toEqual([]);
    expect(await messageTally(system)).toMatchObject({ missing: [], doubled: [], invented: [] });
    expect(await deadLetters(system)).toEqual([]);
  }

  describe('stopped', () => {
    beforeAll(() => controlOf(system).stopChild('postgres'), 60_000);

    it('every request is answered 503, as a problem, with Retry-After', async () => {
      for (const reply of await everyKindOfRequest()) {
        expect({ status: reply.status, body: reply.body }).toEqual({
          status: 503,
          body: expect.objectContaining({ status: 503, code: 'unavailable', traceId: expect.any(String) }),
        });
        expect(reply.headers.get('content-type')).toMatch(/^application\/problem\+json/);
        expect(Number(reply.headers.get('retry-after'))).toBeGreaterThan(0);
      }
    });

    it('the token endpoints answer 503 in their own forms', async () => {
      // What `tokens` has heard of the key a moment ago counts for as long as the fence allows.
      const oauth = await until('nothing to be remembered of the key', async () => {
        const reply = await scenario.token(partner.key, 'sandbox');
        return reply.status !== 200 && reply;
      });
      const eqp = await eqpToken();
      expect(oauth.body).toEqual({
        error: 'temporarily_unavailable',
        error_description: expect.any(String),
        code: 'unavailable',
      });
      expect(eqp.body).toEqual({ code: 'unavailable', message: expect.any(String) });
      for (const { status, headers } of [oauth, eqp]) {
        expect(status).toBe(503);
        expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
      }
    });

    it('tokens that are out go on working, for nobody is asked about them', async () => {
      expect((await scenario.whoami(token, 'sandbox')).status).toBe(200);
    });

    it('the edges live, and what needs a service is not ready', async () => {
      for (const [edge, capability] of [
        [scenario.gateway, 'portal'],
        [scenario.gateway, 'tokens'],
        [scenario.admin, 'console'],
      ] as const) {
        expect((await edge.get('/healthz')).status).toBe(200);
        // What was found a moment ago may count for a second.
        const ready = await until('readiness to be looked at anew', async () => {
          const reply = await edge.get(`/readyz/${capability}`);
          return reply.status !== 200 && reply;
        });
        expect(ready.status).toBe(503);
        expect(Object.values(ready.body.services as object)).not.toContain(true);
        const overall = (await edge.get('/readyz')).body;
        expect(overall.services).toEqual(Object.fromEntries(services.map((service) => [service, false])));
      }
    });

    describe('and started again', () => {
      beforeAll(() => controlOf(system).startChild('postgres'), 60_000);

      it('everything works, without a service having been started again', expectAllWell, 120_000);
      it('nothing was half done', expectNothingHalfDone, 120_000);
    });
  });

  describe('killed in the middle of writes', () => {
    it('what was answered has happened, what is repeated happens once, and all works again', async () => {
      const { session } = partner.sandbox;
      const attempts = Array.from({ length: 24 }, (_, index) => ({ name: `Sub ${index}`, key: randomUUID() }));
      const subscribe = ({ name, key }: { name: string; key: string }) =>
        scenario.gateway
          .post('/v1/subscriptions', { session, headers: { 'idempotency-key': key }, body: { planId, name } })
          .catch(() => undefined);
      const first = atOnce(attempts.length, async (index) => {
        const attempt = attempts[index];
        return attempt && subscribe(attempt);
      });
      await controlOf(system).kill('postgres');
      const replies = await first;
      const ids = new Map(
        replies.flatMap((reply, index) => (reply?.status === 201 ? [[attempts[index]?.name, reply.body.id]] : [])),
      );
      for (const reply of replies) expect([201, 503]).toContain(reply?.status);
      for (const attempt of attempts) {
        const done = await until(attempt.name, async () => {
          const reply = await subscribe(attempt);
          return reply?.status === 201 && reply;
        });
        expect([undefined, done.body.id]).toContain(ids.get(attempt.name));
      }
      const { body } = await scenario.gateway.get('/v1/subscriptions?limit=200', { session });
      const names = (body.items as { name: string }[]).map(({ name }) => name);
      expect(names.sort()).toEqual(['Integration', ...attempts.map(({ name }) => name)].sort());
      await expectAllWell();
    }, 120_000);
  });

  describe('paused', () => {
    it('requests end in 503 within their time; when it goes on, everything works', async () => {
      const control = controlOf(system);
      await control.kill('postgres', 'SIGSTOP');
      try {
        const startedAt = Date.now();
        const [account, issued, ready] = await Promise.all([
          scenario.gateway.get('/v1/account', { session: partner.sandbox.session }),
          scenario.token(partner.key, 'sandbox'),
          // What was found a moment ago may count for a second.
          until('readiness to be looked at anew', async () => {
            const reply = await scenario.gateway.get('/readyz/portal');
            return reply.status !== 200 && reply;
          }),
        ]);
        expect([account.status, issued.status, ready.status]).toEqual([503, 503, 503]);
        expect(Date.now() - startedAt).toBeLessThan(15_000);
        expect((await scenario.whoami(token, 'sandbox')).status).toBe(200);
      } finally {
        await control.kill('postgres', 'SIGCONT');
      }
      await expectAllWell();
    }, 120_000);
  });
});
