import { v7 } from 'uuid';
import {
  identity,
  type KeyId,
  type PersonCaller,
  type PersonId,
  type RequestInput,
  type SubscriptionId,
} from '#libs/contracts';
import { anApp, anId } from '#libs/testing';
import { IdentitySpec } from '../../spec-support/identity-spec';

type Item = RequestInput<typeof identity.countTokens>['items'][number];

describe('live tokens of a key', () => {
  let spec: IdentitySpec;
  let person: PersonCaller;
  let nowSeconds: number;

  beforeAll(async () => {
    spec = await IdentitySpec.open({ SLIPWAY_KEY_LIMIT: '100' });
    ({ person } = await spec.registerReady());
    nowSeconds = Math.floor(spec.service.clock.now() / 1_000);
    jest.spyOn(spec.service.clock, 'now').mockImplementation(() => nowSeconds * 1_000);
  });
  afterAll(async () => {
    jest.restoreAllMocks();
    await spec.close();
  });

  const make = () =>
    spec.call(identity.createKey, 'production', { name: 'server', subscriptionId: anId<SubscriptionId>() }, person);
  const count = (items: Item[], batchId = v7()) =>
    spec.call(identity.countTokens, 'production', { batchId, items }, anApp('tokens'));
  const madeOf = (keyId: KeyId, given: Partial<Item> = {}): Item => ({
    ...{ keyId, partnerId: person.partnerId, madeBy: null, epoch: 0, tokens: 1, expiresAt: nowSeconds + 600 },
    ...given,
  });
  const shown = async (keyId: KeyId) => {
    const { liveTokens, liveTokensUntil } = await spec.call(identity.getKey, 'production', { keyId }, person);
    return [liveTokens, liveTokensUntil && Date.parse(liveTokensUntil) / 1_000];
  };
  /** The epoch that a token has which is made now. */
  const epoch = async (key: identity.KeyWithSecret) => {
    const verdict = await spec.verify('production', key);
    return verdict.verdict === 'good' ? verdict.key.epoch : 0;
  };

  it('B23: are none of a new one; each that is made counts, in its list, too', async () => {
    const [one, other] = [await make(), await make()];
    expect(one).toMatchObject({ liveTokens: 0, liveTokensUntil: null });
    await count([madeOf(one.id, { tokens: 3 }), madeOf(one.id, { expiresAt: nowSeconds + 900 }), madeOf(other.id)]);
    await count([madeOf(one.id)]);
    expect(await shown(one.id)).toEqual([5, nowSeconds + 900]);
    expect(await shown(other.id)).toEqual([1, nowSeconds + 600]);
    const { items } = await spec.call(identity.listKeys, 'production', { limit: 200 }, person);
    expect(items.find(({ id }) => id === one.id)).toMatchObject({ liveTokens: 5 });
  });

  it('B23: a batch that comes again, also at the same time, counts once', async () => {
    const { id } = await make();
    const [batch, next] = [v7(), v7()];
    await Promise.all([1, 2, 3].map(() => count([madeOf(id)], batch)));
    await Promise.all([count([madeOf(id)], batch), count([madeOf(id)], next)]);
    expect(await shown(id)).toEqual([2, nowSeconds + 600]);
  });

  it('B23: do not count once they have expired, by the minute', async () => {
    const { id } = await make();
    const minute = Math.ceil(nowSeconds / 60) * 60 + 600;
    await count([
      madeOf(id, { expiresAt: minute - 50 }),
      madeOf(id, { expiresAt: minute }),
      madeOf(id, { expiresAt: minute + 30 }),
    ]);
    expect(await shown(id)).toEqual([3, minute + 30]);
    nowSeconds = minute - 1;
    expect(await shown(id)).toEqual([3, minute + 30]);
    nowSeconds = minute;
    expect(await shown(id)).toEqual([1, minute + 30]);
    nowSeconds = minute + 30;
    expect(await shown(id)).toEqual([0, null]);
  });

  it('B20, B23: those of the pair before count as long as they live; ended, they do not, even if they are counted late', async () => {
    const key = await make();
    await count([madeOf(key.id, { epoch: await epoch(key) })]);
    const regenerated = await spec.call(identity.regenerateKey, 'production', { keyId: key.id }, person);
    expect(regenerated).toMatchObject({ liveTokens: 1 });
    const late = madeOf(key.id, { epoch: await epoch(regenerated) });
    await count([late]);
    const rotated = await spec.call(identity.rotateKey, 'production', { keyId: key.id, revokeTokens: true }, person);
    expect(rotated).toMatchObject({ liveTokens: 0, liveTokensUntil: null });
    expect(await shown(key.id)).toEqual([0, null]);
    await count([late]);
    expect(await shown(key.id)).toEqual([0, null]);
    await count([madeOf(key.id, { epoch: await epoch({ ...key, ...rotated }) })]);
    expect(await shown(key.id)).toEqual([1, nowSeconds + 600]);
  });

  it('B23: what ends those of a person, or of the account, ends their count', async () => {
    const key = await make();
    const eve = await spec.call(
      identity.addPerson,
      'production',
      {
        username: 'eve',
        displayName: 'Eve',
        email: 'eve@example.com',
        role: 'developer',
        password: 'a long enough password',
      },
      person,
    );
    const now = await epoch(key);
    const madeBy = eve.id as PersonId;
    await count([madeOf(key.id, { epoch: now, madeBy }), madeOf(key.id, { epoch: now, madeBy: person.personId })]);
    expect((await shown(key.id))[0]).toBe(2);
    await spec.call(identity.removePerson, 'production', { personId: madeBy }, person);
    expect((await shown(key.id))[0]).toBe(1);
    await spec.call(identity.revokeAccountTokens, 'production', {}, person);
    expect((await shown(key.id))[0]).toBe(0);
  });

  it('are counted in their own environment alone', async () => {
    const { id } = await make();
    await spec.call(identity.countTokens, 'sandbox', { batchId: v7(), items: [madeOf(id)] }, anApp('tokens'));
    expect(await shown(id)).toEqual([0, null]);
  });
});
