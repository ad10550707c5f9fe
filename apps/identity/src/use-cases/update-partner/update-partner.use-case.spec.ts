import { identity, type PartnerId, type RequestInput } from '#libs/contracts';
import { anId, aStaffMember } from '#libs/testing';
import { IdentitySpec } from '../../spec-support/identity-spec';

describe('confirming and correcting a partner', () => {
  let spec: IdentitySpec;

  beforeAll(async () => {
    spec = await IdentitySpec.open();
  });
  afterAll(() => spec.close());

  const update = (change: RequestInput<typeof identity.updatePartner>) =>
    spec.call(identity.updatePartner, 'shared', change, spec.staff);
  const confirmations = async (partnerId: string) =>
    (await spec.service.published(identity.partnerVerified)).filter(({ subject }) => subject === partnerId);

  describe('B9: confirmed', () => {
    it('makes it eligible, and is published when it is new', async () => {
      const { partnerId } = await spec.register();
      await update({ partnerId, verified: false });
      expect(await update({ partnerId, verified: true })).toMatchObject({
        verified: true,
        eligibility: { production: { eligible: true } },
      });
      await update({ partnerId, verified: true });
      // One is the registration's, which is trusted here.
      expect(await confirmations(partnerId)).toMatchObject([{ aggregateversion: 1 }, { aggregateversion: 3 }]);
    });
  });

  describe('what changes its eligibility', () => {
    const changesOf = async (partnerId: string) =>
      (await spec.service.published(identity.eligibilityChanged))
        .filter(({ subject }) => subject === partnerId)
        .map(({ data }) => data);
    const by = { kind: 'staff' };

    it('is published, for each environment, when it is lost and when it is had again', async () => {
      const { partnerId } = await spec.register();
      await update({ partnerId, type: 'other' });
      const lost = { partnerId, by, eligible: false, reasons: ['type_not_eligible'] };
      const had = { partnerId, by, eligible: true, reasons: [] };
      expect(await changesOf(partnerId)).toMatchObject([
        { ...lost, environment: 'sandbox' },
        { ...lost, environment: 'production' },
      ]);
      await update({ partnerId, type: 'indirect_provider' });
      expect((await changesOf(partnerId)).slice(2)).toMatchObject([
        { ...had, environment: 'sandbox' },
        { ...had, environment: 'production' },
      ]);
    });

    it('is published where one more reason comes to others, also while it is suspended, and not where one of them goes', async () => {
      const { partnerId } = await spec.register();
      await spec.call(identity.suspendPartner, 'shared', { partnerId }, spec.staff);
      await update({ partnerId, type: 'other' });
      const more = { partnerId, by, eligible: false, reasons: ['type_not_eligible', 'suspended'] };
      const both = [
        { ...more, environment: 'sandbox' },
        { ...more, environment: 'production' },
      ];
      expect(await changesOf(partnerId)).toMatchObject(both);
      await update({ partnerId, type: 'direct_bill' });
      expect(await changesOf(partnerId)).toMatchObject(both);
      await update({ partnerId, type: 'other' });
      await spec.call(identity.reinstatePartner, 'shared', { partnerId }, spec.staff);
      const [reinstated] = (await spec.service.published(identity.partnerReinstated)).slice(-1);
      expect(reinstated?.data['reasons']).toEqual({
        sandbox: ['type_not_eligible'],
        production: ['type_not_eligible'],
      });
    });

    it('is not published where nothing of it changes', async () => {
      const { partnerId } = await spec.register();
      await update({ partnerId, keyLimit: { sandbox: 2 } });
      await update({ partnerId, type: 'direct_bill' });
      expect(await changesOf(partnerId)).toEqual([]);
    });

    it('is said by the confirmation, where that comes with it: confirmed, and not eligible', async () => {
      const { partnerId } = await spec.register();
      await update({ partnerId, verified: false });
      const before = await changesOf(partnerId);
      await update({ partnerId, verified: true, programme: 'other' });
      expect(await changesOf(partnerId)).toEqual(before);
      expect((await confirmations(partnerId)).at(-1)).toMatchObject({
        data: {
          eligible: { sandbox: false, production: false },
          reasons: { sandbox: ['programme_not_eligible'], production: ['programme_not_eligible'] },
        },
      });
    });
  });

  describe('what ends its eligibility', () => {
    it.each([
      [{ verified: false }, 'unverified'],
      [{ programme: 'other' }, 'programme_not_eligible'],
      [{ type: 'other' }, 'type_not_eligible'],
    ])('%j: no key gets a token by the time of the answer', async (change, reason) => {
      const { person, partnerId } = await spec.registerReady();
      const key = await spec.makeKey(person);
      await spec.atFence(
        () => update({ partnerId, ...change }),
        async () =>
          expect(await spec.verify('production', key)).toEqual({ verdict: 'not_eligible', reasons: [reason] }),
      );
    });
  });

  describe('live tokens', () => {
    const endedBy = async (partnerId: PartnerId, change: object) => {
      const ended: string[] = [];
      const inSandbox = await spec.endedBy('sandbox', async () => {
        const inProduction = await spec.endedBy('production', () => update({ partnerId, ...change }));
        if (inProduction.some(([, id]) => id === partnerId)) ended.push('production');
      });
      return inSandbox.some(([, id]) => id === partnerId) ? [...ended, 'sandbox'] : ended;
    };

    it('go on where it loses its eligibility, unless they are asked to end', async () => {
      const { partnerId } = await spec.register();
      expect(await endedBy(partnerId, { verified: false })).toEqual([]);
      expect(await endedBy(partnerId, { verified: false, revokeTokens: true })).toEqual(['production', 'sandbox']);
    });

    it('go on in the environment where it stays eligible', async () => {
      const { partnerId } = await spec.register();
      const rules = [{ programme: 'isv', type: 'direct_bill' }];
      await spec.call(identity.setEligibilityRules, 'shared', { environment: 'sandbox', rules }, spec.staff);
      expect(await endedBy(partnerId, { programme: 'isv', revokeTokens: true })).toEqual(['production']);
      expect(await endedBy(partnerId, { type: 'other', revokeTokens: true })).toEqual(['production', 'sandbox']);
      const initial = ['direct_bill', 'indirect_provider'].map((type) => ({ programme: 'csp', type }));
      await spec.call(identity.setEligibilityRules, 'shared', { environment: 'sandbox', rules: initial }, spec.staff);
    });
  });

  describe('B15: the number of keys', () => {
    it('is set per environment, and the rest stays as it is', async () => {
      const { partnerId } = await spec.register();
      expect(await update({ partnerId, keyLimit: { production: 5 } })).toMatchObject({
        keyLimit: { sandbox: 3, production: 5 },
        verified: true,
        programme: 'csp',
      });
      expect(await update({ partnerId, keyLimit: { sandbox: 1 } })).toMatchObject({
        keyLimit: { sandbox: 1, production: 5 },
      });
    });

    it('may be lowered below what there is: nothing ends, and none can be made', async () => {
      const { person, partnerId } = await spec.registerReady();
      const key = await spec.makeKey(person);
      await update({ partnerId, keyLimit: { production: 0 } });
      expect(await spec.verify('production', key)).toMatchObject({ verdict: 'good' });
      await expect(spec.makeKey(person)).rejects.toMatchObject({ code: 'identity.key_limit_reached' });
    });
  });

  it('two at once both hold', async () => {
    const { partnerId } = await spec.register();
    await spec.atOnce({ table: 'partners', ids: [partnerId] }, [
      () => update({ partnerId, keyLimit: { sandbox: 7 } }),
      () => update({ partnerId, keyLimit: { production: 8 } }),
    ]);
    const partner = await spec.call(identity.getPartner, 'shared', { partnerId }, spec.staff);
    expect(partner).toMatchObject({ keyLimit: { sandbox: 7, production: 8 } });
    const { rows } = await spec.service.admin.query('select version from identity.partners where id = $1', [partnerId]);
    expect(rows).toEqual([{ version: 3 }]);
  });

  describe('refused', () => {
    it('to a reviewer', async () => {
      const { partnerId } = await spec.register();
      await expect(
        spec.call(identity.updatePartner, 'shared', { partnerId, verified: true }, aStaffMember('reviewer')),
      ).rejects.toMatchObject({ code: 'forbidden' });
    });

    it('a partner nobody knows', async () => {
      await expect(update({ partnerId: anId(), verified: true })).rejects.toMatchObject({ code: 'not_found' });
    });
  });
});
