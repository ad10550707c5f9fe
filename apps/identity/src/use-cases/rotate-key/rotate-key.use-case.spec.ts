import { identity, tokens } from '#libs/contracts';
import { unavailable } from '#libs/errors';
import { IdentitySpec } from '../../spec-support/identity-spec';

describe('rotating the secret of an access key', () => {
  let spec: IdentitySpec;

  beforeAll(async () => {
    spec = await IdentitySpec.open();
  });
  afterAll(() => spec.close());
  beforeEach(() => spec.service.neighbours.handle(tokens.revokeApplication, () => ({})));

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

  describe('B20: live tokens', () => {
    it.each([true, false])('end with the previous secret when they are asked to: %s', async (revokeTokens) => {
      const { person } = await spec.registerReady();
      const { id, applicationId } = await spec.makeKey(person);
      await spec.call(identity.rotateKey, 'production', { keyId: id, revokeTokens }, person);
      expect(spec.endedTokens().includes(applicationId)).toBe(revokeTokens);
    });

    it('cannot be ended at once while tokens is away: the new secret is shown all the same', async () => {
      const { person } = await spec.registerReady();
      const { id } = await spec.makeKey(person);
      spec.service.neighbours.handle(tokens.revokeApplication, () => {
        throw unavailable();
      });
      const pair = await spec.call(identity.rotateKey, 'production', { keyId: id, revokeTokens: true }, person);
      expect(await spec.verify('production', pair)).toMatchObject({ verdict: 'good' });
      expect(await eventsOf(id)).toMatchObject([{ data: { revokeTokens: true } }]);
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
