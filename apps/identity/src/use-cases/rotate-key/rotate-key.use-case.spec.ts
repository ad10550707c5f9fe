import { identity, type KeyId, type PersonCaller } from '#libs/contracts';
import { IdentitySpec } from '../../spec-support/identity-spec';
import { LiveTokens } from '../../workflows/live-tokens';

describe('rotating the secret of an access key', () => {
  let spec: IdentitySpec;

  beforeAll(async () => {
    spec = await IdentitySpec.open({ SLIPWAY_ROTATION_OVERLAP_SECONDS_MAX: '86400' });
  });
  afterAll(() => spec.close());

  const eventsOf = async (keyId: string) =>
    (await spec.service.published(identity.keyRotated)).filter(({ subject }) => subject === keyId);

  describe('rotated', () => {
    it('B18: the application ID stays; the previous secret is not good while others can see the new one', async () => {
      const { person } = await spec.registerReady();
      const previous = await spec.makeKey(person);
      const pair = await spec.atFence(
        () => spec.call(identity.rotateKey, 'production', { keyId: previous.id, revokeTokens: false }, person),
        async () => expect(await spec.verify('production', previous)).toEqual({ verdict: 'unknown' }),
      );
      expect(pair.applicationId).toBe(previous.applicationId);
      expect(pair.applicationSecret).not.toBe(previous.applicationSecret);
      expect(pair.maskedSecret.slice(-4)).toBe(pair.applicationSecret?.slice(-4));
      expect(await spec.verify('production', pair)).toMatchObject({ verdict: 'good' });
    });

    it('is published, without a secret', async () => {
      const { person } = await spec.registerReady();
      const { id, applicationId } = await spec.makeKey(person);
      const request = { keyId: id, revokeTokens: false };
      const pair = await spec.call(identity.rotateKey, 'production', request, person);
      const events = await eventsOf(id);
      expect(events).toMatchObject([{ aggregateversion: 2, data: { applicationId, revokeTokens: false } }]);
      expect(JSON.stringify(events)).not.toContain(pair.applicationSecret);
    });
  });

  describe('B18: with an overlap', () => {
    let nowMs: number;

    beforeEach(() => {
      nowMs = spec.service.clock.now();
      jest.spyOn(spec.service.clock, 'now').mockImplementation(() => nowMs);
    });
    afterEach(() => jest.restoreAllMocks());

    const rotate = (person: PersonCaller, keyId: KeyId, overlapSeconds: number) =>
      spec.call(identity.rotateKey, person.environment, { keyId, overlapSeconds }, person);
    const shown = (person: PersonCaller, keyId: KeyId) =>
      spec.call(identity.getKey, person.environment, { keyId }, person);

    it('both secrets work, and from the very deadline the new one alone; the key says so', async () => {
      const { person } = await spec.registerReady();
      const previous = await spec.makeKey(person);
      const pair = await rotate(person, previous.id, 60);
      const previousSecretUntil = new Date(nowMs + 60_000).toISOString();
      expect(pair).toMatchObject({ applicationId: previous.applicationId, previousSecretUntil });
      expect(await eventsOf(previous.id)).toMatchObject([{ data: { previousSecretUntil } }]);
      nowMs += 59_999;
      expect(await spec.verify('production', previous)).toMatchObject({ verdict: 'good', goodForMs: 1 });
      expect(await spec.verify('production', pair)).not.toHaveProperty('goodForMs');
      expect(await shown(person, previous.id)).toMatchObject({ previousSecretUntil });
      nowMs += 1;
      expect(await spec.verify('production', previous)).toEqual({ verdict: 'unknown' });
      expect(await spec.verify('production', pair)).toMatchObject({ verdict: 'good' });
      expect(await shown(person, previous.id)).toMatchObject({ previousSecretUntil: null });
    });

    it('uses no slot, as often as it is done', async () => {
      const { person } = await spec.registerReady();
      const { id } = await spec.makeKey(person);
      for (let count = 0; count < 4; count += 1) await rotate(person, id, 60);
      expect((await spec.call(identity.listKeys, 'production', { limit: 10 }, person)).slots).toMatchObject({
        used: 1,
      });
    });

    it('rotating within it ends the oldest secret, and does not answer before nobody can use it', async () => {
      const { person } = await spec.registerReady();
      const oldest = await spec.makeKey(person);
      const previous = await rotate(person, oldest.id, 3_600);
      const pair = await spec.atFence(
        () => rotate(person, oldest.id, 60),
        async () => expect(await spec.verify('production', oldest)).toEqual({ verdict: 'unknown' }),
      );
      for (const each of [previous, pair])
        expect(await spec.verify('production', each)).toMatchObject({ verdict: 'good' });
    });

    it('is as long as the setting allows, and no longer', async () => {
      const { person } = await spec.registerReady();
      const { id } = await spec.makeKey(person);
      await rotate(person, id, 86_400);
      await expect(rotate(person, id, 86_401)).rejects.toMatchObject({
        code: 'invalid_request',
        fields: [{ pointer: '/overlapSeconds' }],
      });
    });

    it('ends where a copy of the release before, which knows nothing of it, renews the key', async () => {
      const { person } = await spec.registerReady();
      const previous = await spec.makeKey(person);
      const pair = await rotate(person, previous.id, 3_600);
      await spec.service.admin.query(
        `update identity.access_keys set secret_hash = sha256('another'), renewed_at = renewed_at + interval '1 second' where id = $1`,
        [previous.id],
      );
      for (const each of [previous, pair])
        expect(await spec.verify('production', each)).toEqual({ verdict: 'unknown' });
      expect(await shown(person, previous.id)).toMatchObject({ previousSecretUntil: null });
    });
  });

  describe('B20: live tokens', () => {
    it('go on unless they are asked to end', async () => {
      const { person } = await spec.registerReady();
      const { id } = await spec.makeKey(person);
      const act = () => spec.call(identity.rotateKey, 'production', { keyId: id, revokeTokens: false }, person);
      expect(await spec.endedBy('production', act)).toEqual([]);
    });

    it('of the key end with it when they are asked to, under its present application ID and all before', async () => {
      const { person } = await spec.registerReady();
      const key = await spec.makeKey(person);
      const before = await spec.epochOf(key, 'production');
      const act = () => spec.call(identity.rotateKey, 'production', { keyId: key.id, revokeTokens: true }, person);
      await spec.atFence(
        () => act(),
        async () => {
          const ended = (await spec.revocations('production')).filter(({ holderId }) => holderId === key.id);
          expect(ended).toMatchObject([{ holder: 'key', applicationId: key.applicationId }]);
          expect(ended[0]?.epoch).toBeGreaterThan(before);
        },
      );
      expect(await spec.revocations('sandbox')).not.toContainEqual(expect.objectContaining({ holderId: key.id }));
    });

    it('made with the new secret go on', async () => {
      const { person } = await spec.registerReady();
      const { id } = await spec.makeKey(person);
      const pair = await spec.call(identity.rotateKey, 'production', { keyId: id, revokeTokens: true }, person);
      const [ended] = (await spec.revocations('production')).filter(({ holderId }) => holderId === id);
      expect(await spec.epochOf(pair, 'production')).toBeGreaterThanOrEqual(ended?.epoch ?? Infinity);
    });

    it('are announced again where the act is repeated with its Idempotency-Key, and ended once', async () => {
      const { person } = await spec.registerReady();
      const { id } = await spec.makeKey(person);
      const announced = jest.spyOn(spec.service.get(LiveTokens), 'announce');
      const act = () => spec.call(identity.rotateKey, 'production', { keyId: id, revokeTokens: true }, person, 'again');
      expect(await spec.endedBy('production', act)).toHaveLength(1);
      expect(await spec.endedBy('production', act)).toEqual([]);
      expect(announced).toHaveBeenCalledTimes(2);
      announced.mockRestore();
    });
  });

  describe('not found', () => {
    it('a key of another partner, whose secret stays good', async () => {
      const { person } = await spec.registerReady();
      const key = await spec.makeKey(person);
      const { person: stranger } = await spec.registerReady();
      await expect(
        spec.call(identity.rotateKey, 'production', { keyId: key.id, revokeTokens: true }, stranger),
      ).rejects.toMatchObject({ code: 'not_found' });
      expect(await spec.verify('production', key)).toMatchObject({ verdict: 'good' });
    });

    it('a deleted key', async () => {
      const { person } = await spec.registerReady();
      const { id } = await spec.makeKey(person);
      await spec.call(identity.deleteKey, 'production', { keyId: id, revokeTokens: false }, person);
      await expect(
        spec.call(identity.rotateKey, 'production', { keyId: id, revokeTokens: false }, person),
      ).rejects.toMatchObject({ code: 'not_found' });
    });
  });

  it('four at once leave one good secret', async () => {
    const { person } = await spec.registerReady();
    const { id } = await spec.makeKey(person);
    const request = { keyId: id, revokeTokens: false };
    const results = await spec.atOnce(
      { table: 'access_keys', ids: [id] },
      Array.from({ length: 4 }, () => () => spec.call(identity.rotateKey, 'production', request, person)),
    );
    const pairs = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    expect(pairs).toHaveLength(4);
    const verdicts = await Promise.all(pairs.map((pair) => spec.verify('production', pair)));
    expect(verdicts.filter(({ verdict }) => verdict === 'good')).toHaveLength(1);
    expect((await eventsOf(id)).map(({ aggregateversion }) => aggregateversion).sort()).toEqual([2, 3, 4, 5]);
  });

  it('repeated with its Idempotency-Key does not rotate again, nor show the secret again', async () => {
    const { person } = await spec.registerReady();
    const { id } = await spec.makeKey(person);
    const act = () => spec.call(identity.rotateKey, 'production', { keyId: id, revokeTokens: false }, person, 'again');
    const pair = await act();
    expect(await act()).toMatchObject({ applicationSecret: null, secretAlreadyShown: true });
    expect(await spec.verify('production', pair)).toMatchObject({ verdict: 'good' });
  });
});
