import { identity } from '#libs/contracts';
import { anId, aStaffMember, audited, until } from '#libs/testing';
import { IdentitySpec, type KnownPartner } from '../../spec-support/identity-spec';

describe('staff ends a registration', () => {
  let spec: IdentitySpec;
  let partner: KnownPartner;

  beforeAll(async () => {
    spec = await IdentitySpec.open({ SLIPWAY_TRUST_REGISTRATION: '0' });
  });
  beforeEach(async () => {
    partner = await spec.register();
  });
  afterAll(() => spec.close());

  const end = (partnerId = partner.partnerId) =>
    spec.call(identity.endRegistration, 'shared', { partnerId }, spec.staff);

  const over = () =>
    until('the domain to be free', async () => {
      const { rows } = await spec.service.admin.query('select 1 from identity.domains where partner_id = $1', [
        partner.partnerId,
      ]);
      return rows.length === 0;
    });

  it('then nobody can sign in, and its owner can register the domain', async () => {
    await end();
    await over();
    await expect(spec.session('production', partner.domain)).rejects.toMatchObject({
      code: 'identity.wrong_credentials',
    });
    const owner = await spec.register({ domain: partner.domain });
    expect(owner.partnerId).not.toBe(partner.partnerId);
    await end();
    expect(await spec.session('production', partner.domain)).toMatchObject({
      account: { id: owner.person.accountId },
    });
  });

  it('is recorded as what staff did; what follows, in each scope that it changes', async () => {
    const { partnerId } = partner;
    const { rows } = await audited(spec.service, identity.endRegistration, 'shared', { partnerId }, spec.staff);
    expect(rows).toMatchObject([
      { scope: 'shared', action: 'identity.end-registration.v1', actor_id: spec.staff.staffId, targets: { partnerId } },
    ]);
    await over();
    const acts = (await spec.service.acts()).filter(
      ({ action, targets }) => action === 'identity.expire-registration' && targets['partnerId'] === partnerId,
    );
    expect(acts.map(({ scope }) => scope).sort()).toEqual(['production', 'sandbox', 'shared']);
  });

  it('refused where it was confirmed: that is for a suspension', async () => {
    await spec.call(identity.updatePartner, 'shared', { partnerId: partner.partnerId, verified: true }, spec.staff);
    await expect(end()).rejects.toMatchObject({ code: 'identity.registration_confirmed' });
    // Nor once staff has taken its word back.
    await spec.call(identity.updatePartner, 'shared', { partnerId: partner.partnerId, verified: false }, spec.staff);
    await expect(end()).rejects.toMatchObject({ code: 'identity.registration_confirmed' });
  });

  it('refused for a partner that is none, and for a reviewer', async () => {
    await expect(end(anId())).rejects.toMatchObject({ code: 'not_found' });
    const { partnerId } = partner;
    await expect(
      spec.call(identity.endRegistration, 'shared', { partnerId }, aStaffMember('reviewer')),
    ).rejects.toMatchObject({ code: 'forbidden' });
  });
});
