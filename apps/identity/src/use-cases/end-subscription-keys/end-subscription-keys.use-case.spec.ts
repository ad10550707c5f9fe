import { identity, type PartnerId, type SubscriptionId } from '#libs/contracts';
import { anApp, anId } from '#libs/testing';
import { IdentitySpec } from '../../spec-support/identity-spec';

describe('ending the keys of a subscription', () => {
  let spec: IdentitySpec;

  beforeAll(async () => {
    spec = await IdentitySpec.open();
  });
  afterAll(() => spec.close());

  const end = (partnerId: PartnerId, subscriptionId: SubscriptionId) =>
    spec.call(identity.endSubscriptionKeys, 'production', { partnerId, subscriptionId }, anApp('subscriptions'));
  const endedOf = async (subscriptionId: SubscriptionId) =>
    (await spec.service.published(identity.keyDeleted)).filter(({ data }) => data['subscriptionId'] === subscriptionId);

  describe('ended', () => {
    it('none of its keys gets a token by the time of the answer, and the others do', async () => {
      const { person, partnerId } = await spec.registerReady();
      const subscriptionId = anId<SubscriptionId>();
      const ending = [await spec.makeKey(person, subscriptionId), await spec.makeKey(person, subscriptionId)];
      const another = await spec.makeKey(person);
      await spec.atFence(
        () => end(partnerId, subscriptionId),
        async () => {
          for (const key of ending) expect(await spec.verify('production', key)).toEqual({ verdict: 'unknown' });
          expect(await spec.verify('production', another)).toMatchObject({ verdict: 'good' });
        },
      );
    });

    it('each is published, and frees its slot', async () => {
      const { person, partnerId } = await spec.registerReady();
      const subscriptionId = anId<SubscriptionId>();
      const key = await spec.makeKey(person, subscriptionId);
      await end(partnerId, subscriptionId);
      expect(await endedOf(subscriptionId)).toMatchObject([
        { subject: key.id, aggregateversion: 2, data: { revokeTokens: true, by: { kind: 'system' } } },
      ]);
      const { slots } = await spec.call(identity.listKeys, 'production', { limit: 10 }, person);
      expect(slots.used).toBe(0);
    });

    it.each([
      [undefined, 1],
      [false, 0],
    ])('its live tokens end, unless it says otherwise: revokeTokens %s', async (revokeTokens, count) => {
      const { person, partnerId } = await spec.registerReady();
      const subscriptionId = anId<SubscriptionId>();
      await spec.makeKey(person, subscriptionId);
      const request = { partnerId, subscriptionId, ...(revokeTokens !== undefined && { revokeTokens }) };
      const act = () => spec.call(identity.endSubscriptionKeys, 'production', request, anApp('subscriptions'));
      expect(await spec.endedBy('production', act)).toEqual(Array(count).fill(['subscription', subscriptionId]));
      expect(await spec.endedBy('production', act)).toEqual([]);
    });

    it('again changes and publishes nothing', async () => {
      const { person, partnerId } = await spec.registerReady();
      const subscriptionId = anId<SubscriptionId>();
      await spec.makeKey(person, subscriptionId);
      await end(partnerId, subscriptionId);
      await end(partnerId, subscriptionId);
      expect(await endedOf(subscriptionId)).toHaveLength(1);
    });

    it('no key of it lives on that is made at the same moment', async () => {
      for (let round = 0; round < 5; round += 1) {
        const { person, partnerId } = await spec.registerReady();
        const subscriptionId = anId<SubscriptionId>();
        await Promise.allSettled([
          spec.makeKey(person, subscriptionId),
          end(partnerId, subscriptionId),
          spec.makeKey(person, subscriptionId),
        ]);
        const { items } = await spec.call(identity.listKeys, 'production', { limit: 10 }, person);
        expect(items).toEqual([]);
      }
    });
  });

  it('a partner without an account there: nothing to end, and none can be made later', async () => {
    const partner = await spec.register();
    const subscriptionId = anId<SubscriptionId>();
    const ended = { partnerId: partner.partnerId, subscriptionId };
    await spec.call(identity.endSubscriptionKeys, 'sandbox', ended, anApp('subscriptions'));
    const sandbox = await spec.openActiveSandbox(partner);
    await spec.call(identity.setApiAccess, 'sandbox', { enabled: true }, sandbox);
    await expect(spec.makeKey(sandbox, subscriptionId)).rejects.toMatchObject({ code: 'identity.subscription_ended' });
  });

  it('another partner’s keys are not touched, whatever subscription is named', async () => {
    const { person } = await spec.registerReady();
    const subscriptionId = anId<SubscriptionId>();
    const key = await spec.makeKey(person, subscriptionId);
    const { partnerId: stranger } = await spec.register();
    await end(stranger, subscriptionId);
    expect(await spec.verify('production', key)).toMatchObject({ verdict: 'good' });
  });

  it('is in the audit as done by the service that called', async () => {
    const { partnerId } = await spec.register();
    const subscriptionId = anId<SubscriptionId>();
    await end(partnerId, subscriptionId);
    expect((await spec.service.acts()).at(-1)).toMatchObject({
      scope: 'production',
      by: { kind: 'service', id: 'subscriptions' },
      action: 'identity.end-subscription-keys.v1',
      targets: { partnerId, subscriptionId, revokeTokens: true },
    });
  });

  it('refused to a person', async () => {
    const { person, partnerId } = await spec.register();
    await expect(
      spec.call(
        identity.endSubscriptionKeys,
        'production',
        { partnerId, subscriptionId: anId<SubscriptionId>() },
        person,
      ),
    ).rejects.toMatchObject({ code: 'forbidden' });
  });
});
