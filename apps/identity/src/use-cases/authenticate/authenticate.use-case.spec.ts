import { identity } from '#libs/contracts';
import { IdentitySpec, type KnownPartner } from '../../spec-support/identity-spec';

describe('authenticating a session', () => {
  let spec: IdentitySpec;
  let partner: KnownPartner;

  beforeAll(async () => {
    spec = await IdentitySpec.open({ SLIPWAY_SESSION_SECONDS: '600' });
    partner = await spec.register();
  });
  afterAll(() => spec.close());

  describe('known', () => {
    it('tells whose it is, with the role of this moment', async () => {
      const { accessToken } = await spec.session('production', partner.domain);
      expect(await spec.whoHas('production', accessToken)).toEqual(partner.person);
    });

    it('until it expires, by the clock', async () => {
      const { accessToken } = await spec.session('production', partner.domain);
      spec.service.clock.advance(590_000);
      expect(await spec.whoHas('production', accessToken)).not.toBeNull();
      spec.service.clock.advance(11_000);
      expect(await spec.whoHas('production', accessToken)).toBeNull();
    });
  });

  describe('nobody', () => {
    it('has a session that was never given', async () => {
      expect(await spec.whoHas('production', 'slps_live_nobody')).toBeNull();
    });

    it('B3: has it in the other environment', async () => {
      const { accessToken } = await spec.session('production', partner.domain);
      expect(await spec.whoHas('sandbox', accessToken)).toBeNull();
    });

    it('has it once its person is removed', async () => {
      const colleague = await spec.colleague(partner.person, partner.domain, 'leaving', 'developer');
      const { accessToken } = await spec.session('production', partner.domain, 'leaving');
      const request = { personId: colleague.personId };
      await spec.call(identity.removePerson, 'production', request, partner.person);
      expect(await spec.whoHas('production', accessToken)).toBeNull();
    });
  });
});
