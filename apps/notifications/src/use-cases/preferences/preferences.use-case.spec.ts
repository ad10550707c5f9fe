import { notifications, type PersonCaller } from '#libs/contracts';
import { aPerson, aStaffMember, openService, type OpenedService } from '#libs/testing';
import { notificationsService } from '../../notifications.module';
import { MailSpec } from '../../spec-support/mail-spec';
import { Refusal, SmtpReceiver } from '../../spec-support/smtp-receiver';

const kinds = ['security', 'account', 'outcomes', 'progress', 'keys', 'webhooks'] as const;
const essential = ['security', 'account', 'outcomes'];

describe('preferences', () => {
  let service: OpenedService;

  beforeAll(async () => {
    service = await openService(notificationsService);
  });
  afterAll(() => service.close());

  const list = (person: PersonCaller) => service.call(notifications.listPreferences, person.environment, {}, person);
  const set = (person: PersonCaller, kind: notifications.NewsKind, enabled: boolean) =>
    service.call(notifications.setPreference, person.environment, { channel: 'email', kind, enabled }, person);
  const offOf = async (person: PersonCaller) =>
    (await list(person)).items.filter(({ enabled }) => !enabled).map(({ kind }) => kind);

  it('B50: everything is on, until somebody switches it off', async () => {
    expect(await list(aPerson('sandbox'))).toEqual({
      items: kinds.map((kind) => ({ channel: 'email', kind, enabled: true, essential: essential.includes(kind) })),
      lastMail: null,
    });
  });

  it('are of one person alone, in one environment', async () => {
    const person = aPerson('sandbox');
    const { partnerId, personId } = person;
    expect(await set(person, 'keys', false)).toEqual({
      channel: 'email',
      kind: 'keys',
      enabled: false,
      essential: false,
    });
    expect(await offOf(person)).toEqual(['keys']);
    expect(await offOf(aPerson('sandbox', { partnerId }))).toEqual([]);
    expect(await offOf(aPerson('production', { partnerId, personId }))).toEqual([]);
    await set(person, 'keys', true);
    expect(await offOf(person)).toEqual([]);
  });

  it.each(kinds.filter((kind) => essential.includes(kind)))('%s cannot be switched off', async (kind) => {
    const person = aPerson('sandbox');
    await expect(set(person, kind, false)).rejects.toMatchObject({
      code: 'notifications.essential',
      message: expect.stringContaining(kind),
    });
    expect(await offOf(person)).toEqual([]);
    expect(await set(person, kind, true)).toMatchObject({ enabled: true, essential: true });
  });

  it('are nobody’s of the staff', async () => {
    await expect(service.call(notifications.listPreferences, 'sandbox', {}, aStaffMember())).rejects.toMatchObject({
      code: 'forbidden',
    });
  });

  it('B50: say what became of the last mail: a bounce, with what the mail server said', async () => {
    const refusing = await SmtpReceiver.open({
      onAddress: () => {
        throw new Refusal(550, 'no such mailbox');
      },
    });
    const spec = await MailSpec.open({ SLIPWAY_SMTP: refusing.url });
    try {
      const person = aPerson('sandbox');
      spec.person({ personId: person.personId, email: 'gone@contoso.example' });
      await spec.happens({ partnerId: person.partnerId });
      await spec.inState('bounced');
      const { lastMail } = await spec.service.call(notifications.listPreferences, 'sandbox', {}, person);
      expect(lastMail).toMatchObject({
        state: 'bounced',
        to: 'gone@contoso.example',
        reason: expect.stringContaining('no such mailbox'),
      });
      const other = aPerson('sandbox', { partnerId: person.partnerId });
      expect((await spec.service.call(notifications.listPreferences, 'sandbox', {}, other)).lastMail).toBeNull();
    } finally {
      await spec.close();
      await refusing.close();
    }
  });
});
