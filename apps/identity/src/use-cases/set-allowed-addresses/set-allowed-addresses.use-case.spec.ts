import { identity, type KeyId, type PersonCaller, type SubscriptionId } from '#libs/contracts';
import { anApp, anId } from '#libs/testing';
import { IdentitySpec } from '../../spec-support/identity-spec';

describe('from where a key may be used', () => {
  let spec: IdentitySpec;
  let person: PersonCaller;

  beforeAll(async () => {
    spec = await IdentitySpec.open({ SLIPWAY_KEY_LIMIT: '100' });
    ({ person } = await spec.registerReady());
  });
  afterAll(() => spec.close());

  const make = (allowedAddresses?: string[]) =>
    spec.call(
      identity.createKey,
      'production',
      { name: 'server', subscriptionId: anId<SubscriptionId>(), allowedAddresses },
      person,
    );
  const set = (keyId: KeyId, allowedAddresses: string[], caller = person) =>
    spec.call(identity.setAllowedAddresses, 'production', { keyId, allowedAddresses }, caller);
  /** Whose tokens have been ended, as gateways read it. */
  const ended = async (keyId: KeyId) => {
    const { items } = await spec.call(identity.listTokenRevocations, 'production', { after: 0 }, anApp('gateway'));
    return items.find(({ holderId }) => holderId === keyId)?.epoch;
  };

  it('anywhere, unless its owner says otherwise', async () => {
    const key = await make();
    expect(key.allowedAddresses).toEqual([]);
    expect(await spec.verify('production', key)).toMatchObject({
      key: expect.not.objectContaining({ allowedAddresses: expect.anything() }),
    });
  });

  it('B23: whoever asks about the key is told; it can be set with it and later', async () => {
    const key = await make(['203.0.113.7']);
    expect(key.allowedAddresses).toEqual(['203.0.113.7/32']);
    const given = ['2001:db8::/32', '203.0.113.0/24'];
    expect(await set(key.id, given)).toMatchObject({ allowedAddresses: given });
    expect(await spec.verify('production', key)).toMatchObject({ verdict: 'good', key: { allowedAddresses: given } });
    expect(await set(key.id, [])).toMatchObject({ allowedAddresses: [] });
  });

  it('rotating and regenerating leave it as it is', async () => {
    const { id } = await make(['203.0.113.0/24']);
    for (const act of [identity.rotateKey, identity.regenerateKey])
      expect(await spec.call(act, 'production', { keyId: id }, person)).toMatchObject({
        allowedAddresses: ['203.0.113.0/24'],
      });
  });

  it('tokens end that may be used from where it may not be any more, and no others', async () => {
    const { id } = await make();
    await set(id, ['203.0.113.0/24']);
    const first = await ended(id);
    expect(first).toEqual(expect.any(Number));
    for (const wider of [['203.0.112.0/23'], ['203.0.112.0/23', '::1'], []]) await set(id, wider);
    expect(await ended(id)).toBe(first);
    await set(id, ['::1']);
    expect(await ended(id)).toBeGreaterThan(first ?? Infinity);
  });

  it('is not answered before no token can be made any more from where it may not be used', async () => {
    const key = await make();
    await spec.atFence(
      () => set(key.id, ['203.0.113.0/24']),
      async () =>
        expect(await spec.verify('production', key)).toMatchObject({ key: { allowedAddresses: ['203.0.113.0/24'] } }),
    );
  });

  it('what is no range of addresses is refused, each by its place, and nothing is changed', async () => {
    const { id } = await make(['203.0.113.0/24']);
    const fields = [{ pointer: '/allowedAddresses/1' }, { pointer: '/allowedAddresses/2' }];
    for (const act of [() => set(id, ['::1', 'here', '10.0.0.1/8']), () => make(['::1', 'here', '10.0.0.1/8'])])
      await expect(act()).rejects.toMatchObject({ code: 'invalid_request', fields });
    const key = await spec.call(identity.getKey, 'production', { keyId: id }, person);
    expect(key.allowedAddresses).toEqual(['203.0.113.0/24']);
  });

  it('is nobody else’s to set', async () => {
    const { id } = await make();
    const { person: stranger } = await spec.registerReady();
    await expect(set(id, [], stranger)).rejects.toMatchObject({ code: 'not_found' });
  });
});
