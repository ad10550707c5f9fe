import { randomUUID } from 'node:crypto';
import {
  eventType,
  identity,
  notifications,
  subscriptions,
  type CallerSession,
  type CloudEvent,
  type Environment,
  type EventDefinition,
  type PartnerId,
  type PersonId,
} from '#libs/contracts';
import { newTraceId } from '#libs/rpc';
import { anId, aStaffMember, openService, until, type OpenedService } from '#libs/testing';
import { OnLinkRequested } from '../event-handlers/on-link-requested/on-link-requested.event-handler';
import { OnOutcome } from '../event-handlers/on-outcome/on-outcome.event-handler';
import { notificationsService } from '../notifications.module';

type Mail = Awaited<ReturnType<MailSpec['mails']>>[number];

/** The notifications service with an identity that the spec plays: who is in the account, and where they are reached. */
export class MailSpec {
  /** By whom they are; whoever is not here was removed. */
  readonly people = new Map<PersonId, identity.MailRecipient>();

  /** Tokens by request; one that is not here was used, replaced or has expired. */
  readonly tokens = new Map<string, string>();

  private constructor(readonly service: OpenedService) {
    service.neighbours
      .handle(identity.findMailRecipients, () => ({ personIds: [...this.people.keys()] }))
      .handle(identity.getMailRecipient, ({ personId }) => ({ recipient: this.people.get(personId) ?? null }))
      .handle(identity.getMailedLink, ({ requestId }) => {
        const token = this.tokens.get(requestId);
        return { link: token === undefined ? null : { token, expiresAt: '2026-11-30T14:03:00.000Z', email: null } };
      });
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
    const personId = given.personId ?? anId<PersonId>();
    const names = { username: 'ada', displayName: 'Ada Lovelace', domain: 'contoso.example', language: null };
    const person = { personId, email: `${personId}@contoso.example`, ...names, ...given };
    this.people.set(personId, person);
    return person;
  }

  /** Changes are requested, unless it is something else of a subscription; as a consumer would deliver it. */
  async happens(
    data: Partial<{ notes: string; subscriptionName: string; partnerId: PartnerId }> = {},
    environment: Environment = 'sandbox',
    definition: EventDefinition = subscriptions.changesRequested,
  ): Promise<CloudEvent> {
    const event = {
      id: anId(),
      type: eventType(definition),
      time: '2026-01-02T03:04:05.678Z',
      aggregateversion: 3,
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

  /** Somebody is to be sent a link. @returns its token */
  async linkIsRequested(
    definition: EventDefinition,
    { personId }: identity.MailRecipient,
    environment: Environment = 'production',
  ): Promise<{ token: string; requestId: string }> {
    const [requestId, token] = [randomUUID(), `slpr_live_${anId()}`];
    this.tokens.set(requestId, token);
    const by = { kind: 'person', id: anId(), displayName: 'Charles Babbage' };
    const data = { partnerId: anId<PartnerId>(), personId, requestId, by };
    const event = { id: anId(), type: eventType(definition), time: '2026-01-02T03:04:05.678Z', data };
    await this.service.database.transaction(environment, newTraceId(), (tx) =>
      this.service.get(OnLinkRequested).requested([event as unknown as CloudEvent], tx),
    );
    return { token, requestId };
  }

  /** As staff sees them. */
  async mails(given: object = {}, caller = aStaffMember(), session: Partial<CallerSession> = {}) {
    const request = { limit: 50, ...given };
    return (await this.service.call(notifications.listMails, 'shared', request, caller, { session })).items;
  }

  /** Waits until there are so many, each tried, and nothing of an attempt is yet to be written. */
  tried(count = 1): Promise<Mail[]> {
    return until(`${count} mails to be tried`, async () => {
      const isOver = await this.isOver();
      const mails = await this.mails();
      return isOver &&
        mails.length === count &&
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
      const isOver = await this.isOver();
      const mails = await this.mails({ state });
      return isOver && mails.length === count ? mails : undefined;
    });
  }

  /** What becomes of a mail is written in two steps. */
  private async isOver(): Promise<boolean> {
    const { rows } = await this.service.admin.query(
      'select from notifications.mails where lease_until is not null and next_attempt_at is not null',
    );
    return rows.length === 0;
  }

  /** What is to be tried later is tried now. */
  async dueNow(): Promise<void> {
    await this.service.admin.query(
      'update notifications.mails set next_attempt_at = now() where next_attempt_at > now()',
    );
  }
}
