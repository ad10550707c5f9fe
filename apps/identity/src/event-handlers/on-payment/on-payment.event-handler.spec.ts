import type { PartnerId, SubscriptionId } from '#libs/contracts';
import { unchanged } from '#libs/events';
import { newTraceId } from '#libs/rpc';
import { anId } from '#libs/testing';
import { IdentitySpec } from '../../spec-support/identity-spec';
import { OnPayment } from './on-payment.event-handler';

describe('a payment', () => {
  let spec: IdentitySpec;

  beforeAll(async () => {
    spec = await IdentitySpec.open();
  });
  afterAll(() => spec.close());

  const deliver = (
    what: 'undone' | 'recorded',
    partnerId: PartnerId,
    subscriptionId: SubscriptionId,
    aggregateversion: number,
  ) => {
    const event = { aggregateversion, data: { partnerId, subscriptionId } };
    return spec.service.database.transaction('production', newTraceId(), (tx) =>
      spec.service.get(OnPayment)[what](event as never, tx),
    );
  };

  it('undone stops a key that was being made meanwhile, and recorded again lets it go on', async () => {
    const { person, partnerId } = await spec.registerReady();
    const subscriptionId = anId<SubscriptionId>();
    const key = await spec.makeKey(person, subscriptionId);
    expect(await spec.endedBy('production', () => deliver('undone', partnerId, subscriptionId, 3))).toEqual([
      ['subscription', subscriptionId],
    ]);
    expect(await spec.verify('production', key)).toEqual({ verdict: 'unknown', stopped: 'payment' });
    await expect(spec.makeKey(person, subscriptionId)).rejects.toMatchObject({
      code: 'identity.production_locked',
      detail: { reasons: ['payment'] },
    });
    await deliver('recorded', partnerId, subscriptionId, 4);
    expect(await spec.verify('production', key)).toMatchObject({ verdict: 'good' });
  });

  it('that comes late, or twice, changes nothing', async () => {
    const { person, partnerId } = await spec.registerReady();
    const subscriptionId = anId<SubscriptionId>();
    const key = await spec.makeKey(person, subscriptionId);
    await deliver('recorded', partnerId, subscriptionId, 4);
    expect(await deliver('undone', partnerId, subscriptionId, 3)).toBe(unchanged);
    expect(await deliver('recorded', partnerId, subscriptionId, 4)).toBe(unchanged);
    expect(await spec.verify('production', key)).toMatchObject({ verdict: 'good' });
  });
});
