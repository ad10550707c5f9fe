import { identity } from '#libs/contracts';
import { audited } from '#libs/testing';
import { DnsServer } from '../../spec-support/dns-server';
import { IdentitySpec, type KnownPartner } from '../../spec-support/identity-spec';

describe('proving a domain', () => {
  let dns: DnsServer;
  let spec: IdentitySpec;
  let partner: KnownPartner;

  beforeAll(async () => {
    dns = await DnsServer.listen();
    spec = await IdentitySpec.open({ SLIPWAY_TRUST_REGISTRATION: '0', SLIPWAY_DNS_SERVERS: dns.address });
  });
  beforeEach(async () => {
    dns.mood = 'well';
    partner = await spec.register();
  });
  afterAll(async () => {
    await spec.close();
    dns.close();
  });

  const look = (by = partner.person) => spec.call(identity.getDomainVerification, 'shared', {}, by);
  const verify = (by = partner.person) => spec.call(identity.verifyDomain, 'shared', {}, by);
  const seenByStaff = () => spec.call(identity.getPartner, 'shared', { partnerId: partner.partnerId }, spec.staff);
  const publish = async (...others: string[][]) => {
    const { record } = await look();
    dns.records.set(record.name, [...others, [record.value]]);
  };

  it('the partner is told what to publish and until when, a value that nobody could guess', async () => {
    const reply = await look();
    expect(reply).toEqual({
      domain: partner.domain,
      verified: false,
      registration: 'unconfirmed',
      expiresAt: expect.any(String),
      record: {
        type: 'TXT',
        name: `_slipway-challenge.${partner.domain}`,
        value: expect.stringMatching(/^slipway-verification=[0-9a-f]{64}$/),
      },
    });
    const another = await spec.register();
    expect((await look(another.person)).record.value).not.toBe(reply.record.value);
  });

  it('B9: the record proves the domain, which does not expire any more; the rest stays a claim', async () => {
    await publish();
    expect(await verify()).toMatchObject({ verified: true, registration: 'confirmed', expiresAt: null });
    expect(await seenByStaff()).toMatchObject({
      domainVerified: true,
      registration: 'confirmed',
      expiresAt: null,
      verified: false,
      eligibility: { production: { eligible: false, reasons: ['unverified'] } },
    });
  });

  it('it stands among other records, in as many pieces as DNS cuts it into', async () => {
    const { record } = await look();
    dns.records.set(record.name, [['v=spf1 -all'], [record.value.slice(0, 20), record.value.slice(20)]]);
    expect(await verify()).toMatchObject({ verified: true });
  });

  it('is one row of the audit', async () => {
    await publish();
    const { rows } = await audited(spec.service, identity.verifyDomain, 'shared', {}, partner.person);
    expect(rows).toMatchObject([{ scope: 'shared', action: 'identity.verify-domain.v1', outcome: 'done' }]);
  });

  it('once proven it is not looked for again, and stays proven without the record', async () => {
    await publish();
    await verify();
    dns.records.clear();
    const before = dns.lookups.length;
    expect(await verify()).toMatchObject({ verified: true });
    expect(dns.lookups).toHaveLength(before);
  });

  describe('refused', () => {
    it("where there is no record, or another's: with what to publish", async () => {
      const { record } = await look();
      await expect(verify()).rejects.toMatchObject({ code: 'identity.domain_not_proven', detail: { record } });
      const another = await look((await spec.register()).person);
      dns.records.set(record.name, [[another.record.value], [`${record.value}0`]]);
      spec.service.clock.advance(5_000);
      await expect(verify()).rejects.toMatchObject({ code: 'identity.domain_not_proven' });
      expect(await seenByStaff()).toMatchObject({ domainVerified: false });
    });

    it.each(['failing', 'silent'] as const)('503 where DNS is %s', async (mood) => {
      await publish();
      dns.mood = mood;
      await expect(verify()).rejects.toMatchObject({ code: 'identity.dns_unavailable' });
    });

    it('a second look at once, by however many: our resolver works no faster for one partner', async () => {
      const before = dns.lookups.length;
      const looks = await Promise.allSettled(Array.from({ length: 10 }, () => verify()));
      const codes = looks.map((one) => (one.status === 'rejected' ? (one.reason as { code: string }).code : 'done'));
      expect(codes.filter((code) => code === 'identity.domain_not_proven')).toHaveLength(1);
      expect(codes.filter((code) => code === 'identity.domain_checked_just_now')).toHaveLength(9);
      expect(dns.lookups).toHaveLength(before + 1);
      await expect(verify()).rejects.toMatchObject({ retryAfterSeconds: 5 });
    });

    it('from the sandbox, which may look', async () => {
      const sandbox = await spec.openSandbox(partner);
      expect(await look(sandbox)).toEqual(await look());
      await expect(verify(sandbox)).rejects.toMatchObject({ code: 'forbidden' });
    });
  });
});
