import { randomUUID } from 'node:crypto';
import { controlOf, eventually, Scenario, startSystem, type ApiReply, type RunningSystem } from '#libs/testing';
import { atOnce, outcomesOf } from '../support/many';
import { asAdministrator } from '../support/postgres';
import { sized } from '../support/size';

/** Everybody at once, against two copies of the services that decide. */
describe('races', () => {
  let system: RunningSystem;
  let scenario: Scenario;

  beforeAll(async () => {
    system = await startSystem({ name: 'races', copies: { tokens: 2, identity: 2 }, trustRegistration: true });
    scenario = new Scenario(system);
  }, 180_000);
  afterAll(() => controlOf(system).stop(), 60_000);

  const rounds = (count: number, work: (round: number) => Promise<void>) => async () => {
    for (let round = 0; round < count; round += 1) await work(round);
  };

  const keysOf = async (session: string) =>
    (await scenario.gateway.get('/v1/keys?limit=200', { session })).body.items as { id: string }[];

  async function underReview() {
    const integrating = await scenario.integrating();
    const { submissionId } = await scenario.submit(integrating.sandbox, integrating.subscriptionId);
    return { ...integrating, submissionId };
  }

  /** What somebody did, oldest first; that production unlocks follows from an approval. */
  const actionsOf = async (session: string, subscriptionId: string) => {
    const { body } = await scenario.gateway.get(`/v1/subscriptions/${subscriptionId}/timeline`, { session });
    const actions = (body.items as { action: string }[]).map(({ action }) => action).reverse();
    return actions.filter((action) => action !== 'production_unlocked');
  };

  describe('the key limit', () => {
    it('B15: of fifty keys made at once, exactly three are made', async () => {
      const partner = await scenario.readyPartner();
      const subscription = await scenario.subscribe(partner.sandbox, (await scenario.plan()).id);
      const { session } = partner.sandbox;
      const replies = await atOnce(50, (index) =>
        scenario.gateway.post('/v1/keys', {
          session,
          body: { name: `key ${index}`, subscriptionId: subscription.id },
        }),
      );
      expect(outcomesOf(replies)).toEqual({ '201': 3, '409 identity.key_limit_reached': 47 });
      expect(await keysOf(session)).toHaveLength(3);
      for (const { body } of replies.filter(({ status }) => status === 201))
        expect((await scenario.token(body, 'sandbox')).status).toBe(200);
    });

    it('B15: of ten keys made at once for one free slot, exactly one is made', async () => {
      const { sandbox, subscriptionId } = await scenario.integrating();
      await scenario.createKey(sandbox, subscriptionId);
      const replies = await atOnce(10, (index) =>
        scenario.gateway.post('/v1/keys', {
          session: sandbox.session,
          body: { name: `key ${index}`, subscriptionId },
        }),
      );
      expect(outcomesOf(replies)).toEqual({ '201': 1, '409 identity.key_limit_reached': 9 });
      expect(await keysOf(sandbox.session)).toHaveLength(3);
    });

    it('B16: keys deleted and made at once never pass the limit', async () => {
      const { sandbox, subscriptionId, key } = await scenario.integrating();
      const keys = [
        key,
        await scenario.createKey(sandbox, subscriptionId),
        await scenario.createKey(sandbox, subscriptionId),
      ];
      const { session } = sandbox;
      const [deleted, made] = await Promise.all([
        Promise.all(keys.map(({ id }) => scenario.gateway.delete(`/v1/keys/${id}`, { session }))),
        atOnce(10, (index) =>
          scenario.gateway.post('/v1/keys', { session, body: { name: `key ${index}`, subscriptionId } }),
        ),
      ]);
      expect(outcomesOf(deleted)).toEqual({ '204': 3 });
      const live = (await keysOf(session)).map(({ id }) => id);
      expect(live.length).toBeLessThanOrEqual(3);
      expect(live.sort()).toEqual(
        made.flatMap(({ status, body }) => (status === 201 ? [body.id as string] : [])).sort(),
      );
    });
  });

  describe('decisions', () => {
    const decisions: {
      name: string;
      actions: ['approval' | 'rejection' | 'change-request', 'approval' | 'rejection'];
    }[] = [
      { name: 'an approval and a rejection', actions: ['approval', 'rejection'] },
      { name: 'two approvals', actions: ['approval', 'approval'] },
      { name: 'a change request and an approval', actions: ['change-request', 'approval'] },
    ];

    it.each(decisions)(
      'B43: of $name at once, exactly one stands',
      async ({ actions }) => {
        const [first, second] = [await scenario.newStaff('reviewer'), await scenario.newStaff('reviewer')];
        await rounds(sized(3, 30), async (round) => {
          const { sandbox, subscriptionId, submissionId } = await underReview();
          const inTurn = round % 2 ? [...actions].reverse() : actions;
          const replies = await Promise.all(
            [first, second].map(({ session }, index) =>
              scenario.admin.post(`/v1/reviews/${submissionId}/${inTurn[index]}`, {
                session,
                body: { notes: 'Seen.' },
              }),
            ),
          );
          expect(outcomesOf(replies)).toEqual({ '200': 1, '409 subscriptions.already_decided': 1 });
          const winner = inTurn[replies.findIndex(({ status }) => status === 200)];
          const expected = { approval: 'approved', rejection: 'rejected', 'change-request': 'changes_requested' };
          expect(await actionsOf(sandbox.session, subscriptionId)).toEqual([
            'created',
            'submitted',
            expected[winner ?? 'approval'],
          ]);
        })();
      },
      600_000,
    );

    it('B42: a withdrawal and an approval at once: exactly one stands', async () => {
      await rounds(sized(2, 20), async () => {
        const { sandbox, subscriptionId, submissionId } = await underReview();
        const replies = await Promise.all([
          scenario.gateway.post(`/v1/subscriptions/${subscriptionId}/withdrawal`, {
            session: sandbox.session,
            body: {},
          }),
          scenario.decide(submissionId, 'approval'),
        ]);
        expect(replies.map(({ status }) => status).sort()).toEqual([200, 409]);
        expect(await actionsOf(sandbox.session, subscriptionId)).toEqual([
          'created',
          'submitted',
          replies[0].status === 200 ? 'withdrawn' : 'approved',
        ]);
      })();
    }, 600_000);

    it('B37: of ten submissions at once, exactly one is received', async () => {
      await rounds(sized(2, 10), async () => {
        const { sandbox, primary, subscriptionId } = await scenario.integrating();
        const replies = await atOnce(10, (index) =>
          scenario.gateway.post(`/v1/subscriptions/${subscriptionId}/submissions`, {
            session: index % 2 ? sandbox.session : primary.session,
            body: {},
          }),
        );
        expect(outcomesOf(replies)).toEqual({ '201': 1, '409 subscriptions.wrong_phase': 9 });
        expect(await actionsOf(sandbox.session, subscriptionId)).toEqual(['created', 'submitted']);
      })();
    }, 600_000);
  });

  describe('accounts', () => {
    it('B2: of two sandboxes asked for at once, exactly one is accepted', async () => {
      await rounds(sized(2, 20), async () => {
        const { primary } = await scenario.register();
        const replies = await atOnce(2, () =>
          scenario.gateway.post('/v1/sandbox', {
            session: primary.session,
            body: { admin: scenario.person('sandbox-admin') },
          }),
        );
        expect(outcomesOf(replies)).toEqual({ '202': 1, '409 identity.sandbox_exists': 1 });
      })();
    }, 600_000);

    it('B4: of two registrations of one domain at once, exactly one is accepted, with its own administrator', async () => {
      await rounds(sized(2, 20), async () => {
        const domain = `p-${scenario.unique()}.example`;
        const claims = { name: 'Racer', domain, programme: 'csp', type: 'direct_bill' };
        const admins = [scenario.person(), scenario.person()];
        const replies = await Promise.all(
          admins.map((admin) => scenario.gateway.post('/v1/partners', { body: { ...claims, admin } })),
        );
        expect(outcomesOf(replies)).toEqual({ '201': 1, '409 identity.domain_taken': 1 });
        const signIns = await Promise.all(
          admins.map(({ username, password }) =>
            scenario.gateway.post('/v1/sessions', { body: { username: `${username}@${domain}`, password } }),
          ),
        );
        expect(signIns.map(({ status }) => status)).toEqual(replies.map(({ status }) => (status === 201 ? 201 : 401)));
      })();
    }, 600_000);

    it('the last two global admins cannot remove each other at once', async () => {
      const { primary } = await scenario.register();
      const other = await scenario.addPerson(primary, 'global_admin');
      const { body } = await scenario.gateway.get('/v1/account/users', { session: primary.session });
      const idOf = (username: string) =>
        (body.items as { id: string; username: string }[]).find((person) => person.username === username)?.id;
      const replies = await Promise.all([
        scenario.gateway.delete(`/v1/account/users/${idOf(other.username)}`, { session: primary.session }),
        scenario.gateway.delete(`/v1/account/users/${idOf(primary.username)}`, { session: other.session }),
      ]);
      expect(replies.filter(({ status }) => status === 204)).toHaveLength(1);
      const left = await Promise.all(
        [primary, other].map(({ username, domain, password }) =>
          scenario.gateway.post('/v1/sessions', { body: { username: `${username}@${domain}`, password } }),
        ),
      );
      expect(left.filter(({ status }) => status === 201)).toHaveLength(1);
    });
  });

  describe('keys that change at once', () => {
    it('B17: of five regenerations at once, only the pair that is in force in the end gets a token', async () => {
      const { sandbox, key } = await scenario.integrating();
      const { session } = sandbox;
      const replies = await atOnce(5, () =>
        scenario.gateway.post(`/v1/keys/${key.id}/regeneration`, { session, body: {} }),
      );
      expect(outcomesOf(replies)).toEqual({ '200': 5 });
      const { body } = await scenario.gateway.get(`/v1/keys/${key.id}`, { session });
      const tokens = await Promise.all(
        [key, ...replies.map((reply) => reply.body)].map((pair) => scenario.token(pair, 'sandbox')),
      );
      const applicationIds = [key.applicationId, ...replies.map((reply) => reply.body.applicationId as string)];
      const good = applicationIds.filter((_id, index) => tokens[index]?.status === 200);
      expect(good).toEqual([body.applicationId]);
    });

    it('B19: a key deleted while it is regenerated gets no token, under neither pair', async () => {
      await rounds(sized(2, 20), async () => {
        const { sandbox, key } = await scenario.integrating();
        const { session } = sandbox;
        const [renewed, deleted] = await Promise.all([
          scenario.gateway.post(`/v1/keys/${key.id}/regeneration`, { session, body: {} }),
          scenario.gateway.delete(`/v1/keys/${key.id}`, { session }),
        ]);
        expect(deleted.status).toBe(204);
        expect([200, 404]).toContain(renewed.status);
        expect((await scenario.token(key, 'sandbox')).status).toBe(401);
        if (renewed.status === 200) expect((await scenario.token(renewed.body, 'sandbox')).status).toBe(401);
      })();
    }, 600_000);

    it('keys made while their subscription is cancelled get no token', async () => {
      await rounds(sized(2, 20), async () => {
        const { sandbox, subscriptionId, key } = await scenario.integrating();
        const { session } = sandbox;
        const [cancelled, ...made] = await Promise.all([
          scenario.gateway.delete(`/v1/subscriptions/${subscriptionId}`, { session }),
          ...['a', 'b'].map((name) => scenario.gateway.post('/v1/keys', { session, body: { name, subscriptionId } })),
        ]);
        expect(cancelled?.status).toBe(204);
        const pairs = [key, ...made.filter(({ status }) => status === 201).map(({ body }) => body)];
        for (const pair of pairs) expect((await scenario.token(pair, 'sandbox')).status).toBe(401);
        expect(await keysOf(session)).toEqual([]);
      })();
    }, 600_000);
  });

  describe('one Idempotency-Key, sent many times at once', () => {
    const repeated = (send: (headers: Record<string, string>) => Promise<ApiReply>) => {
      const headers = { 'idempotency-key': randomUUID() };
      return atOnce(12, () => send(headers));
    };
    const inProgress = ({ body }: ApiReply) => body.code === 'idempotency.in_progress';

    it('makes one key, whose secret is shown once', async () => {
      const { sandbox, subscriptionId } = await scenario.integrating();
      const send = (headers: Record<string, string>) =>
        scenario.gateway.post('/v1/keys', {
          session: sandbox.session,
          headers,
          body: { name: 'repeated', subscriptionId },
        });
      const replies = await repeated(send);
      const made = replies.filter(({ status }) => status === 201);
      expect(replies.filter((reply) => !made.includes(reply)).every(inProgress)).toBe(true);
      expect(new Set(made.map(({ body }) => body.id)).size).toBe(1);
      expect(made.filter(({ body }) => body.applicationSecret !== null)).toHaveLength(1);
      expect(await keysOf(sandbox.session)).toHaveLength(2);
    });

    it('subscribes, registers and submits once', async () => {
      const { sandbox, planId, subscriptionId } = await scenario.integrating();
      const { session } = sandbox;
      const subscribed = await repeated((headers) =>
        scenario.gateway.post('/v1/subscriptions', { session, headers, body: { planId, name: 'repeated' } }),
      );
      const submitted = await repeated((headers) =>
        scenario.gateway.post(`/v1/subscriptions/${subscriptionId}/submissions`, { session, headers, body: {} }),
      );
      const registration = {
        name: 'R',
        domain: `p-${scenario.unique()}.example`,
        programme: 'csp',
        type: 'direct_bill',
      };
      const admin = scenario.person();
      const registered = await repeated((headers) =>
        scenario.gateway.post('/v1/partners', { headers, body: { ...registration, admin } }),
      );
      for (const replies of [subscribed, submitted, registered]) {
        const done = replies.filter(({ status }) => status === 201);
        expect(done.length).toBeGreaterThan(0);
        expect(new Set(done.map(({ body }) => body.submissionId ?? body.partnerId ?? body.id)).size).toBe(1);
        expect(replies.filter((reply) => !done.includes(reply)).every(inProgress)).toBe(true);
      }
      const { body } = await scenario.gateway.get('/v1/subscriptions', { session });
      expect(body.items).toHaveLength(2);
      expect(await actionsOf(session, subscriptionId)).toEqual(['created', 'submitted']);
    });
  });

  it('every subscription has each version of its history exactly once', async () => {
    await eventually(() =>
      asAdministrator(system, async (client) => {
        const { rows } = await client.query<{ id: string; version: number; versions: number[] }>(
          `select s.id, s.version, array_agg(t.version order by t.version) as versions
           from subscriptions.subscriptions s join subscriptions.transitions t on t.subscription_id = s.id
           group by s.id, s.version`,
        );
        expect(rows.length).toBeGreaterThan(10);
        for (const { version, versions } of rows)
          expect(versions).toEqual(Array.from({ length: version }, (_, index) => index + 1));
      }),
    );
  });
});
