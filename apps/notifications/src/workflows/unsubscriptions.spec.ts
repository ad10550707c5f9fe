import { notifications, subscriptions, type EventDefinition, type PersonCaller } from '#libs/contracts';
import { address, aPerson, audited, until } from '#libs/testing';
import { MailSpec } from '../spec-support/mail-spec';
import { SmtpReceiver, type ReceivedMail } from '../spec-support/smtp-receiver';
import { Unsubscriptions } from './unsubscriptions';

const anonymous = { kind: 'anonymous' } as const;

describe('unsubscribing from mails', () => {
  let spec: MailSpec;
  let receiver: SmtpReceiver;

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

  const happens = ({ partnerId, environment }: PersonCaller, what: EventDefinition) =>
    spec.happens({ partnerId }, environment, what);

  /** What a mail program finds, by RFC 8058. */
  const headersOf = (mail: ReceivedMail | undefined) => ({
    address: /^<(.*)>$/.exec(lineOf(mail, 'list-unsubscribe') ?? '')?.[1],
    post: lineOf(mail, 'list-unsubscribe-post'),
  });
  const lineOf = (mail: ReceivedMail | undefined, name: string) =>
    mail?.headerLines.find(({ key }) => key === name)?.line.replace(/^[\w-]+: /, '');

  async function firstMail(): Promise<ReceivedMail | undefined> {
    return (
      await until('a mail at the server', async () => (receiver.mails.length > 0 ? receiver.mails : undefined))
    )[0];
  }

  async function tokenFor(person: PersonCaller): Promise<string> {
    spec.person({ personId: person.personId });
    await happens(person, subscriptions.submissionReceived);
    const { address: link } = headersOf(await firstMail());
    await spec.inState('sent');
    await spec.clear();
    receiver.clear();
    return link?.replace('https://portal.example/unsubscribe/', '') ?? '';
  }

  const unsubscribe = (person: PersonCaller, token: string) =>
    spec.service.call(notifications.unsubscribe, person.environment, { token }, anonymous);

  it('B50: is what a mail offers of which somebody may do without, in its headers and at its end', async () => {
    spec.person();
    await spec.happens({}, 'sandbox', subscriptions.submissionReceived);
    const mail = await firstMail();
    const { address: link, post } = headersOf(mail);
    expect(link).toMatch(/^https:\/\/portal\.example\/unsubscribe\/slpu_sbx_[\w-]+$/);
    expect(post).toBe('List-Unsubscribe=One-Click');
    expect(mail?.text).toContain(`No more mails of this kind: ${link}`);
    expect(mail?.html).toContain(`href="${link}"`);
  });

  it('is not offered where a mail is essential', async () => {
    spec.person();
    await spec.happens();
    const mail = await firstMail();
    expect(headersOf(mail)).toEqual({ address: undefined, post: undefined });
    expect(mail?.text).not.toContain('/unsubscribe/');
    expect(mail?.html).not.toContain('/unsubscribe/');
  });

  it('ends mails of that kind to that person, and no others; twice is once', async () => {
    const [person, colleague] = [aPerson('sandbox'), aPerson('sandbox')];
    const token = await tokenFor(person);
    for (const _time of [1, 2])
      expect(await unsubscribe(person, token)).toEqual({
        partnerId: person.partnerId,
        personId: person.personId,
        kind: 'progress',
      });

    spec.person({ personId: person.personId, email: 'ada@contoso.example' });
    spec.person({ personId: colleague.personId, email: 'grace@contoso.example' });
    await happens(person, subscriptions.submissionWithdrawn);
    await happens(person, subscriptions.submissionApproved);
    const states = (await spec.tried(4)).map(({ personId, type, state, reason }) => ({
      who: personId === person.personId ? 'ada' : 'grace',
      ...{ type, state, reason },
    }));
    expect(states).toEqual(
      expect.arrayContaining([
        {
          who: 'ada',
          type: 'subscriptions.submission-withdrawn.v1',
          state: 'dropped',
          reason: 'This person wants no mail about “progress”.',
        },
        { who: 'grace', type: 'subscriptions.submission-withdrawn.v1', state: 'sent', reason: null },
        { who: 'ada', type: 'subscriptions.submission-approved.v1', state: 'sent', reason: null },
        { who: 'grace', type: 'subscriptions.submission-approved.v1', state: 'sent', reason: null },
      ]),
    );
  });

  it('is one row of the audit, which says whose it was; the token is not in it', async () => {
    const person = aPerson('production');
    const token = await tokenFor(person);
    const { rows } = await audited(spec.service, notifications.unsubscribe, 'production', { token }, anonymous);
    expect(rows).toEqual([
      expect.objectContaining({
        actor_kind: 'anonymous',
        action: 'notifications.unsubscribe.v1',
        outcome: 'done',
        targets: { partnerId: person.partnerId, personId: person.personId },
        address,
      }),
    ]);
  });

  it('can be taken back by whoever is signed in', async () => {
    const person = aPerson('sandbox');
    await unsubscribe(person, await tokenFor(person));
    const request = { channel: 'email', kind: 'progress', enabled: true } as const;
    await spec.service.call(notifications.setPreference, 'sandbox', request, person);
    spec.person({ personId: person.personId });
    await happens(person, subscriptions.submissionWithdrawn);
    expect(await spec.inState('sent')).toHaveLength(1);
  });

  describe('with a token that is none of ours', () => {
    const person = aPerson('sandbox');
    const [prefix] = /^slpu_sbx_/.exec('slpu_sbx_') ?? [''];
    const own = () => spec.service.get(Unsubscriptions).tokenOf(person, 'progress');
    const bytesOf = (token: string) => Buffer.from(token.slice(prefix.length), 'base64url');
    const changedAt = (place: number) => {
      const bytes = bytesOf(own());
      bytes[place] = (bytes[place] ?? 0) ^ 1;
      return prefix + bytes.toString('base64url');
    };

    it('itself is read as it was made', () => {
      expect(spec.service.get(Unsubscriptions).read(own())).toMatchObject({
        recipient: { environment: 'sandbox', partnerId: person.partnerId, personId: person.personId },
        kind: 'progress',
      });
    });

    it.each<[string, () => string]>([
      ['nothing', () => ''],
      ['a prefix alone', () => prefix],
      ['of another environment', () => own().replace('_sbx_', '_live_')],
      ['of another partner', () => changedAt(3)],
      ['of another person', () => changedAt(20)],
      ['with another proof', () => changedAt(40)],
      [
        'of another kind',
        () => prefix + Buffer.concat([bytesOf(own()).subarray(0, 48), Buffer.from('keys')]).toString('base64url'),
      ],
      [
        'of a kind that there is not',
        () => prefix + Buffer.concat([bytesOf(own()), Buffer.from('x')]).toString('base64url'),
      ],
      ['cut off', () => own().slice(0, 40)],
    ])('%s: finds nothing, in the same words', async (_what, token) => {
      await expect(unsubscribe(person, token())).rejects.toMatchObject({
        code: 'not_found',
        message: 'There is no such resource.',
      });
    });
  });
});
