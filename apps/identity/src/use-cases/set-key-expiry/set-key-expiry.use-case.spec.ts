import { identity, type KeyId, type PersonCaller, type SubscriptionId } from '#libs/contracts';
import { anApp, anId } from '#libs/testing';
import { IdentitySpec } from '../../spec-support/identity-spec';

const dayMs = 86_400_000;

describe('when a key expires', () => {
  let spec: IdentitySpec;
  let nowMs: number;
  let person: PersonCaller;

  beforeAll(async () => {
    spec = await IdentitySpec.open({ SLIPWAY_KEY_LIMIT: '100' });
    ({ person } = await spec.registerReady());
  });
  beforeEach(() => {
    // A whole second, as expiries are.
    nowMs = Math.floor(spec.service.clock.now() / 1_000) * 1_000;
    jest.spyOn(spec.service.clock, 'now').mockImplementation(() => nowMs);
    spec.grant({ verdict: 'granted', productId: spec.productId, keyLifetimeDays: 90 });
  });
  afterEach(() => jest.restoreAllMocks());
  afterAll(() => spec.close());

  const inDays = (days: number) => new Date(nowMs + days * dayMs).toISOString();
  const setExpiry = (keyId: KeyId, expiresAt: string | null) =>
    spec.call(identity.setKeyExpiry, 'production', { keyId, expiresAt }, person);
  const make = (expiresAt?: string) =>
    spec.call(
      identity.createKey,
      'production',
      { name: 'server', subscriptionId: anId<SubscriptionId>(), expiresAt },
      person,
    );
  const rotate = (keyId: KeyId, overlapSeconds = 0) =>
    spec.call(identity.rotateKey, 'production', { keyId, overlapSeconds }, person);
  const regenerate = (keyId: KeyId) => spec.call(identity.regenerateKey, 'production', { keyId }, person);
  const refusedAt = (pointer: string) => ({ code: 'invalid_request', fields: [{ pointer }] });

  describe('as the plan has it', () => {
    it('B16: counts from when the pair was made; a plan without a lifetime has none', async () => {
      expect(await make()).toMatchObject({ expiresAt: inDays(90), state: 'active' });
      for (const keyLifetimeDays of [null, undefined]) {
        spec.grant({ verdict: 'granted', productId: spec.productId, keyLifetimeDays });
        expect(await make()).toMatchObject({ expiresAt: null, state: 'active' });
      }
    });

    it('the owner may have it sooner, when making the key and later; never later than that', async () => {
      const { id, expiresAt } = await make(inDays(10));
      expect(expiresAt).toBe(inDays(10));
      expect(await setExpiry(id, inDays(5))).toMatchObject({ expiresAt: inDays(5) });
      expect(await setExpiry(id, inDays(89))).toMatchObject({ expiresAt: inDays(89) });
      expect(await setExpiry(id, null)).toMatchObject({ expiresAt: inDays(90) });
      await expect(setExpiry(id, inDays(91))).rejects.toMatchObject(refusedAt('/expiresAt'));
      await expect(make(inDays(91))).rejects.toMatchObject(refusedAt('/expiresAt'));
      await expect(setExpiry(id, inDays(0))).rejects.toMatchObject(refusedAt('/expiresAt'));
    });

    it('rotating never puts it off; a pair that is regenerated has its full time', async () => {
      const { id } = await make(inDays(10));
      nowMs += dayMs;
      expect(await rotate(id)).toMatchObject({ expiresAt: inDays(9) });
      expect(await regenerate(id)).toMatchObject({ expiresAt: inDays(90) });
    });
  });

  describe('from that very moment', () => {
    it('B23: it is expired, gets no token, and whoever has its secret is told so', async () => {
      const key = await make(inDays(1));
      nowMs += dayMs - 1;
      const expiresAt = new Date(nowMs + 1).toISOString();
      expect(await spec.verify('production', key)).toMatchObject({ verdict: 'good', goodForMs: 1, key: { expiresAt } });
      nowMs += 1;
      expect(await spec.verify('production', key)).toEqual({ verdict: 'unknown', expired: true });
      expect(await spec.verify('production', { ...key, applicationSecret: 'a guess' })).toEqual({ verdict: 'unknown' });
      const own = await spec.call(identity.verifyOwnKey, 'production', { keyId: key.id }, person);
      expect(own).toEqual({ verdict: 'unknown', expired: true });
    });

    it('B36: it is no live key of its subscription', async () => {
      const { subscriptionId } = await make(inDays(1));
      const { partnerId } = person;
      const isLive = async () => [
        (await spec.call(identity.hasLiveKey, 'production', { partnerId, subscriptionId }, anApp('subscriptions')))
          .live,
        (
          await spec.call(
            identity.findLiveKeys,
            'production',
            { subscriptions: [{ partnerId, subscriptionId }] },
            anApp('subscriptions'),
          )
        ).subscriptionIds.length,
      ];
      expect(await isLive()).toEqual([true, 1]);
      nowMs += dayMs;
      expect(await isLive()).toEqual([false, 0]);
    });

    it('it is neither rotated nor put off; a new pair may be made of it', async () => {
      const { id } = await make(inDays(1));
      nowMs += dayMs;
      for (const act of [() => rotate(id), () => setExpiry(id, inDays(5)), () => setExpiry(id, null)])
        await expect(act()).rejects.toMatchObject({ code: 'identity.key_expired' });
      const pair = await regenerate(id);
      expect(pair).toMatchObject({ state: 'active', expiresAt: inDays(90) });
      expect(await spec.verify('production', pair)).toMatchObject({ verdict: 'good' });
    });
  });

  it('B18: the previous secret of a rotation never outlives the key, even where that is set to expire sooner later', async () => {
    const previous = await make(inDays(2));
    const { previousSecretUntil } = await rotate(previous.id, 7 * 86_400);
    expect(previousSecretUntil).toBe(inDays(2));
    expect(await setExpiry(previous.id, inDays(1))).toMatchObject({ previousSecretUntil: inDays(1) });
    nowMs += dayMs;
    expect(await spec.verify('production', previous)).toMatchObject({ verdict: 'unknown' });
  });

  it('sooner, is not answered before no token can be made any more that lives longer', async () => {
    const key = await make();
    await spec.atFence(
      () => setExpiry(key.id, inDays(1)),
      async () =>
        expect(await spec.verify('production', key)).toMatchObject({ verdict: 'good', key: { expiresAt: inDays(1) } }),
    );
  });

  it('is nobody else’s to set', async () => {
    const { id } = await make();
    const { person: stranger } = await spec.registerReady();
    await expect(
      spec.call(identity.setKeyExpiry, 'production', { keyId: id, expiresAt: null }, stranger),
    ).rejects.toMatchObject({ code: 'not_found' });
  });
});
