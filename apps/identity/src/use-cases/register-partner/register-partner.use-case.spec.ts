import { identity } from '#libs/contracts';
import { address, anId, anybody, audited, type OpenedService } from '#libs/testing';
import type { SlipwayError } from '#libs/errors';
import { Purge } from '#libs/events';
import { ada, IdentitySpec, password } from '../../spec-support/identity-spec';
import { AccountOpening } from '../../workflows/account-opening';

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
        'identity.partner-changed.v1',
        'identity.email-verification-requested.v1',
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

    it('a domain that begins with the label sandbox: it would be that of somebody’s sandbox', async () => {
      const { domain, ...registration } = aRegistration();
      for (const taken of [`sandbox.${domain}`, `SANDBOX.${domain}`, `sandbox.sandbox.${domain}`])
        await expect(register({ ...registration, domain: taken })).rejects.toMatchObject({
          code: 'invalid_request',
          fields: [{ pointer: '/domain' }],
        });
      await register({ ...registration, domain });
      await register({ ...registration, domain: `my-sandbox.${domain}` });
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

describe('registering with an Idempotency-Key', () => {
  let spec: IdentitySpec;

  beforeAll(async () => {
    spec = await IdentitySpec.open();
  });
  afterAll(() => spec.close());

  const register = (registration: ReturnType<typeof aRegistration>, from = address) =>
    spec.service.call(identity.registerPartner, 'shared', registration, anybody, {
      idempotencyKey: 'the same',
      address: from,
    });

  it('a repetition is answered with what was recorded, from another address too', async () => {
    const registration = aRegistration();
    expect(await register(registration, '198.51.100.7')).toEqual(await register(registration));
  });

  it('strangers who chose the same key register both, at once too', async () => {
    const registrations = Array.from({ length: 5 }, aRegistration);
    const replies = await Promise.all(registrations.map((each) => register(each)));
    expect(replies.map(({ account }) => account.domain)).toEqual(registrations.map(({ domain }) => domain));
  });

  it('the same key and domain with another password shows nothing of the first', async () => {
    const registration = aRegistration();
    await register(registration);
    const stranger = { ...registration, admin: { ...ada, password: 'a guess at the password' } };
    await expect(register(stranger)).rejects.toMatchObject({ code: 'identity.domain_taken' });
  });
});

describe('registering too often', () => {
  const limit = 3;
  let spec: IdentitySpec;
  let lastOctet = 0;
  let from: string;

  beforeAll(async () => {
    spec = await IdentitySpec.open({ SLIPWAY_REGISTRATIONS_PER_HOUR: String(limit) });
  });
  beforeEach(() => {
    from = `198.51.100.${(lastOctet += 1)}`;
  });
  afterAll(() => spec.close());

  const register = (registration = aRegistration(), sender = from) =>
    spec.service.call(identity.registerPartner, 'shared', registration, anybody, { address: sender });
  const many = (number: number, one: (at: number) => Promise<unknown>) =>
    Promise.allSettled(Array.from({ length: number }, (_, at) => one(at)));
  const refusal = { code: 'identity.too_many_registrations', category: 'rate_limited' };
  /** Where the password is hashed. */
  const hashed = () => jest.spyOn(spec.service.get(AccountOpening), 'request');

  afterEach(() => jest.restoreAllMocks());

  it('is refused, with when to come back, before anything is computed; of ten at once, all beyond the limit', async () => {
    const hash = hashed();
    const results = await many(10, () => register());
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(limit);
    expect(hash).toHaveBeenCalledTimes(limit);
    await expect(register()).rejects.toMatchObject(refusal);
    const refused = await register().catch((error: unknown) => error as SlipwayError);
    expect(refused).toMatchObject({ retryAfterSeconds: expect.any(Number) });
    const { retryAfterSeconds } = refused as SlipwayError;
    expect(retryAfterSeconds).toBeGreaterThan(3_500);
    expect(retryAfterSeconds).toBeLessThanOrEqual(3_600);
  });

  it('those that fail count, and those beyond the limit do not move the end of the hour', async () => {
    const registration = aRegistration();
    await many(limit, () => register(registration));
    spec.service.clock.advance(3_599_000);
    await expect(register()).rejects.toMatchObject({ ...refusal, retryAfterSeconds: 1 });
    spec.service.clock.advance(1_000);
    await register();
  });

  it('counts each address for itself, however it is written, and a network of IPv6 as one', async () => {
    await many(limit, () => register());
    await expect(register(aRegistration(), `::ffff:${from}`)).rejects.toMatchObject(refusal);
    await register(aRegistration(), '198.51.100.200');
    await many(limit, (at) => register(aRegistration(), `2001:db8:0:1:${at}::1`));
    await expect(register(aRegistration(), '2001:db8:0:1:ffff::9')).rejects.toMatchObject(refusal);
    await register(aRegistration(), '2001:db8:0:2::1');
  });

  it('keeps nothing of hours that have ended', async () => {
    const kept = async () => {
      await spec.service.get(Purge).inScope('shared');
      return (await spec.service.admin.query('select 1 from identity.attempts')).rowCount;
    };
    await spec.service.admin.query('delete from identity.attempts');
    spec.service.clock.advance(3_600_000);
    await register();
    expect(await kept()).toBe(1);
    // Postgres does not follow the clock of this spec.
    await spec.service.admin.query(`update identity.attempts set expires_at = now() - interval '2 minutes'`);
    expect(await kept()).toBe(0);
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
