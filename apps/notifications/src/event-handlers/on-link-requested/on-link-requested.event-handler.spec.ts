import { identity, notifications } from '#libs/contracts';
import { aPerson, aStaffMember } from '#libs/testing';
import { MailSpec } from '../../spec-support/mail-spec';
import { Refusal, SmtpReceiver } from '../../spec-support/smtp-receiver';

describe('a link that is to be sent', () => {
  describe('with a mail server', () => {
    let receiver: SmtpReceiver;
    let spec: MailSpec;

    beforeAll(async () => {
      receiver = await SmtpReceiver.open();
      spec = await MailSpec.open({ SLIPWAY_SMTP: receiver.url });
    });
    afterEach(async () => {
      await spec.clear();
      receiver.clear();
    });
    afterAll(async () => {
      await spec.close();
      await receiver.close();
    });

    it.each([
      [identity.passwordResetRequested, 'password-reset', 'Set a new password'],
      [identity.personInvited, 'invitation', 'You are invited to contoso.example'],
      [identity.emailVerificationRequested, 'email-verification', 'Confirm your e-mail address'],
    ] as const)('B58: is sent to that person alone, behind the # of a page: %#', async (definition, page, subject) => {
      const ada = spec.person();
      spec.person();
      const { token } = await spec.linkIsRequested(definition, ada);
      await spec.inState('sent');
      const [mail] = receiver.mails;
      expect(mail).toMatchObject({ subject, recipients: [ada.email] });
      const link = `https://portal.example/${page}#${token}`;
      expect(mail?.text).toContain(`\n${link}\n`);
      expect(mail?.html).toContain(`href="${link}"`);
      expect(mail?.text).toContain('until 2026-11-30 14:03 UTC');
    });

    it('is in no row, and staff is shown where it went and not what it opens', async () => {
      const { token } = await spec.linkIsRequested(identity.passwordResetRequested, spec.person());
      expect(await spec.inState('sent')).toMatchObject([{ subject: 'Set a new password', text: null }]);
      const { rows } = await spec.service.admin.query(
        `select to_json(m)::text from notifications.mails m union all select to_json(m)::text from notifications.mailings m`,
      );
      expect(JSON.stringify(rows)).not.toContain(token);
    });

    it('is in no inbox: it is between one person and us', async () => {
      const ada = spec.person();
      await spec.linkIsRequested(identity.passwordResetRequested, ada);
      await spec.inState('sent');
      const { rows } = await spec.service.admin.query('select from notifications.messages');
      expect(rows).toEqual([]);
      const inbox = spec.service.call(notifications.listMessages, 'production', {}, aPerson('production'));
      expect((await inbox).items).toEqual([]);
    });

    it('is not sent once it is good no more', async () => {
      const ada = spec.person();
      spec.tokens.clear();
      receiver.ways.onAddress = () => {
        throw new Refusal(451, 'not now');
      };
      const { requestId } = await spec.linkIsRequested(identity.passwordResetRequested, ada);
      await spec.tried();
      spec.tokens.delete(requestId);
      receiver.ways.onAddress = undefined;
      await spec.dueNow();
      expect(await spec.inState('dropped')).toMatchObject([{ reason: expect.stringContaining('has expired') }]);
      expect(receiver.mails).toEqual([]);
    });
  });

  describe('without one', () => {
    let spec: MailSpec;

    beforeAll(async () => {
      spec = await MailSpec.open();
    });
    afterAll(() => spec.close());

    it('is kept: administrators who have signed in lately read it while it is good, and nobody else', async () => {
      const { token, requestId } = await spec.linkIsRequested(identity.personInvited, spec.person());
      await spec.inState('kept');
      const read = async (...who: [Parameters<typeof spec.mails>[1]?, Parameters<typeof spec.mails>[2]?]) =>
        (await spec.mails({}, ...who))[0]?.text;
      expect(await read()).toContain(`https://portal.example/invitation#${token}`);
      await expect(read(aStaffMember('reviewer'))).rejects.toMatchObject({ code: 'forbidden' });
      expect(await read(aStaffMember('admin'), { signedInRecently: false })).toBeNull();
      const { rows } = await spec.service.admin.query('select to_json(m)::text from notifications.mails m');
      expect(JSON.stringify(rows)).not.toContain(token);
      spec.tokens.delete(requestId);
      expect(await spec.mails()).toMatchObject([{ text: null, reason: expect.stringContaining('has expired') }]);
    });
  });
});
