import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import {
  consumers,
  eventType,
  identity,
  linkEvents,
  staffEvents,
  onceEvents,
  type Actor,
  type CloudEvent,
  type Environment,
  type MessageId,
  type PartnerId,
  type PersonId,
  type WebhookId,
} from '#libs/contracts';
import { newId, type Tx } from '#libs/database';
import { EventsHandler } from '#libs/events';
import { isMailed } from '../../domain/news-kinds';
import { renderMessage } from '../../domain/templates';
import { Message, Provider } from '../../storage/entities';
import { insertMailings } from '../../storage/mails.repository';
import { noteOnceEvents } from '../../storage/once-events.repository';
import { PublicNews, type News } from '../../workflows/public-news';

const outcomes = [
  ...new Set(consumers.filter(({ service }) => service === 'notifications').flatMap(({ events }) => events)),
].filter((event) => event !== identity.providerChanged && !linkEvents.includes(event) && !staffEvents.includes(event));

const thereIsOnce = onceEvents.map(eventType);

/** What every event we listen to has; the rest differs. */
interface Outcome {
  /** Null: the provider alone is concerned, and nobody of it has an inbox. */
  partnerId: PartnerId | null;
  by?: Actor;
  subscriptionId?: string;
  keyId?: string;
  /** The one that it is about. */
  webhookId?: WebhookId;
  /** The only one that it concerns. */
  environment?: Environment;
}

/** What an inbox keeps: a key that is made and deleted over and over says so each time. A few more, until one looks. */
export const messagesMax = 2_000;

/** Whether an inbox has too many costs as much as writing to it: about one message of sixteen looks. */
const looksForMore = ({ id }: Message): boolean => id.endsWith('0');

/** B50, B51: an outcome becomes a message in the inbox of each account that is to know, and goes to its webhooks and, by mail, to its people. */
@Injectable()
export class OnOutcome {
  constructor(private readonly news: PublicNews) {}

  /** @returns those that are news for this environment's inboxes */
  @EventsHandler(...outcomes)
  async notify(events: CloudEvent[], tx: Tx): Promise<CloudEvent[]> {
    const { manager, scope: inbox } = tx;
    if (inbox === 'shared') throw new Error('an inbox belongs to an environment');
    const ofEnvironment = events.filter(({ data }) => ((data as Outcome).environment ?? inbox) === inbox);
    const own = await withoutKnown(manager, inbox, ofEnvironment);
    if (own.length === 0) return [];
    const provider = await manager.findOneBy(Provider, { environment: inbox });
    const messages = own.flatMap((event) => messageOf(event, inbox, provider) ?? []);
    const inserted = new Set(await insertMessages(manager, messages));
    await this.prune(manager, inbox, messages.filter(looksForMore));
    const news = own.filter(({ id, data }) => inserted.has(id) || (data as Outcome).partnerId === null);
    await this.news.publish(tx, news.map(newsOf));
    await this.mail(manager, inbox, news, messages);
    return news;
  }

  /** With the words of the message; to whom, is found out when there is time. */
  private async mail(manager: EntityManager, inbox: Environment, news: CloudEvent[], messages: Message[]) {
    const words = new Map(messages.map((message) => [message.eventId, message]));
    const mailings = news
      .filter(({ type }) => isMailed(type))
      .flatMap((event) => {
        const { partnerId, by } = event.data as Outcome;
        const message = words.get(event.id);
        const personId = by?.kind === 'person' ? (by.id as PersonId | null) : null;
        return message && partnerId ? [{ event, partnerId, personId, title: message.title, text: message.text }] : [];
      });
    if (mailings.length > 0) await insertMailings(manager, inbox, mailings);
  }

  /** The bound first, once for each inbox: hardly any has reached it. */
  private async prune(manager: EntityManager, inbox: Environment, messages: Message[]): Promise<void> {
    if (messages.length === 0) return;
    await manager.query(
      `with full_inbox as materialized (
         select partner.id as partner_id, newest_too_many.id
         from unnest($2::uuid[]) as partner (id) cross join lateral (
           select id from notifications.messages where environment = $1 and partner_id = partner.id
           order by id desc offset $3 limit 1) as newest_too_many
       )
       delete from notifications.messages m using full_inbox f
       where m.environment = $1 and m.partner_id = f.partner_id and m.id <= f.id`,
      [inbox, [...new Set(messages.map(({ partnerId }) => partnerId))], messagesMax],
    );
  }
}

/** Without those that may come at any time again. */
async function withoutKnown(manager: EntityManager, inbox: Environment, events: CloudEvent[]): Promise<CloudEvent[]> {
  const comeAgain = events.filter(({ type }) => thereIsOnce.includes(type));
  const first = await noteOnceEvents(
    manager,
    inbox,
    comeAgain.map(({ id, data }) => ({ id, partnerId: (data as { partnerId: PartnerId }).partnerId })),
  );
  return events.filter((event) => !comeAgain.includes(event) || first.has(event.id));
}

function newsOf(event: CloudEvent): News {
  const { partnerId, webhookId: about } = event.data as Outcome;
  return { ...event, partnerId, about };
}

function messageOf(event: CloudEvent, environment: Environment, provider: Provider | null): Message | undefined {
  const { partnerId, subscriptionId, keyId } = event.data as Outcome;
  if (partnerId === null) return undefined;
  return {
    environment,
    id: newId<MessageId>(),
    partnerId,
    eventId: event.id,
    type: event.type,
    ...renderMessage(event, environment, provider),
    subscriptionId: subscriptionId ?? null,
    keyId: keyId ?? null,
    occurredAt: new Date(event.time),
    readAt: null,
  };
}

/** The second line behind the record of consumed events: one message for an event. @returns the events that had none */
async function insertMessages(manager: EntityManager, messages: Message[]): Promise<string[]> {
  const rows = await manager.query<{ event_id: string }[]>(
    `insert into notifications.messages
       (environment, id, partner_id, event_id, type, title, text, subscription_id, key_id, occurred_at)
     select environment, id, "partnerId", "eventId", type, title, text, "subscriptionId", "keyId", "occurredAt"
     from jsonb_to_recordset($1::jsonb) as message (environment text, id uuid, "partnerId" uuid, "eventId" uuid, type text,
       title text, text text, "subscriptionId" uuid, "keyId" uuid, "occurredAt" timestamptz)
     on conflict (environment, event_id) do nothing returning event_id`,
    [JSON.stringify(messages)],
  );
  return rows.map(({ event_id: id }) => id);
}
