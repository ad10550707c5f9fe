import { identity, type PartnerId } from '#libs/contracts';
import { IdentitySpec, type KnownPartner } from '../../spec-support/identity-spec';

/** As a system begins with. */
const rules = [{ programme: 'csp', type: 'direct_bill' }];

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

  const accountOf = ({ person }: KnownPartner) => spec.call(identity.getAccount, 'production', {}, person);
  const change = (partnerId: PartnerId, to: object) =>
    spec.call(identity.updatePartner, 'shared', { partnerId, ...to }, spec.staff);
  const loseEligibility = ({ partnerId }: KnownPartner) => change(partnerId, { verified: false, type: 'other' });
  const regainEligibility = ({ partnerId }: KnownPartner) => change(partnerId, { verified: true, type: 'direct_bill' });

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

    it('it may be by whoever is not eligible, and before the set-up is complete', async () => {
      const partner = await spec.registerReady();
      const person = await spec.openSandbox(partner);
      await loseEligibility(partner);
      expect(await switchTo(false, partner)).toMatchObject({ apiAccess: false, eligibility: { eligible: false } });
      expect(await switchTo(false, { person })).toMatchObject({ apiAccess: false, state: 'awaiting_setup' });
    });
  });

  describe('B10, B12: the organisation is not eligible', () => {
    it('it is not switched on, with every reason, and neither is it where it is on already', async () => {
      const [off, on] = [await spec.register(), await spec.registerReady()];
      for (const partner of [off, on]) {
        await loseEligibility(partner);
        await expect(switchTo(true, partner)).rejects.toMatchObject({
          code: 'identity.not_eligible',
          category: 'forbidden',
          detail: { reasons: ['unverified', 'type_not_eligible'] },
        });
      }
      expect(await eventsOf(off)).toEqual([]);
      expect(await eventsOf(on)).toHaveLength(1);
    });

    it.each([
      ['its own claims', loseEligibility, regainEligibility],
      [
        'the rules',
        () => spec.call(identity.setEligibilityRules, 'shared', { environment: 'production', rules: [] }, spec.staff),
        () => spec.call(identity.setEligibilityRules, 'shared', { environment: 'production', rules }, spec.staff),
      ],
      [
        'a suspension',
        ({ partnerId }: KnownPartner) =>
          spec.call(identity.suspendPartner, 'shared', { partnerId, notes: null }, spec.staff),
        ({ partnerId }: KnownPartner) => spec.call(identity.reinstatePartner, 'shared', { partnerId }, spec.staff),
      ],
    ])('lost and gained again by %s: the switch is as it was', async (_by, lose, regain) => {
      const partner = await spec.registerReady();
      const key = await spec.makeKey(partner.person);
      await lose(partner);
      expect(await spec.verify('production', key)).toMatchObject({ verdict: 'not_eligible' });
      expect(await accountOf(partner)).toMatchObject({ apiAccess: true, eligibility: { eligible: false } });
      await regain(partner);
      expect(await accountOf(partner)).toMatchObject({ apiAccess: true, eligibility: { eligible: true } });
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
