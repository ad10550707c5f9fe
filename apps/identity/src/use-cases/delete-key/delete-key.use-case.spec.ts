import { broadcastSubject, identity } from '#libs/contracts';
import { anId } from '#libs/testing';
import { IdentitySpec } from '../../spec-support/identity-spec';

describe('deleting an access key', () => {
  let spec: IdentitySpec;

  beforeAll(async () => {
    spec = await IdentitySpec.open();
  });
  afterAll(() => spec.close());

  const eventsOf = async (keyId: string) =>
    (await spec.service.published(identity.keyDeleted)).filter(({ subject }) => subject === keyId);

  describe('deleted', () => {
    it('B19: the pair gets no token by the time of the answer, nor while others see it end', async () => {
      const { person } = await spec.registerReady();
      const key = await spec.makeKey(person);
      const request = { keyId: key.id, revokeTokens: false };
      await spec.atFence(
        () => spec.call(identity.deleteKey, 'production', request, person),
        async () => expect(await spec.verify('production', key)).toEqual({ verdict: 'unknown' }),
      );
    });

    it('B16: frees its slot', async () => {
      const { person } = await spec.registerReady();
      await spec.makeKey(person);
      const { id: second } = await spec.makeKey(person);
      await spec.makeKey(person);
      await expect(spec.makeKey(person)).rejects.toMatchObject({ code: 'identity.key_limit_reached' });
      await spec.call(identity.deleteKey, 'production', { keyId: second, revokeTokens: false }, person);
      const { id } = await spec.makeKey(person);
      const { rows } = await spec.service.admin.query('select slot from identity.access_keys where id = $1', [id]);
      expect(rows).toEqual([{ slot: 2 }]);
    });

    it('forgets the hash of its secret', async () => {
      const { person } = await spec.registerReady();
      const { id } = await spec.makeKey(person);
      await spec.call(identity.deleteKey, 'production', { keyId: id, revokeTokens: false }, person);
      const { rows } = await spec.service.admin.query<{ secret_hash: Buffer }>(
        'select secret_hash from identity.access_keys where id = $1',
        [id],
      );
      expect(rows[0]?.secret_hash).toEqual(Buffer.alloc(32));
    });

    it('is published, with whether tokens are to end', async () => {
      const { person } = await spec.registerReady();
      const key = await spec.makeKey(person);
      await spec.call(identity.deleteKey, 'production', { keyId: key.id, revokeTokens: true }, person);
      expect(await eventsOf(key.id)).toMatchObject([
        { aggregateversion: 2, data: { applicationId: key.applicationId, revokeTokens: true } },
      ]);
    });
  });

  describe('B20: live tokens', () => {
    it('go on unless they are asked to end', async () => {
      const { person } = await spec.registerReady();
      const { id } = await spec.makeKey(person);
      const act = () => spec.call(identity.deleteKey, 'production', { keyId: id, revokeTokens: false }, person);
      expect(await spec.endedBy('production', act)).toEqual([]);
    });

    it('that end are announced to the gateways, by themselves', async () => {
      const { person } = await spec.registerReady();
      const { id } = await spec.makeKey(person);
      const before = spec.service.broadcasts.sent.length;
      await spec.call(identity.deleteKey, 'production', { keyId: id, revokeTokens: true }, person);
      expect(spec.service.broadcasts.sent.slice(before)).toEqual([
        {
          subject: broadcastSubject(identity.tokensRevoked, 'production'),
          data: {
            epoch: expect.any(Number),
            latest: expect.arrayContaining([expect.objectContaining({ holder: 'key', holderId: id })]),
          },
        },
      ]);
    });

    it('of the key end with it when they are asked to, under its present application ID and all before', async () => {
      const { person } = await spec.registerReady();
      const key = await spec.makeKey(person);
      const before = await spec.epochOf(key, 'production');
      const act = () => spec.call(identity.deleteKey, 'production', { keyId: key.id, revokeTokens: true }, person);
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
  });

  describe('not found', () => {
    it('a key of another partner, which lives on', async () => {
      const { person } = await spec.registerReady();
      const key = await spec.makeKey(person);
      const { person: stranger } = await spec.registerReady();
      await expect(
        spec.call(identity.deleteKey, 'production', { keyId: key.id, revokeTokens: true }, stranger),
      ).rejects.toMatchObject({ code: 'not_found' });
      expect(await spec.verify('production', key)).toMatchObject({ verdict: 'good' });
      expect(await eventsOf(key.id)).toEqual([]);
    });

    it('a key of the same partner’s other account', async () => {
      const partner = await spec.registerReady();
      const key = await spec.makeKey(partner.person);
      const sandbox = await spec.openActiveSandbox(partner);
      await expect(
        spec.call(identity.deleteKey, 'sandbox', { keyId: key.id, revokeTokens: false }, sandbox),
      ).rejects.toMatchObject({ code: 'not_found' });
    });

    it('a key that was deleted before, and one that never was', async () => {
      const { person } = await spec.registerReady();
      const { id } = await spec.makeKey(person);
      await spec.call(identity.deleteKey, 'production', { keyId: id, revokeTokens: false }, person);
      for (const keyId of [id, anId<typeof id>()]) {
        await expect(
          spec.call(identity.deleteKey, 'production', { keyId, revokeTokens: false }, person),
        ).rejects.toMatchObject({ code: 'not_found' });
      }
    });
  });

  it('four at once delete it once', async () => {
    const { person } = await spec.registerReady();
    const { id } = await spec.makeKey(person);
    const request = { keyId: id, revokeTokens: false };
    const results = await spec.atOnce(
      { table: 'access_keys', ids: [id] },
      Array.from({ length: 4 }, () => () => spec.call(identity.deleteKey, 'production', request, person)),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await eventsOf(id)).toHaveLength(1);
  });

  it('repeated with its Idempotency-Key answers the same, and waits at the fence again', async () => {
    const { person } = await spec.registerReady();
    const { id } = await spec.makeKey(person);
    const act = () => spec.call(identity.deleteKey, 'production', { keyId: id, revokeTokens: false }, person, 'delete');
    await act();
    await spec.atFence(act);
    expect(await eventsOf(id)).toHaveLength(1);
  });
});
