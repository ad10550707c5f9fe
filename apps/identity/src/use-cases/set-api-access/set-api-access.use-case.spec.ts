import { identity } from '#libs/contracts';
import { IdentitySpec, type KnownPartner } from '../../spec-support/identity-spec';

describe('switching API access', () => {
  let spec: IdentitySpec;

  beforeAll(async () => {
    spec = await IdentitySpec.open();
  });
  afterAll(() => spec.close());

  const switchTo = (enabled: boolean, { person }: Pick<KnownPartner, 'person'>) =>
    spec.call(identity.setApiAccess, person.environment, { enabled }, person);
  const eventsOf = async ({ partnerId }: KnownPartner) =>
    (await spec.service.published(identity.apiAccessChanged)).filter(({ data }) => data['partnerId'] === partnerId);

  describe('B12: switched on', () => {
    it('is off until then, and published when it changes', async () => {
      const partner = await spec.register();
      expect(await spec.call(identity.getAccount, 'production', {}, partner.person)).toMatchObject({
        apiAccess: false,
      });
      expect(await switchTo(true, partner)).toMatchObject({ apiAccess: true });
      expect(await eventsOf(partner)).toMatchObject([{ aggregateversion: 2, data: { enabled: true } }]);
    });

    it('again changes and publishes nothing', async () => {
      const partner = await spec.registerReady();
      expect(await switchTo(true, partner)).toMatchObject({ apiAccess: true });
      expect(await eventsOf(partner)).toHaveLength(1);
    });

    it('by four at once is published once', async () => {
      const partner = await spec.register();
      await spec.atOnce(
        { table: 'accounts', ids: [partner.person.accountId] },
        Array.from({ length: 4 }, () => () => switchTo(true, partner)),
      );
      expect(await eventsOf(partner)).toHaveLength(1);
    });

    it('does nothing for the other account', async () => {
      const partner = await spec.registerReady();
      const sandbox = await spec.openActiveSandbox(partner);
      expect(await spec.call(identity.getAccount, 'sandbox', {}, sandbox)).toMatchObject({ apiAccess: false });
    });
  });

  describe('switched off', () => {
    it('no key gets a token by the time of the answer; each does again when it is on', async () => {
      const partner = await spec.registerReady();
      const key = await spec.makeKey(partner.person);
      await spec.atFence(
        () => switchTo(false, partner),
        async () => expect(await spec.verify('production', key)).toEqual({ verdict: 'api_access_off' }),
      );
      await switchTo(true, partner);
      expect(await spec.verify('production', key)).toMatchObject({ verdict: 'good' });
    });
  });

  describe('refused', () => {
    it('B8: before the set-up is complete', async () => {
      const person = await spec.openSandbox(await spec.register());
      await expect(switchTo(true, { person })).rejects.toMatchObject({ code: 'identity.setup_incomplete' });
    });

    it('to a developer', async () => {
      const { person, domain } = await spec.register();
      const developer = await spec.colleague(person, domain, 'dev', 'developer');
      await expect(switchTo(true, { person: developer })).rejects.toMatchObject({ code: 'forbidden' });
    });
  });
});
