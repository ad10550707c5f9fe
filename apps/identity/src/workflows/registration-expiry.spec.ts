import { identity } from '#libs/contracts';
import { anybody, until } from '#libs/testing';
import { ada, IdentitySpec, type KnownPartner } from '../spec-support/identity-spec';
import { AccountOpening } from './account-opening';
import { RegistrationExpiry } from './registration-expiry';

const dayMs = 86_400_000;
const traceId = '0'.repeat(32);

describe('a registration that nobody confirms', () => {
  let spec: IdentitySpec;
  let partner: KnownPartner;

  beforeAll(async () => {
    spec = await IdentitySpec.open({ SLIPWAY_TRUST_REGISTRATION: '0' });
  });
  beforeEach(async () => {
    partner = await spec.register();
  });
  afterAll(() => spec.close());

  const rowOf = async (partnerId = partner.partnerId) => {
    const { rows } = await spec.service.admin.query<Record<string, Date | null>>(
      'select * from identity.registrations where partner_id = $1',
      [partnerId],
    );
    const [row = {}] = rows;
    return row;
  };
  /** As if the days had passed; the worker goes by the database's clock. */
  const pass = (days: number) =>
    spec.service.admin.query(
      `update identity.registrations set expires_at = expires_at - make_interval(days => $2),
         next_attempt_at = next_attempt_at - make_interval(days => $2) where partner_id = $1`,
      [partner.partnerId, days],
    );
  const expire = async () => {
    await pass(8);
    await until('the registration to have ended', async () => {
      const { expired_at: expiredAt, next_attempt_at: next } = await rowOf();
      return expiredAt !== null && next === null;
    });
  };
  const notices = async () =>
    (await spec.service.published())
      .filter(({ data, type }) => data['partnerId'] === partner.partnerId && type.includes('.registration-'))
      .map(({ type }) => type);
  const seenByStaff = () => spec.call(identity.getPartner, 'shared', { partnerId: partner.partnerId }, spec.staff);
  const verify = () =>
    spec.call(identity.updatePartner, 'shared', { partnerId: partner.partnerId, verified: true }, spec.staff);

  it('has seven days, and is warned when two are left', async () => {
    const { expires_at: expiresAt, next_attempt_at: next } = await rowOf();
    const leftMs = (expiresAt?.getTime() ?? 0) - spec.service.clock.now();
    expect(leftMs).toBeGreaterThan(7 * dayMs - 60_000);
    expect(leftMs).toBeLessThanOrEqual(7 * dayMs);
    expect((expiresAt?.getTime() ?? 0) - (next?.getTime() ?? 0)).toBe(2 * dayMs);
    await pass(6);
    await until('the warning', async () => (await rowOf())['lease_until'] === null && (await notices()).length > 0);
    expect(await notices()).toEqual(['identity.registration-expiring.v1']);
    const warned = await rowOf();
    const offMs = Math.abs((warned['next_attempt_at']?.getTime() ?? 0) - (warned['expires_at']?.getTime() ?? 0));
    expect(offMs).toBeLessThan(10_000);
    expect(await spec.session('production', partner.domain)).toBeDefined();
  });

  it('closes: no session, no sign-in, in either environment; staff sees it, and can confirm it no more', async () => {
    const sandbox = await spec.openActiveSandbox(partner);
    const { accessToken } = await spec.session('production', partner.domain);
    await expire();
    expect(await notices()).toEqual(['identity.registration-expired.v1']);
    expect(await spec.whoHas('production', accessToken)).toBeNull();
    for (const [environment, domain] of [
      ['production', partner.domain],
      ['sandbox', `sandbox.${partner.domain}`],
    ] as const)
      await expect(spec.session(environment, domain)).rejects.toMatchObject({ code: 'identity.wrong_credentials' });
    const { rows } = await spec.service.admin.query('select 1 from identity.people where partner_id = $1', [
      partner.partnerId,
    ]);
    expect(rows).toEqual([]);
    await expect(spec.colleague(sandbox, partner.domain, 'eve', 'developer')).rejects.toMatchObject({
      code: 'session_expired',
    });
    expect(await seenByStaff()).toMatchObject({ registration: 'expired', verified: false, sandbox: 'failed' });
    await expect(verify()).rejects.toMatchObject({ code: 'identity.registration_expired' });
  });

  it('its domain is free for its owner, whom its people cannot meet', async () => {
    const sandbox = await spec.openActiveSandbox(partner);
    await expire();
    const owner = await spec.register({ domain: partner.domain, admin: { ...ada, username: 'owner' } }).catch(
      // `register` signs in as ada, who is nobody here.
      () => undefined,
    );
    expect(owner).toBeUndefined();
    expect(await spec.session('production', partner.domain, 'owner')).toMatchObject({ roles: ['global_admin'] });
    await expect(spec.session('production', partner.domain)).rejects.toMatchObject({
      code: 'identity.wrong_credentials',
    });
    for (const person of [partner.person, sandbox])
      await expect(
        spec.call(identity.addPerson, person.environment, { ...ada, username: 'eve', role: 'developer' }, person),
      ).rejects.toMatchObject({ code: 'session_expired' });
  });

  it('a sandbox that is still being opened meanwhile is not opened', async () => {
    await spec.call(identity.requestSandbox, 'shared', { admin: ada }, partner.person);
    await expire();
    const opened = await spec.service.database.transaction('sandbox', traceId, (tx) =>
      spec.service.get(AccountOpening).open(tx, 'sandbox', partner.partnerId),
    );
    expect(opened).toBe(false);
    // Nor where its administrator was read before they were erased.
    await spec.service.admin.query(
      `update identity.account_requests set password_hash = 'read before' where partner_id = $1`,
      [partner.partnerId],
    );
    const late = await spec.service.database.transaction('sandbox', traceId, (tx) =>
      spec.service.get(AccountOpening).open(tx, 'sandbox', partner.partnerId),
    );
    expect(late).toBe(false);
  });

  it('does not expire once staff has confirmed it, however late', async () => {
    await pass(6);
    await verify();
    await pass(8);
    expect(await rowOf()).toMatchObject({ next_attempt_at: null, expired_at: null });
    // A worker that had it before.
    await spec.service.admin.query('update identity.registrations set next_attempt_at = now() where partner_id = $1', [
      partner.partnerId,
    ]);
    await until('the worker to be done with it', async () => (await rowOf())['next_attempt_at'] === null);
    expect(await rowOf()).toMatchObject({ expired_at: null });
    expect(await spec.session('production', partner.domain)).toBeDefined();
  });

  it('what died halfway goes on, and ends once', async () => {
    const { partnerId } = partner;
    await spec.service.database.transaction('shared', traceId, async (tx) => {
      const registration = { id: String((await rowOf())['id']), partnerId, domain: partner.domain, expiredAt: null };
      const by = { kind: 'system' as const, id: null, displayName: 'Slipway' };
      await spec.service.get(RegistrationExpiry).begin(tx, registration as never, by);
    });
    await until('the worker to be done with it', async () => (await rowOf())['next_attempt_at'] === null);
    expect(await notices()).toEqual(['identity.registration-expired.v1']);
    const acts = (await spec.service.acts()).filter(
      ({ action, targets }) => action === 'identity.expire-registration' && targets['partnerId'] === partnerId,
    );
    expect(acts.map(({ scope }) => scope).sort()).toEqual(['production', 'sandbox', 'shared']);
  });

  it('of five who take the domain at that moment one gets it', async () => {
    const claims = { name: 'Contoso', domain: partner.domain, programme: 'csp', type: 'direct_bill', admin: ada };
    await expire();
    const results = await Promise.allSettled(
      Array.from({ length: 5 }, () => spec.call(identity.registerPartner, 'shared', claims, anybody)),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
});
