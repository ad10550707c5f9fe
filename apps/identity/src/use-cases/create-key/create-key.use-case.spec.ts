import { identity, type SubscriptionId } from '#libs/contracts';
import { address, anApp, anId, audited, type OpenedService } from '#libs/testing';
import { IdentitySpec, type KnownPartner } from '../../spec-support/identity-spec';

describe('making an access key', () => {
  let spec: IdentitySpec;
  let service: OpenedService;

  beforeAll(async () => {
    spec = await IdentitySpec.open();
    service = spec.service;
  });
  afterAll(() => spec.close());
  beforeEach(() => spec.grant({ verdict: 'granted', productId: spec.productId }));

  const liveKeys = async ({ partnerId }: KnownPartner) => {
    const { rows } = await service.admin.query<{ slot: number }>(
      'select slot from identity.access_keys where partner_id = $1 and deleted_at is null order by slot',
      [partnerId],
    );
    return rows.map(({ slot }) => slot);
  };

  describe('made', () => {
    it('B13, B14: gives a pair whose secret is shown once', async () => {
      const { person } = await spec.registerReady();
      const key = await spec.makeKey(person);
      expect(key.applicationSecret).toMatch(/^slpsk_live_/);
      expect(key.secretAlreadyShown).toBe(false);
      const read = await spec.call(identity.getKey, 'production', { keyId: key.id }, person);
      expect(JSON.stringify(read)).not.toContain(key.applicationSecret);
    });

    it('is published once, without the secret', async () => {
      const { person } = await spec.registerReady();
      const key = await spec.makeKey(person);
      const events = (await service.published(identity.keyCreated)).filter(({ subject }) => subject === key.id);
      expect(events).toHaveLength(1);
      expect(events[0]?.data).toMatchObject({ keyId: key.id, accountId: person.accountId, keyName: 'server' });
      expect(JSON.stringify(events)).not.toContain(key.applicationSecret);
    });

    it('the secret is nowhere in the database', async () => {
      const { person } = await spec.registerReady();
      const key = await spec.makeKey(person);
      const { rows } = await service.admin.query('select * from identity.access_keys where id = $1', [key.id]);
      expect(rows).toHaveLength(1);
      expect(JSON.stringify(rows)).not.toContain(key.applicationSecret);
    });

    it('is one row of the audit log: who, what, on what, when, from where; no name, no secret', async () => {
      const { person } = await spec.registerReady();
      const subscriptionId = anId<SubscriptionId>();
      const before = service.clock.now();
      const request = { name: 'server', subscriptionId };
      const { rows, traceId, reply } = await audited(service, identity.createKey, 'production', request, person);
      if (reply.status === 'rejected') throw reply.reason;
      expect(rows).toEqual([
        {
          scope: 'production',
          id: expect.any(String),
          at: expect.any(Date),
          actor_kind: 'person',
          actor_id: person.personId,
          action: 'identity.create-key.v1',
          outcome: 'done',
          targets: {
            id: reply.value.id,
            applicationId: reply.value.applicationId,
            subscriptionId,
            accountId: person.accountId,
            partnerId: person.partnerId,
            environment: 'production',
          },
          address,
          trace_id: traceId,
        },
      ]);
      expect(rows[0]?.at.getTime()).toBeGreaterThanOrEqual(before);
      expect(rows[0]?.at.getTime()).toBeLessThanOrEqual(service.clock.now());
    });

    it('a repetition under one Idempotency-Key is no act of its own, and what is undone leaves no row', async () => {
      const { person } = await spec.registerReady();
      const request = { name: 'server', subscriptionId: anId<SubscriptionId>() };
      const act = (key?: string) => audited(service, identity.createKey, 'production', request, person, key);
      const again = anId();
      expect([await act(again), await act(again)].map(({ rows }) => rows.length)).toEqual([1, 0]);
      expect([await act(), await act()].map(({ rows }) => rows.length)).toEqual([1, 1]);
      const fourth = await act();
      expect(fourth).toMatchObject({ rows: [], reply: { reason: { code: 'identity.key_limit_reached' } } });
    });

    it('asks for the grant of this partner, this subscription, this environment', async () => {
      const { person, partnerId } = await spec.registerReady();
      const subscriptionId = anId<SubscriptionId>();
      await spec.makeKey(person, subscriptionId);
      expect(service.neighbours.calls.at(-1)).toEqual({
        method: 'check-grant',
        scope: 'shared',
        request: { partnerId, subscriptionId, environment: 'production' },
      });
    });

    it('a developer may', async () => {
      const { person, domain } = await spec.registerReady();
      const developer = await spec.colleague(person, domain, 'dev', 'developer');
      expect(await spec.makeKey(developer)).toMatchObject({ createdBy: { id: developer.personId } });
    });
  });

  describe('B15: the limit is reached', () => {
    it('after three, with what the limit is', async () => {
      const partner = await spec.registerReady();
      for (const name of ['one', 'two', 'three']) await spec.makeKey(partner.person, anId(), name);
      await expect(spec.makeKey(partner.person)).rejects.toMatchObject({
        code: 'identity.key_limit_reached',
        message: 'This account has all 3 of its keys in production. Delete one to make another.',
        detail: { limit: 3, used: 3 },
      });
      expect(await liveKeys(partner)).toEqual([1, 2, 3]);
    });

    it('ten at once make three', async () => {
      const partner = await spec.registerReady();
      const made = await Promise.allSettled(Array.from({ length: 10 }, () => spec.makeKey(partner.person)));
      const refused = made.filter((result) => result.status === 'rejected').map(({ reason }) => reason as unknown);
      expect(refused).toHaveLength(7);
      for (const error of refused) expect(error).toMatchObject({ code: 'identity.key_limit_reached' });
      expect(await liveKeys(partner)).toEqual([1, 2, 3]);
    });

    it('four that meet at the account make three', async () => {
      const partner = await spec.registerReady();
      const made = await spec.atOnce(
        { table: 'accounts', ids: [partner.person.accountId] },
        Array.from({ length: 4 }, () => () => spec.makeKey(partner.person)),
      );
      const refused = made.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
      expect(refused).toMatchObject([{ code: 'identity.key_limit_reached' }]);
      expect(await liveKeys(partner)).toEqual([1, 2, 3]);
    });

    it('staff may set another for one partner', async () => {
      const partner = await spec.registerReady();
      const change = { partnerId: partner.partnerId, keyLimit: { production: 1 } };
      await spec.call(identity.updatePartner, 'shared', change, spec.staff);
      await spec.makeKey(partner.person);
      await expect(spec.makeKey(partner.person)).rejects.toMatchObject({ detail: { limit: 1 } });
    });

    it.each([
      [1, 'This account has 2 keys in production and may have 1. They go on working; delete 2 to make another.'],
      [0, "This account may have no keys in production. The provider's staff sets how many."],
    ])('lowered to %i below what there is, it says how many are too many', async (limit, message) => {
      const partner = await spec.registerReady();
      for (const name of ['one', 'two']) await spec.makeKey(partner.person, anId(), name);
      const change = { partnerId: partner.partnerId, keyLimit: { production: limit } };
      await spec.call(identity.updatePartner, 'shared', change, spec.staff);
      await expect(spec.makeKey(partner.person)).rejects.toMatchObject({ message, detail: { limit, used: 2 } });
    });

    it('B21: where the plan counts per subscription, each has as many of its own, and takes none of the account', async () => {
      const { person } = await spec.registerReady();
      spec.grant({ verdict: 'granted', productId: spec.productId, keySlotsPer: 'subscription' });
      const subscriptions = [anId<SubscriptionId>(), anId<SubscriptionId>()];
      const slotsOf = async (subscriptionId?: SubscriptionId) =>
        (await spec.call(identity.listKeys, 'production', { limit: 10, subscriptionId }, person)).slots;
      for (const subscriptionId of subscriptions) {
        const calls = Array.from({ length: 4 }, () => () => spec.makeKey(person, subscriptionId));
        const made = await spec.atOnce({ table: 'accounts', ids: [person.accountId] }, calls);
        expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
        await expect(spec.makeKey(person, subscriptionId)).rejects.toMatchObject({
          code: 'identity.key_limit_reached',
          message: 'This subscription has all 3 of its keys in production. Delete one to make another.',
        });
        expect(await slotsOf(subscriptionId)).toEqual({ used: 3, limit: 3 });
      }
      expect(await slotsOf()).toEqual({ used: 0, limit: 3 });
      spec.grant({ verdict: 'granted', productId: spec.productId });
      for (const name of ['one', 'two', 'three']) await spec.makeKey(person, anId(), name);
      await expect(spec.makeKey(person)).rejects.toMatchObject({ code: 'identity.key_limit_reached' });
    });

    it('the slots of one account are not those of the other', async () => {
      const partner = await spec.registerReady();
      for (const name of ['one', 'two', 'three']) await spec.makeKey(partner.person, anId(), name);
      const sandbox = await spec.openActiveSandbox(partner);
      await spec.call(identity.setApiAccess, 'sandbox', { enabled: true }, sandbox);
      expect((await spec.makeKey(sandbox)).applicationSecret).toMatch(/^slpsk_sbx_/);
    });
  });

  describe('refused by what the subscription is', () => {
    it('production is locked: every reason, the pipeline’s and the account’s', async () => {
      const { person, partnerId } = await spec.register();
      await spec.call(identity.updatePartner, 'shared', { partnerId, verified: false }, spec.staff);
      await spec.call(identity.suspendPartner, 'shared', { partnerId, notes: null }, spec.staff);
      spec.grant({ verdict: 'locked', reasons: ['review', 'payment'] });
      await expect(spec.makeKey(person)).rejects.toMatchObject({
        code: 'identity.production_locked',
        detail: { reasons: ['review', 'payment', 'api_access_off', 'not_eligible', 'suspended'] },
      });
    });

    it('a subscription nobody knows is not found', async () => {
      const { person } = await spec.registerReady();
      spec.grant({ verdict: 'unknown' });
      await expect(spec.makeKey(person)).rejects.toMatchObject({ code: 'not_found' });
    });

    it('a plan without a sandbox has no keys there', async () => {
      const sandbox = await spec.openActiveSandbox(await spec.register());
      spec.grant({ verdict: 'no_sandbox' });
      await expect(spec.makeKey(sandbox)).rejects.toMatchObject({ code: 'subscriptions.plan_has_no_sandbox' });
    });

    it('an ended subscription, however late the request and whatever its grant was', async () => {
      const { person, partnerId } = await spec.registerReady();
      const subscriptionId = anId<SubscriptionId>();
      const ended = { partnerId, subscriptionId };
      await spec.call(identity.endSubscriptionKeys, 'production', ended, anApp('subscriptions'));
      await expect(spec.makeKey(person, subscriptionId)).rejects.toMatchObject({ code: 'identity.subscription_ended' });
    });
  });

  describe('refused by what the account is', () => {
    it('B8: its set-up is not complete', async () => {
      const sandbox = await spec.openSandbox(await spec.register());
      await expect(spec.makeKey(sandbox)).rejects.toMatchObject({ code: 'identity.setup_incomplete' });
    });

    it('B12: API access is off', async () => {
      const partner = await spec.register();
      await expect(spec.makeKey(partner.person)).rejects.toMatchObject({ code: 'identity.api_access_off' });
      expect(await liveKeys(partner)).toEqual([]);
    });

    it('B9, B10: the partner is not eligible, with every reason', async () => {
      const { person, partnerId } = await spec.registerReady();
      const change = { partnerId, verified: false, programme: 'other' };
      await spec.call(identity.updatePartner, 'shared', change, spec.staff);
      await spec.call(identity.suspendPartner, 'shared', { partnerId, notes: null }, spec.staff);
      await expect(spec.makeKey(person)).rejects.toMatchObject({
        code: 'identity.not_eligible',
        detail: { reasons: ['unverified', 'programme_not_eligible', 'suspended'] },
      });
    });

    it('B10, B34: by 409 while the pipeline itself locks, with every reason; by 403 once only eligibility is missing', async () => {
      const { person, partnerId } = await spec.registerReady();
      await spec.call(identity.updatePartner, 'shared', { partnerId, verified: false }, spec.staff);
      for (const lock of ['review', 'payment'] as const) {
        spec.grant({ verdict: 'locked', reasons: [lock] });
        await expect(spec.makeKey(person)).rejects.toMatchObject({
          code: 'identity.production_locked',
          category: 'conflict',
          detail: { reasons: [lock, 'not_eligible'] },
        });
      }
      spec.grant({ verdict: 'granted', productId: anId() });
      await expect(spec.makeKey(person)).rejects.toMatchObject({
        code: 'identity.not_eligible',
        category: 'forbidden',
        detail: { reasons: ['unverified'] },
      });
    });

    it('it belongs to the other environment', async () => {
      const { person } = await spec.registerReady();
      const request = { name: 'server', subscriptionId: anId<SubscriptionId>() };
      await expect(spec.call(identity.createKey, 'sandbox', request, person)).rejects.toMatchObject({
        code: 'forbidden',
      });
    });
  });

  describe('repeated with an Idempotency-Key', () => {
    const request = () => ({ name: 'server', subscriptionId: anId<SubscriptionId>() });

    it('answers with the same key without its secret, and makes no second', async () => {
      const partner = await spec.registerReady();
      const body = request();
      const first = await spec.call(identity.createKey, 'production', body, partner.person, 'again');
      const second = await spec.call(identity.createKey, 'production', body, partner.person, 'again');
      expect(first.applicationSecret).not.toBeNull();
      expect(second).toMatchObject({ id: first.id, applicationSecret: null, secretAlreadyShown: true });
      expect(await liveKeys(partner)).toEqual([1]);
    });

    it('answers the same when the grant has ended meanwhile', async () => {
      const { person } = await spec.registerReady();
      const body = request();
      const { id } = await spec.call(identity.createKey, 'production', body, person, 'later');
      spec.grant({ verdict: 'unknown' });
      expect(await spec.call(identity.createKey, 'production', body, person, 'later')).toMatchObject({ id });
    });

    it('refuses the key with another body', async () => {
      const partner = await spec.registerReady();
      await spec.call(identity.createKey, 'production', request(), partner.person, 'one');
      await expect(spec.call(identity.createKey, 'production', request(), partner.person, 'one')).rejects.toMatchObject(
        { code: 'idempotency.key_reused', category: 'mismatch' },
      );
      expect(await liveKeys(partner)).toEqual([1]);
    });

    it('the secret is not in what is recorded for it', async () => {
      const { person } = await spec.registerReady();
      const key = await spec.call(identity.createKey, 'production', request(), person, 'stored');
      const { rows } = await service.admin.query('select reply from identity.idempotency where key = $1', ['stored']);
      expect(rows).toHaveLength(1);
      expect(JSON.stringify(rows)).not.toContain(key.applicationSecret);
    });
  });
});
