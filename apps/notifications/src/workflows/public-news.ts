import { Inject, Injectable } from '@nestjs/common';
import type { CloudEvent, Environment, EventId, PartnerId, WebhookId } from '#libs/contracts';
import { newId, type Tx } from '#libs/database';
import { NotificationsConfig } from '../config';
import { publicBody, type Happening } from '../domain/public-body';
import { insertDeliveries, insertDelivery, insertPublicEvents } from '../storage/public-events.repository';
import { Feed } from './feed';

/** Something that has happened, and whom it concerns. */
export interface News extends Happening, Pick<CloudEvent, 'aggregatefollows'> {
  id: EventId;
  /** Null: the provider alone. */
  partnerId: PartnerId | null;
  /** The webhook that it is about, which is not sent it: it would not arrive there. */
  about?: WebhookId | undefined;
}

/** B51: what is told leaves the house as well, to each webhook that wants it; in the transaction that tells it. */
@Injectable()
export class PublicNews {
  private readonly listeners: ((environment: Environment) => void)[] = [];

  constructor(
    private readonly feed: Feed,
    @Inject(NotificationsConfig) private readonly config: NotificationsConfig,
  ) {}

  /** Called after each commit that has left something to be sent. */
  onPublished(listener: (environment: Environment) => void): void {
    this.listeners.push(listener);
  }

  async publish(tx: Tx, news: News[]): Promise<void> {
    if (news.length === 0) return;
    const environment = environmentOf(tx);
    await this.record(tx, news);
    await this.feed.append(tx, environment, news);
    const newIds = (count: number) => Array.from({ length: count }, () => newId());
    if ((await insertDeliveries(tx.manager, environment, news, newIds)) > 0) this.wakeAfter(tx, environment);
  }

  /** To one webhook, whatever it wants to be told. @returns the id of the delivery */
  async publishTo(
    tx: Tx,
    news: News,
    webhook: { id: WebhookId; partnerId: PartnerId | null; generation: number },
  ): Promise<string> {
    const environment = environmentOf(tx);
    await this.record(tx, [news]);
    const id = newId();
    const { id: webhookId, partnerId, generation } = webhook;
    const { id: eventId, type } = news;
    await insertDelivery(tx.manager, environment, { id, partnerId, webhookId, generation, eventId, type });
    this.wakeAfter(tx, environment);
    return id;
  }

  /** Something that was told before is to be sent again. */
  wakeAfter(tx: Tx, environment: Environment): void {
    tx.afterCommit(() => this.listeners.forEach((listener) => listener(environment)));
  }

  private async record(tx: Tx, news: News[]): Promise<void> {
    const rows = news.map((one) => ({
      ...{ id: one.id, partnerId: one.partnerId, type: one.type, occurredAt: one.time },
      body: publicBody(one, this.config.SLIPWAY_PUBLIC_URL),
    }));
    await insertPublicEvents(tx.manager, environmentOf(tx), rows);
  }
}

function environmentOf({ scope }: Tx): Environment {
  if (scope === 'shared') throw new Error('a webhook belongs to an environment');
  return scope;
}
