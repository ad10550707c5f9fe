import { identity } from '#libs/contracts';
import { address, anId, anybody, audited, type OpenedService } from '#libs/testing';
import { ada, IdentitySpec, password } from '../../spec-support/identity-spec';

const aRegistration = () => ({
  name: 'Contoso',
  domain: `p-${anId()}.example`,
  programme: 'csp',
  type: 'direct_bill',
  admin: ada,
});

const eventsOf = async (service: OpenedService, partnerId: string) =>
  (await service.published()).filter(({ data }) => data['partnerId'] === partnerId).map(({ type }) => type);

describe('registering a partner', () => {
  let spec: IdentitySpec;

  beforeAll(async () => {
    spec = await IdentitySpec.open({ SLIPWAY_TRUST_REGISTRATION: '0' });
  });
  afterAll(() => spec.close());

  const register = (registration: ReturnType<typeof aRegistration>) =>
    spec.call(identity.registerPartner, 'shared', registration, anybody);

  it('is one row of the audit log in each scope that it writes to, of nobody who is known; no password, no name', async () => {
    const request = aRegistration();
    const { rows, traceId, reply } = await audited(spec.service, identity.registerPartner, 'shared', request, anybody);
    if (reply.status === 'rejected') throw reply.reason;
    const { partnerId, account } = reply.value;
    const row = {
      id: expect.any(String),
      at: expect.any(Date),
      actor_kind: 'anonymous',
      actor_id: null,
      action: 'identity.register-partner.v1',
      outcome: 'done',
      address,
      trace_id: traceId,
    };
    expect(rows).toEqual([
      { ...row, scope: 'shared', targets: { partnerId } },
      { ...row, scope: 'production', targets: { partnerId, accountId: account.id } },
    ]);
  });

  describe('registered', () => {
    it('B1: its administrator can sign in to the primary account at once', async () => {
      const registration = aRegistration();
      const { partnerId, account } = await register(registration);
      expect(account).toMatchObject({ environment: 'production', domain: registration.domain, state: 'active' });
      expect(await spec.session('production', registration.domain)).toMatchObject({
        account: { id: account.id },
        roles: ['global_admin'],
      });
      expect(await eventsOf(spec.service, partnerId)).toEqual([
        'identity.partner-registered.v1',
        'identity.account-opened.v1',
      ]);
    });

    it('the password is nowhere: neither in an event nor in a row', async () => {
      const { partnerId } = await register(aRegistration());
      const { rows } = await spec.service.admin.query(
        'select * from identity.account_requests r join identity.people p using (partner_id) where partner_id = $1',
        [partnerId],
      );
      expect(rows).toHaveLength(1);
      expect(JSON.stringify([rows, await spec.service.published()])).not.toContain(password);
    });

    it('B9: what it says of itself is a claim until staff confirms it', async () => {
      const { partnerId } = await register(aRegistration());
      expect(await spec.call(identity.getPartner, 'shared', { partnerId }, spec.staff)).toMatchObject({
        verified: false,
        sandbox: 'none',
        eligibility: { production: { eligible: false, reasons: ['unverified'] } },
      });
    });
  });

  describe('refused', () => {
    it('a domain that is registered, at the field that has it', async () => {
      const registration = aRegistration();
      await register(registration);
      await expect(register(registration)).rejects.toMatchObject({
        code: 'identity.domain_taken',
        fields: [{ pointer: '/domain' }],
      });
    });

    it('the domain that is reserved for somebody’s sandbox', async () => {
      const registration = aRegistration();
      await register(registration);
      const domain = `sandbox.${registration.domain}`;
      await expect(register({ ...registration, domain })).rejects.toMatchObject({ code: 'identity.domain_taken' });
    });

    it('a domain whose sandbox somebody has registered as its own', async () => {
      const registration = aRegistration();
      await register({ ...registration, domain: `sandbox.${registration.domain}` });
      await expect(register(registration)).rejects.toMatchObject({ code: 'identity.domain_taken' });
    });

    it('all of five at once but one, and the others leave nothing', async () => {
      const registration = { ...aRegistration(), name: `Racing ${anId()}` };
      const results = await Promise.allSettled(Array.from({ length: 5 }, () => register(registration)));
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      const { rows } = await spec.service.admin.query('select 1 from identity.partners where name = $1', [
        registration.name,
      ]);
      expect(rows).toHaveLength(1);
    });
  });
});

describe('registering a partner where registrations are trusted', () => {
  let spec: IdentitySpec;

  beforeAll(async () => {
    spec = await IdentitySpec.open({ SLIPWAY_TRUST_REGISTRATION: '1' });
  });
  afterAll(() => spec.close());

  it('what it says of itself counts, and that is published', async () => {
    const { partnerId } = await spec.register();
    expect(await spec.call(identity.getPartner, 'shared', { partnerId }, spec.staff)).toMatchObject({
      verified: true,
      eligibility: { sandbox: { eligible: true }, production: { eligible: true, reasons: [] } },
    });
    expect(await eventsOf(spec.service, partnerId)).toContain('identity.partner-verified.v1');
  });

  it('a programme that no rule names makes it no more eligible', async () => {
    const { partnerId } = await spec.register({ programme: 'other' });
    expect(await spec.call(identity.getPartner, 'shared', { partnerId }, spec.staff)).toMatchObject({
      verified: true,
      eligibility: { production: { eligible: false, reasons: ['programme_not_eligible'] } },
    });
  });
});
