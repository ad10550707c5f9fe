import { identity } from '#libs/contracts';
import { IdentitySpec, type KnownPartner } from '../../spec-support/identity-spec';

describe('signing out', () => {
  let spec: IdentitySpec;
  let partner: KnownPartner;

  beforeAll(async () => {
    spec = await IdentitySpec.open();
    partner = await spec.register();
  });
  afterAll(() => spec.close());

  it('ends this session at once, and no other of the person', async () => {
    const { accessToken } = await spec.session('production', partner.domain);
    const { accessToken: another } = await spec.session('production', partner.domain);
    await spec.call(identity.signOut, 'production', { accessToken }, partner.person);
    expect(await spec.whoHas('production', accessToken)).toBeNull();
    expect(await spec.whoHas('production', another)).toEqual(partner.person);
  });

  it('ends nobody else’s session', async () => {
    const { accessToken } = await spec.session('production', partner.domain);
    const colleague = await spec.colleague(partner.person, partner.domain, 'other', 'global_admin');
    await spec.call(identity.signOut, 'production', { accessToken }, colleague);
    expect(await spec.whoHas('production', accessToken)).toEqual(partner.person);
  });

  it('is in the audit, without the session', async () => {
    const { accessToken } = await spec.session('production', partner.domain);
    await spec.call(identity.signOut, 'production', { accessToken }, partner.person);
    const { personId, accountId, partnerId, environment } = partner.person;
    const act = (await spec.service.acts()).at(-1);
    expect(act?.targets).toEqual({ accountId, partnerId, environment });
    expect(act).toMatchObject({
      by: { kind: 'person', id: personId },
      action: 'identity.sign-out.v1',
      outcome: 'done',
    });
  });

  it('may be repeated', async () => {
    const { accessToken } = await spec.session('production', partner.domain);
    for (const attempt of [1, 2]) {
      expect([attempt, await spec.call(identity.signOut, 'production', { accessToken }, partner.person)]).toEqual([
        attempt,
        {},
      ]);
    }
  });
});
