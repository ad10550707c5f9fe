import { identity, type Environment, type PartnerId, type SubscriptionId } from '#libs/contracts';
import { unchanged } from '#libs/events';
import { newTraceId } from '#libs/rpc';
import { anId } from '#libs/testing';
import { IdentitySpec } from '../../spec-support/identity-spec';
import { OnSubscriptionCancelled } from './on-subscription-cancelled.event-handler';

describe('a subscription was cancelled', () => {
  let spec: IdentitySpec;

  beforeAll(async () => {
    spec = await IdentitySpec.open();
  });
  afterAll(() => spec.close());

  const deliver = (environment: Environment, partnerId: PartnerId, subscriptionId: SubscriptionId) => {
    const by = { kind: 'person', id: anId(), displayName: 'Ada Lovelace' };
    const event = {
      scope: 'shared',
      aggregateversion: 2,
      data: { partnerId, subscriptionId, by, revokeTokens: true, restorableUntil: null },
    };
    return spec.service.database.transaction(environment, newTraceId(), (tx) =>
      spec.service.get(OnSubscriptionCancelled).cancelled(event as never, tx),
    );
  };
  const endedOf = async (subscriptionId: SubscriptionId) =>
    (await spec.service.published(identity.keyDeleted)).filter(({ data }) => data['subscriptionId'] === subscriptionId);

  it('its keys end in the environment the event is read for, and in no other', async () => {
    const partner = await spec.registerReady();
    const sandbox = await spec.openActiveSandbox(partner);
    await spec.call(identity.setApiAccess, 'sandbox', { enabled: true }, sandbox);
    const subscriptionId = anId<SubscriptionId>();
    const live = await spec.makeKey(partner.person, subscriptionId);
    const test = await spec.makeKey(sandbox, subscriptionId);
    await deliver('sandbox', partner.partnerId, subscriptionId);
    expect(await spec.verify('sandbox', test)).toEqual({ verdict: 'unknown' });
    expect(await spec.verify('production', live)).toMatchObject({ verdict: 'good' });
    await deliver('production', partner.partnerId, subscriptionId);
    expect(await spec.verify('production', live)).toEqual({ verdict: 'unknown' });
  });

  it('delivered twice, each key ends once, by whoever cancelled', async () => {
    const { person, partnerId } = await spec.registerReady();
    const subscriptionId = anId<SubscriptionId>();
    await spec.makeKey(person, subscriptionId);
    await Promise.all([1, 2].map(() => deliver('production', partnerId, subscriptionId)));
    expect(await deliver('production', partnerId, subscriptionId)).toBe(unchanged);
    expect(await endedOf(subscriptionId)).toMatchObject([{ data: { by: { kind: 'person' }, revokeTokens: true } }]);
  });

  it('no key is made of it any more', async () => {
    const { person, partnerId } = await spec.registerReady();
    const subscriptionId = anId<SubscriptionId>();
    await deliver('production', partnerId, subscriptionId);
    await expect(spec.makeKey(person, subscriptionId)).rejects.toMatchObject({ code: 'identity.subscription_ended' });
  });

  it('a partner without a sandbox has nothing to end there', async () => {
    const { partnerId } = await spec.register();
    await deliver('sandbox', partnerId, anId());
  });
});
