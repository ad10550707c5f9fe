import { identity, type PartnerId } from '#libs/contracts';
import { eventually } from '#libs/testing';
import { IdentitySpec } from '../spec-support/identity-spec';

describe('what others are told of a partner', () => {
  let spec: IdentitySpec;

  beforeAll(async () => {
    spec = await IdentitySpec.open();
  });
  afterAll(() => spec.close());

  const announced = async (partnerId: PartnerId) =>
    (await spec.service.published(identity.partnerChanged))
      .filter(({ aggregateid }) => aggregateid === partnerId)
      .map(({ aggregateversion: version, data }) => ({ version, ...data }));

  it('is all of it, with every change', async () => {
    const { partnerId, domain } = await spec.register({ name: 'Contoso' });
    const partner = { partnerId, name: 'Contoso', domain };
    await spec.call(identity.updatePartner, 'shared', { partnerId, verified: false }, spec.staff);
    await spec.call(identity.suspendPartner, 'shared', { partnerId }, spec.staff);
    await spec.call(identity.reinstatePartner, 'shared', { partnerId }, spec.staff);
    expect(await announced(partnerId)).toEqual([
      { version: 1, ...partner, verified: true, suspended: false },
      { version: 2, ...partner, verified: false, suspended: false },
      { version: 3, ...partner, verified: false, suspended: true },
      { version: 4, ...partner, verified: false, suspended: false },
    ]);
  });

  /** As the migration leaves partners that were there before it, and a copy of an earlier version those it changes. */
  it('comes later where whoever changed it has said nothing, once, however many copies look', async () => {
    const partners = [await spec.register(), await spec.register(), await spec.register()];
    const ids = partners.map(({ partnerId }) => partnerId);
    await spec.service.admin.query(
      'update identity.partners set verified = false, version = version + 1 where id = any($1)',
      [ids],
    );
    await eventually(async () => {
      for (const id of ids)
        expect(await announced(id)).toMatchObject([{ version: 1 }, { version: 2, verified: false }]);
    });
    const { rows } = await spec.service.admin.query(
      'select 1 from identity.partners where id = any($1) and announced_version < version',
      [ids],
    );
    expect(rows).toEqual([]);
    const acts = (await spec.service.acts()).filter(({ action }) => action === 'identity.announce-partner');
    expect(acts.map(({ targets }) => targets['partnerId']).sort()).toEqual([...ids].sort());
  });
});
