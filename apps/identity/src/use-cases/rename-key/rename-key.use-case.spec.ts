import { identity } from '#libs/contracts';
import { IdentitySpec } from '../../spec-support/identity-spec';

describe('renaming an access key', () => {
  let spec: IdentitySpec;

  beforeAll(async () => {
    spec = await IdentitySpec.open();
  });
  afterAll(() => spec.close());

  describe('renamed', () => {
    it('B13: the name is only a label, and the pair stays good', async () => {
      const { person } = await spec.registerReady();
      const key = await spec.makeKey(person);
      const renamed = await spec.call(identity.renameKey, 'production', { keyId: key.id, name: 'billing' }, person);
      expect(renamed).toMatchObject({ id: key.id, name: 'billing', applicationId: key.applicationId });
      expect(await spec.call(identity.getKey, 'production', { keyId: key.id }, person)).toEqual(renamed);
      expect(await spec.verify('production', key)).toMatchObject({ verdict: 'good' });
    });

    it('two keys may have the same name', async () => {
      const { person } = await spec.registerReady();
      await spec.makeKey(person);
      const { id } = await spec.makeKey(person);
      const request = { keyId: id, name: 'server' };
      expect(await spec.call(identity.renameKey, 'production', request, person)).toMatchObject({ name: 'server' });
    });
  });

  describe('not found', () => {
    it('a key of another partner, whose name stays', async () => {
      const { person } = await spec.registerReady();
      const { id } = await spec.makeKey(person);
      const { person: stranger } = await spec.registerReady();
      await expect(
        spec.call(identity.renameKey, 'production', { keyId: id, name: 'mine' }, stranger),
      ).rejects.toMatchObject({ code: 'not_found' });
      expect(await spec.call(identity.getKey, 'production', { keyId: id }, person)).toMatchObject({ name: 'server' });
    });

    it('a deleted key', async () => {
      const { person } = await spec.registerReady();
      const { id } = await spec.makeKey(person);
      await spec.call(identity.deleteKey, 'production', { keyId: id, revokeTokens: false }, person);
      await expect(
        spec.call(identity.renameKey, 'production', { keyId: id, name: 'late' }, person),
      ).rejects.toMatchObject({ code: 'not_found' });
    });
  });
});
