import { identity, type PartnerId } from '#libs/contracts';
import { anId, aStaffMember } from '#libs/testing';
import { IdentitySpec } from '../../spec-support/identity-spec';

describe('reinstating a partner', () => {
  let spec: IdentitySpec;

  beforeAll(async () => {
    spec = await IdentitySpec.open();
  });
  afterAll(() => spec.close());

  const suspend = (partnerId: PartnerId) =>
    spec.call(identity.suspendPartner, 'shared', { partnerId, notes: null }, spec.staff);
  const reinstate = (partnerId: PartnerId) => spec.call(identity.reinstatePartner, 'shared', { partnerId }, spec.staff);
  const eventsOf = async (partnerId: PartnerId) =>
    (await spec.service.published(identity.partnerReinstated)).filter(({ subject }) => subject === partnerId);

  describe('reinstated', () => {
    it('its keys get tokens again, as they are', async () => {
      const { person, partnerId } = await spec.registerReady();
      const key = await spec.makeKey(person);
      await suspend(partnerId);
      expect(await reinstate(partnerId)).toMatchObject({ suspended: false });
      expect(await spec.verify('production', key)).toMatchObject({ verdict: 'good' });
    });

    it('is published, one version after the suspension', async () => {
      const { partnerId } = await spec.register();
      await suspend(partnerId);
      await reinstate(partnerId);
      expect(await eventsOf(partnerId)).toMatchObject([{ aggregateversion: 3, data: { partnerId } }]);
    });
  });

  describe('refused', () => {
    it('a partner that is not suspended', async () => {
      const { partnerId } = await spec.register();
      await expect(reinstate(partnerId)).rejects.toMatchObject({ code: 'identity.not_suspended' });
    });

    it('one of two at once', async () => {
      const { partnerId } = await spec.register();
      await suspend(partnerId);
      const results = await spec.atOnce(
        { table: 'partners', ids: [partnerId] },
        Array.from({ length: 2 }, () => () => reinstate(partnerId)),
      );
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect(await eventsOf(partnerId)).toHaveLength(1);
    });

    it('to a reviewer', async () => {
      const { partnerId } = await spec.register();
      await expect(
        spec.call(identity.reinstatePartner, 'shared', { partnerId }, aStaffMember('reviewer')),
      ).rejects.toMatchObject({ code: 'forbidden' });
    });
  });

  it('not found: a partner nobody knows', async () => {
    await expect(reinstate(anId())).rejects.toMatchObject({ code: 'not_found' });
  });
});
