import { identity, type Environment, type PersonCaller } from '#libs/contracts';
import { anApp, anybody, eventually } from '#libs/testing';
import { IdentitySpec, password, type KnownPartner, type SignedIn } from '../../spec-support/identity-spec';
import { MailedLinksOf } from '../../spec-support/mailed-links';

describe('oneself', () => {
  let spec: IdentitySpec;
  let links: MailedLinksOf;
  let invitations: MailedLinksOf;
  let partner: KnownPartner;
  let ada: SignedIn<PersonCaller>;

  beforeAll(async () => {
    spec = await IdentitySpec.open();
    links = new MailedLinksOf(spec, 'email_verification');
    invitations = new MailedLinksOf(spec, 'invitation');
  });
  afterAll(() => spec.close());
  beforeEach(async () => {
    partner = await spec.register();
    ada = await spec.begin('production', partner.domain);
  });

  const own = (by: PersonCaller = ada.caller) => spec.call(identity.getOwnPerson, by.environment, {}, by);
  const update = (change: object) => spec.call(identity.updateOwnPerson, 'production', change, ada.caller);
  const changeEmail = (email: string, given = password) =>
    spec.callIn(identity.changeEmail, ada, { email, password: given });
  const verify = (token: string, environment: Environment = 'production') =>
    spec.call(identity.verifyEmail, environment, { token }, anybody);
  /** What `notifications` is told when it writes to her. */
  const mailedTo = async () => {
    const { personId } = ada.caller;
    const request = { personId };
    const reply = await spec.call(identity.getMailRecipient, 'production', request, anApp('notifications'));
    return reply.recipient;
  };

  describe('a name and a language', () => {
    it('are changed one by one, and mails follow', async () => {
      expect(await own()).toMatchObject({ displayName: 'Ada Lovelace', language: null, pendingEmail: null });
      expect(await update({ language: 'de-AT' })).toMatchObject({ displayName: 'Ada Lovelace', language: 'de-AT' });
      expect(await update({ displayName: 'Ada King' })).toMatchObject({ displayName: 'Ada King', language: 'de-AT' });
      expect(await mailedTo()).toMatchObject({ displayName: 'Ada King', language: 'de-AT' });
      expect(await update({ language: null })).toMatchObject({ displayName: 'Ada King', language: null });
    });

    it('are of nobody else', async () => {
      const dev = await spec.colleague(partner.person, partner.domain, 'dev', 'developer');
      await update({ displayName: 'Ada King' });
      expect(await own(dev)).toMatchObject({ id: dev.personId, username: 'dev', displayName: 'Ada Lovelace' });
    });
  });

  describe('another e-mail address', () => {
    it('B58: holds once it is proved; until then mail goes where it went', async () => {
      const { personId } = ada.caller;
      expect(await changeEmail('king@example.com')).toMatchObject({
        email: 'ada@example.com',
        pendingEmail: 'king@example.com',
      });
      expect(await mailedTo()).toMatchObject({ email: 'ada@example.com' });
      const request = { kind: 'email_verification', personId, requestId: await links.requestId(personId) } as const;
      const { link } = await spec.call(identity.getMailedLink, 'production', request, anApp('notifications'));
      expect(link?.email).toBe('king@example.com');

      expect(await verify(link?.token ?? '')).toEqual({ username: 'ada', email: 'king@example.com' });
      expect(await mailedTo()).toMatchObject({ email: 'king@example.com' });
      expect(await own()).toMatchObject({ email: 'king@example.com', emailVerified: true, pendingEmail: null });
    });

    it('is published, without an address', async () => {
      await changeEmail('king@example.com');
      const { personId, accountId, partnerId, displayName } = ada.caller;
      const published = await spec.service.published(identity.emailChangeRequested);
      expect(published.filter(({ data }) => data.personId === personId).map(({ data }) => data)).toEqual([
        { partnerId, accountId, personId, username: 'ada', by: { kind: 'person', id: personId, displayName } },
      ]);
    });

    it('wants the password: with a wrong one nothing happens, and after five the session ends', async () => {
      for (let time = 1; time <= 5; time++)
        await expect(changeEmail('king@example.com', 'wrong horse')).rejects.toMatchObject({
          code: 'identity.wrong_password',
          fields: [{ pointer: '/password' }],
        });
      expect(await own()).toMatchObject({ pendingEmail: null });
      expect((await spec.authenticated('production', ada.accessToken)).caller).toBeNull();
    });

    it('is taken back by choosing the one that one has', async () => {
      await changeEmail('king@example.com');
      const token = await links.token(ada.caller.personId);
      expect(await changeEmail('ada@example.com')).toMatchObject({ email: 'ada@example.com', pendingEmail: null });
      await expect(verify(token)).rejects.toMatchObject({ code: 'identity.verification_link_invalid' });
    });

    it('ends a reset link that was sent to the one before', async () => {
      const { personId } = ada.caller;
      await spec.call(identity.requestPasswordReset, 'shared', { username: `ada@${partner.domain}` }, anybody);
      const resets = new MailedLinksOf(spec, 'password_reset');
      await eventually(async () => expect(await resets.requested(personId)).toHaveLength(1));
      const token = await resets.token(personId);
      await changeEmail('king@example.com');
      expect(await resets.link(personId)).toBe(token);
      await verify(await links.token(personId));
      expect(await resets.link(personId)).toBeNull();
    });
  });

  describe('a link once more', () => {
    it('B58: to an address that is not proved; the one before ends', async () => {
      const { personId } = ada.caller;
      const before = await links.token(personId);
      await spec.call(identity.requestEmailVerification, 'production', {}, ada.caller);
      const after = await links.token(personId);
      expect(after).not.toBe(before);
      await expect(verify(before)).rejects.toMatchObject({ code: 'identity.verification_link_invalid' });
      await verify(after);
      await expect(spec.call(identity.requestEmailVerification, 'production', {}, ada.caller)).rejects.toMatchObject({
        code: 'identity.email_verified',
      });
    });

    it('to the address that is pending', async () => {
      await verify(await links.token(ada.caller.personId));
      await changeEmail('king@example.com');
      expect(await spec.call(identity.requestEmailVerification, 'production', {}, ada.caller)).toMatchObject({
        pendingEmail: 'king@example.com',
      });
      expect(await verify(await links.token(ada.caller.personId))).toMatchObject({ email: 'king@example.com' });
    });

    it('five times an hour at most', async () => {
      const again = () => spec.call(identity.requestEmailVerification, 'production', {}, ada.caller);
      for (let time = 1; time <= 5; time++) await again();
      const refused = { code: 'identity.too_many_requests', retryAfterSeconds: expect.any(Number) };
      await expect(again()).rejects.toMatchObject(refused);
      await expect(changeEmail('king@example.com')).rejects.toMatchObject(refused);
      expect(await links.requested(ada.caller.personId)).toHaveLength(6);
    });
  });

  describe('an invitation once more', () => {
    const invite = (personId: PersonCaller['personId'], by = partner.person) =>
      spec.call(identity.inviteAgain, 'production', { personId }, by);
    const invited = () =>
      spec.call(
        identity.addPerson,
        'production',
        { username: 'grace', displayName: 'Grace', email: 'grace@example.com', role: 'developer' },
        partner.person,
      );

    it('B58: has a new link, and the one before ends', async () => {
      const { id } = await invited();
      const before = await invitations.token(id);
      expect(await invite(id)).toMatchObject({ id, invited: true });
      const after = await invitations.token(id);
      expect(after).not.toBe(before);
      const accept = (token: string) =>
        spec.call(identity.acceptInvitation, 'production', { token, password }, anybody);
      await expect(accept(before)).rejects.toMatchObject({ code: 'identity.invitation_invalid' });
      await accept(after);
      await expect(invite(id)).rejects.toMatchObject({ code: 'identity.not_invited' });
    });

    it('is of nobody of another account', async () => {
      const { id } = await invited();
      const other = await spec.register();
      await expect(invite(id, other.person)).rejects.toMatchObject({ code: 'not_found' });
      expect(await invitations.requested(id)).toHaveLength(1);
    });

    it('five times an hour at most', async () => {
      const { id } = await invited();
      for (let time = 1; time <= 5; time++) await invite(id);
      await expect(invite(id)).rejects.toMatchObject({ code: 'identity.too_many_requests' });
    });
  });
});
