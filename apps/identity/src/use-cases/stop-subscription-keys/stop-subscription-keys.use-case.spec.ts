import { identity, type PartnerId, type SubscriptionId } from '#libs/contracts';
import { anApp, anId } from '#libs/testing';
import { IdentitySpec, type KnownPartner } from '../../spec-support/identity-spec';

describe('stopping the keys of a cancelled subscription', () => {
  let spec: IdentitySpec;
  let partnerId: PartnerId;
  let person: KnownPartner['person'];
  let subscriptionId: SubscriptionId;
  let key: identity.KeyWithSecret;

  beforeAll(async () => {
    spec = await IdentitySpec.open();
  });
  afterAll(() => spec.close());
  beforeEach(async () => {
    ({ partnerId, person } = await spec.registerReady());
    subscriptionId = anId<SubscriptionId>();
    key = await spec.makeKey(person, subscriptionId);
  });

  const subscriptions = anApp('subscriptions');
  const stop = (
    version: number,
    given: { revokeTokens?: boolean; partnerId?: PartnerId; reason?: identity.StopReason } = {},
  ) =>
    spec.call(
      identity.stopSubscriptionKeys,
      'production',
      { partnerId, subscriptionId, version, ...given },
      subscriptions,
    );
  const restore = (version: number) =>
    spec.call(identity.restoreSubscriptionKeys, 'production', { partnerId, subscriptionId, version }, subscriptions);
  const verdict = async () => (await spec.verify('production', key)).verdict;

  it('none gets a token by the time of the answer, and the keys of others do', async () => {
    const another = await spec.makeKey(person);
    await spec.atFence(
      () => stop(2),
      async () => {
        expect(await verdict()).toBe('unknown');
        expect(await spec.verify('production', another)).toMatchObject({ verdict: 'good' });
      },
    );
  });

  it('they keep their slots, and say since when they are stopped', async () => {
    await spec.makeKey(person);
    await spec.makeKey(person);
    await stop(2);
    const { items, slots } = await spec.call(identity.listKeys, 'production', { limit: 10 }, person);
    expect(slots).toEqual({ used: 3, limit: 3 });
    expect(items.find(({ id }) => id === key.id)?.stoppedAt).not.toBeNull();
    await expect(spec.makeKey(person)).rejects.toMatchObject({ code: 'identity.key_limit_reached' });
  });

  it('their live tokens end, unless it says otherwise; restored, new ones are good and the ended stay ended', async () => {
    const before = await spec.epochOf(key, 'production');
    expect(await spec.endedBy('production', () => stop(2))).toEqual([['subscription', subscriptionId]]);
    await restore(3);
    const ended = (await spec.revocations('production')).find(({ holderId }) => holderId === subscriptionId);
    expect(before).toBeLessThan(ended?.epoch ?? 0);
    expect(await spec.epochOf(key, 'production')).toBeGreaterThanOrEqual(ended?.epoch ?? Infinity);
    expect(await spec.endedBy('production', () => stop(4, { revokeTokens: false }))).toEqual([]);
  });

  it('none is made meanwhile, also where there was no account when it was cancelled', async () => {
    await stop(2);
    await expect(spec.makeKey(person, subscriptionId)).rejects.toMatchObject({ code: 'identity.subscription_ended' });
    const partner = await spec.register();
    const request = { partnerId: partner.partnerId, subscriptionId: anId<SubscriptionId>(), version: 2 };
    await spec.call(identity.stopSubscriptionKeys, 'sandbox', request, subscriptions);
    const sandbox = await spec.openActiveSandbox(partner);
    await spec.call(identity.setApiAccess, 'sandbox', { enabled: true }, sandbox);
    const make = () => spec.makeKey(sandbox, request.subscriptionId);
    await expect(make()).rejects.toMatchObject({ code: 'identity.subscription_ended' });
    await spec.call(identity.restoreSubscriptionKeys, 'sandbox', { ...request, version: 3 }, subscriptions);
    expect(await make()).toMatchObject({ subscriptionId: request.subscriptionId });
  });

  it('news that comes twice, late or out of order changes nothing', async () => {
    await stop(2);
    await restore(3);
    await stop(2);
    expect(await verdict()).toBe('good');
    await stop(5);
    await restore(3);
    expect(await verdict()).toBe('unknown');
    await restore(5);
    expect(await verdict()).toBe('unknown');
    await restore(6);
    expect(await verdict()).toBe('good');
  });

  describe('because its payment was taken back', () => {
    const unpaid = { reason: 'payment' as const };

    it('says so to its account, and to whoever has the secret, and to nobody else', async () => {
      await stop(2, unpaid);
      const { items } = await spec.call(identity.listKeys, 'production', { limit: 10 }, person);
      expect(items.find(({ id }) => id === key.id)).toMatchObject({
        stoppedAt: expect.any(String),
        stopReason: 'payment',
      });
      expect(await spec.verify('production', key)).toEqual({ verdict: 'unknown', stopped: 'payment' });
      const guessed = { applicationId: key.applicationId, applicationSecret: 'guessed' };
      expect(await spec.verify('production', guessed)).toEqual({ verdict: 'unknown' });
    });

    it('B34: none is made meanwhile, whatever `subscriptions` said before: production is locked, not the subscription ended', async () => {
      await stop(2, unpaid);
      await expect(spec.makeKey(person, subscriptionId)).rejects.toMatchObject({
        code: 'identity.production_locked',
        detail: { reasons: ['payment'] },
      });
      await restore(3);
      expect(await spec.makeKey(person, subscriptionId)).toMatchObject({ stoppedAt: null, stopReason: null });
      const { items } = await spec.call(identity.listKeys, 'production', { limit: 10 }, person);
      expect(items.find(({ id }) => id === key.id)).toMatchObject({ stoppedAt: null, stopReason: null });
    });

    it('and cancelled later, it says that; news of the payment that comes late changes nothing', async () => {
      await stop(2, unpaid);
      await stop(4);
      await stop(2, unpaid);
      expect(await spec.verify('production', key)).toEqual({ verdict: 'unknown', stopped: 'cancelled' });
      await expect(spec.makeKey(person, subscriptionId)).rejects.toMatchObject({ code: 'identity.subscription_ended' });
    });

    it('stopped by a copy that recorded no reasons, it counts as cancelled', async () => {
      await stop(2);
      await spec.service.admin.query(
        'update identity.subscription_stops set reason = null where subscription_id = $1',
        [subscriptionId],
      );
      await spec.service.admin.query('update identity.access_keys set stop_reason = null where id = $1', [key.id]);
      expect(await spec.verify('production', key)).toEqual({ verdict: 'unknown', stopped: 'cancelled' });
      await expect(spec.makeKey(person, subscriptionId)).rejects.toMatchObject({ code: 'identity.subscription_ended' });
    });
  });

  it('a key of it that is deleted meanwhile stays deleted when it is restored', async () => {
    await stop(2);
    await spec.call(identity.deleteKey, 'production', { keyId: key.id }, person);
    await restore(3);
    expect(await verdict()).toBe('unknown');
  });

  it('a secret that is rotated meanwhile is good only once it is restored', async () => {
    await stop(2);
    const pair = await spec.call(identity.rotateKey, 'production', { keyId: key.id }, person);
    expect(await spec.verify('production', pair)).toEqual({ verdict: 'unknown', stopped: 'cancelled' });
    await restore(3);
    expect(await spec.verify('production', pair)).toMatchObject({ verdict: 'good' });
  });

  it('another partner’s keys are not touched, whatever subscription is named, and can still be stopped', async () => {
    const { partnerId: stranger } = await spec.register();
    await stop(2, { partnerId: stranger });
    expect(await verdict()).toBe('good');
    await stop(2);
    expect(await verdict()).toBe('unknown');
  });

  it('one that is made at the same moment is stopped, too', async () => {
    for (let round = 0; round < 5; round += 1) {
      const partner = await spec.registerReady();
      const ofOne = { partnerId: partner.partnerId, subscriptionId: anId<SubscriptionId>(), version: 2 };
      const [made] = await Promise.allSettled([
        spec.makeKey(partner.person, ofOne.subscriptionId),
        spec.call(identity.stopSubscriptionKeys, 'production', ofOne, subscriptions),
      ]);
      if (made.status === 'fulfilled')
        expect(await spec.verify('production', made.value)).toEqual({ verdict: 'unknown', stopped: 'cancelled' });
    }
  });

  it('refused to a person', async () => {
    const request = { partnerId, subscriptionId, version: 2 };
    for (const method of [identity.stopSubscriptionKeys, identity.restoreSubscriptionKeys])
      await expect(spec.call(method, 'production', request, person)).rejects.toMatchObject({ code: 'forbidden' });
  });
});
