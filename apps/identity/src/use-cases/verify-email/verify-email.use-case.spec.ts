import { identity, type Environment, type PersonId } from '#libs/contracts';
import { anybody, refusals } from '#libs/testing';
import { IdentitySpec, type KnownPartner } from '../../spec-support/identity-spec';
import { MailedLinksOf } from '../../spec-support/mailed-links';

const invalid = { code: 'identity.verification_link_invalid' };

describe('proving an e-mail address', () => {
  let spec: IdentitySpec;
  let partner: KnownPartner;
  let links: MailedLinksOf;

  beforeAll(async () => {
    spec = await IdentitySpec.open();
    links = new MailedLinksOf(spec, 'email_verification');
  });
  afterAll(() => spec.close());
  beforeEach(async () => {
    partner = await spec.register();
  });

  const verify = (token: string, environment: Environment = 'production') =>
    spec.call(identity.verifyEmail, environment, { token }, anybody);
  const isVerified = async (id: PersonId) =>
    (await spec.call(identity.listPeople, 'production', {}, partner.person)).items.find((person) => person.id === id)
      ?.emailVerified;

  it('B58: whoever registers is sent a link, which works once', async () => {
    const { personId } = partner.person;
    expect(await isVerified(personId)).toBe(false);
    const token = await links.token(personId);
    expect(token).toMatch(/^slpv_live_\w{43}$/);
    expect(await verify(token)).toEqual({ username: 'ada', email: 'ada@example.com' });
    expect(await isVerified(personId)).toBe(true);
    await expect(verify(token)).rejects.toMatchObject(invalid);
    expect(await links.link(personId)).toBeNull();
  });

  it('so is whoever is added with a password, and the administrator of a sandbox', async () => {
    const dev = await spec.colleague(partner.person, partner.domain, 'dev', 'developer');
    await verify(await links.token(dev.personId));
    expect(await isVerified(dev.personId)).toBe(true);
    expect(await isVerified(partner.person.personId)).toBe(false);
    const sandbox = await spec.openActiveSandbox(partner);
    await verify(await links.token(sandbox.personId, 'sandbox'), 'sandbox');
  });

  it('of two uses at once, one works', async () => {
    const { personId } = partner.person;
    const token = await links.token(personId);
    const results = await spec.atOnce({ table: 'people', ids: [personId] }, [() => verify(token), () => verify(token)]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(refusals(results)).toMatchObject([invalid]);
  });

  it('is refused in the other environment, where it never was a link, and after three days', async () => {
    const token = await links.token(partner.person.personId);
    await expect(verify(token, 'sandbox')).rejects.toMatchObject(invalid);
    for (const none of ['', 'slpv_live_', `slpv_live_${'x'.repeat(43)}`])
      await expect(verify(none)).rejects.toMatchObject(invalid);
    spec.service.clock.advance(3 * 86_400_000 + 1);
    await expect(verify(token)).rejects.toMatchObject(invalid);
  });

  it('proves nothing of somebody who was removed', async () => {
    const dev = await spec.colleague(partner.person, partner.domain, 'dev', 'developer');
    const gone = await links.token(dev.personId);
    await spec.call(identity.removePerson, 'production', { personId: dev.personId }, partner.person);
    await expect(verify(gone)).rejects.toMatchObject(invalid);
  });
});
