import { identity, type Environment, type PersonCaller } from '#libs/contracts';
import { anybody, refusals } from '#libs/testing';
import { ada, IdentitySpec, password, type KnownPartner } from '../../spec-support/identity-spec';
import { MailedLinksOf } from '../../spec-support/mailed-links';
import { PasswordResetRequests } from '../../workflows/password-reset-requests';

const invalid = { code: 'identity.invitation_invalid' };
const own = 'a password of my own';

describe('an invitation', () => {
  let spec: IdentitySpec;
  let partner: KnownPartner;
  let links: MailedLinksOf;

  beforeAll(async () => {
    spec = await IdentitySpec.open();
    links = new MailedLinksOf(spec, 'invitation');
  });
  afterAll(() => spec.close());
  beforeEach(async () => {
    partner = await spec.register();
  });

  function invite(by: PersonCaller = partner.person, role: 'developer' | 'global_admin' = 'developer') {
    const grace = { username: 'grace', displayName: 'Grace Hopper', email: 'grace@example.com', role };
    return spec.call(identity.addPerson, by.environment, grace, by);
  }
  const accept = (token: string, environment: Environment = 'production', chosen = own) =>
    spec.call(identity.acceptInvitation, environment, { token, password: chosen }, anybody);
  const people = async () => (await spec.call(identity.listPeople, 'production', {}, partner.person)).items;

  it('B58: an invited person sets their own password, once, and signs in with it', async () => {
    const invited = await invite();
    expect(invited).toMatchObject({ invited: true, emailVerified: false });
    const [event] = await links.requested(invited.id);
    expect(event?.data).toMatchObject({ username: 'grace', by: { id: partner.person.personId } });
    const token = await links.token(invited.id);
    expect(token).toMatch(/^slpi_live_\w{43}$/);
    expect(await accept(token)).toMatchObject({ username: 'grace', account: { domain: partner.domain } });
    await spec.begin('production', partner.domain, 'grace', own);
    // That it arrived has proved the address.
    expect((await people()).find(({ username }) => username === 'grace')).toMatchObject({
      invited: false,
      emailVerified: true,
    });
    await expect(accept(token)).rejects.toMatchObject(invalid);
  });

  it('before it is accepted nobody signs in', async () => {
    await invite();
    for (const guess of [password, '', ' '])
      await expect(spec.begin('production', partner.domain, 'grace', guess || 'x')).rejects.toMatchObject({
        code: 'identity.wrong_credentials',
      });
  });

  it('of two who accept it at once, one does', async () => {
    const { id } = await invite();
    const token = await links.token(id);
    const results = await spec.atOnce({ table: 'people', ids: [id] }, [() => accept(token), () => accept(token)]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(refusals(results)).toMatchObject([invalid]);
  });

  it('a password that is refused leaves it as it is', async () => {
    const { id } = await invite();
    const token = await links.token(id);
    await expect(accept(token, 'production', 'passwordpassword')).rejects.toMatchObject({
      code: 'identity.weak_password',
    });
    await accept(token);
  });

  it('is refused in the other environment, as a link of another kind, after a week, and of somebody removed', async () => {
    const { id } = await invite();
    const token = await links.token(id);
    await expect(accept(token, 'sandbox')).rejects.toMatchObject(invalid);
    const asReset = spec.call(identity.resetPassword, 'production', { token, password: own }, anybody);
    await expect(asReset).rejects.toMatchObject({ code: 'identity.reset_link_invalid' });
    await expect(accept(token.replace('slpi', 'slpr'))).rejects.toMatchObject(invalid);
    spec.service.clock.advance(7 * 86_400_000 + 1);
    await expect(accept(token)).rejects.toMatchObject(invalid);
    const late = await spec.register();
    const { id: another } = await invite(late.person);
    const gone = await links.token(another);
    await spec.call(identity.removePerson, 'production', { personId: another }, late.person);
    await expect(accept(gone)).rejects.toMatchObject(invalid);
  });

  it('a link for a new password takes its place, for whoever has lost the mail', async () => {
    const { id } = await invite();
    const token = await links.token(id);
    await spec.call(identity.requestPasswordReset, 'shared', { username: `grace@${partner.domain}` }, anybody);
    await spec.service.get(PasswordResetRequests).beforeApplicationShutdown();
    await expect(accept(token)).rejects.toMatchObject(invalid);
    const reset = { token: await new MailedLinksOf(spec, 'password_reset').token(id), password: own };
    await spec.call(identity.resetPassword, 'production', reset, anybody);
    await spec.begin('production', partner.domain, 'grace', own);
  });

  it('B58: who is only invited is no admin that others could rely on', async () => {
    const { id } = await invite(partner.person, 'global_admin');
    const { personId } = partner.person;
    const last = { code: 'identity.last_global_admin' };
    const remove = (of: typeof personId) =>
      spec.call(identity.removePerson, 'production', { personId: of }, partner.person);
    const degrade = spec.call(identity.changeRole, 'production', { personId, role: 'developer' }, partner.person);
    await expect(degrade).rejects.toMatchObject(last);
    await expect(remove(personId)).rejects.toMatchObject(last);
    await remove(id);
  });

  it('whoever is added with a password is not invited', async () => {
    const person = await spec.call(
      identity.addPerson,
      'production',
      { ...ada, username: 'joan', role: 'developer', language: 'de' },
      partner.person,
    );
    expect(person).toMatchObject({ invited: false, emailVerified: false });
    expect(await links.requested(person.id)).toEqual([]);
  });
});
