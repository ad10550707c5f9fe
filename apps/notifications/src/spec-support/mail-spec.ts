import {
  eventType,
  identity,
  notifications,
  subscriptions,
  type CloudEvent,
  type Environment,
  type PartnerId,
  type PersonId,
} from '#libs/contracts';
import { newTraceId } from '#libs/rpc';
import { anId, aStaffMember, openService, until, type OpenedService } from '#libs/testing';
import { OnOutcome } from '../event-handlers/on-outcome/on-outcome.event-handler';
import { notificationsService } from '../notifications.module';

type Mail = Awaited<ReturnType<MailSpec['mails']>>[number];

/** The notifications service with an identity that the spec plays: who is in the account, and where they are reached. */
export class MailSpec {
  /** By whom they are; whoever is not here was removed. */
  readonly people = new Map<PersonId, identity.MailRecipient>();

  private constructor(readonly service: OpenedService) {
    service.neighbours
      .handle(identity.findMailRecipients, () => ({ personIds: [...this.people.keys()] }))
      .handle(identity.getMailRecipient, ({ personId }) => ({ recipient: this.people.get(personId) ?? null }));
  }

  static async open(settings: Record<string, string> = {}): Promise<MailSpec> {
    const publicUrl = { SLIPWAY_PUBLIC_URL: 'https://portal.example' };
    return new MailSpec(await openService(notificationsService, { ...publicUrl, ...settings }));
  }

  close(): Promise<void> {
    return this.service.close();
  }

  /** Nobody is there, and nothing has happened. What is under way writes to no row that is gone. */
  async clear(): Promise<void> {
    this.people.clear();
    await this.service.admin.query('delete from notifications.mailings');
  }

  /** Somebody of the account. */
  person(given: Partial<identity.MailRecipient> = {}): identity.MailRecipient {
    const personId = anId<PersonId>();
    const names = { username: 'ada', displayName: 'Ada Lovelace', domain: 'contoso.example', language: null };
    const person = { personId, email: `${personId}@contoso.example`, ...names, ...given };
    this.people.set(personId, person);
    return person;
  }

  /** Changes are asked for, as a consumer would deliver it. */
  async happens(
    data: Partial<{ notes: string; subscriptionName: string; partnerId: PartnerId }> = {},
    environment: Environment = 'sandbox',
  ): Promise<CloudEvent> {
    const event = {
      id: anId(),
      type: eventType(subscriptions.changesRequested),
      time: '2026-01-02T03:04:05.678Z',
      data: {
        ...{ partnerId: anId<PartnerId>(), subscriptionId: anId(), subscriptionName: 'Webshop', productName: 'Orders' },
        ...{ notes: 'Please explain.', by: { kind: 'staff', id: anId(), displayName: 'Rosa' } },
        ...data,
      },
    } as unknown as CloudEvent;
    await this.service.database.transaction(environment, newTraceId(), (tx) =>
      this.service.get(OnOutcome).notify([event], tx),
    );
    return event;
  }

  /** As staff sees them. */
  async mails(given: object = {}) {
    const request = { limit: 50, ...given };
    return (await this.service.call(notifications.listMails, 'shared', request, aStaffMember())).items;
  }

  /** Waits until there are so many, none of them not yet tried. */
  tried(count = 1): Promise<Mail[]> {
    return until(`${count} mails to be tried`, async () => {
      const mails = await this.mails();
      return mails.length === count &&
        mails.every(({ attempts, to, state }) => attempts > 0 && (to || state === 'dropped'))
        ? mails
        : undefined;
    });
  }

  async triedOne(): Promise<Mail> {
    const [mail] = await this.tried();
    if (!mail) throw new Error('there is no mail');
    return mail;
  }

  inState(state: notifications.MailState, count = 1): Promise<Mail[]> {
    return until(`${count} mails to be ${state}`, async () => {
      const mails = await this.mails({ state });
      return mails.length === count ? mails : undefined;
    });
  }

  /** What is to be tried later is tried now. */
  async dueNow(): Promise<void> {
    await this.service.admin.query(
      'update notifications.mails set next_attempt_at = now() where next_attempt_at > now()',
    );
  }
}
