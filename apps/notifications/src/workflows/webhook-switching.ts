import { Injectable } from '@nestjs/common';
import {
  webhookDisabled,
  webhookFailing,
  type Environment,
  type EventId,
  type PublicEvent,
  type WebhookId,
} from '#libs/contracts';
import { newId, recordAct, type Tx } from '#libs/database';
import { webhookNews } from '../domain/webhook-news';
import type { Webhook } from '../storage/entities';
import { insertMessage } from '../storage/messages.repository';
import { switchOff } from '../storage/webhooks.repository';
import { PublicNews } from './public-news';

type About = Pick<Webhook, 'id' | 'partnerId' | 'url'>;

/** B51: a webhook that does not work, and its owner, who is told in the inbox, and by the account's other webhooks. */
@Injectable()
export class WebhookSwitching {
  constructor(private readonly news: PublicNews) {}

  /** Nothing more is sent, and what waited ends; by whomever it is found first. */
  async disable(tx: Tx, environment: Environment, id: WebhookId, reason: 'gone' | 'failing'): Promise<void> {
    const webhook = await switchOff(tx.manager, environment, id, reason);
    if (!webhook) return;
    await this.publish(tx, environment, webhook, webhookDisabled, webhookNews.disabled(webhook.url, reason));
    await recordOf(tx, webhook, 'notifications.disable-webhook');
  }

  async warn(tx: Tx, environment: Environment, webhook: About, failingSince: Date): Promise<void> {
    await this.publish(tx, environment, webhook, webhookFailing, webhookNews.failing(webhook.url, failingSince));
    await recordOf(tx, webhook, 'notifications.warn-of-webhook');
  }

  /** Nobody of the provider has an inbox: what became of its own stands with the webhook. */
  private async publish(
    tx: Tx,
    environment: Environment,
    webhook: About,
    { type }: PublicEvent,
    words: { title: string; text: string },
  ): Promise<void> {
    const id = newId<EventId>();
    const { partnerId } = webhook;
    if (partnerId) await insertMessage(tx.manager, { environment, partnerId, eventId: id, type, ...words, at: tx.now });
    const about = { type, time: tx.now.toISOString(), aggregateversion: 1, data: { webhookId: webhook.id } };
    await this.news.publish(tx, [{ id, partnerId, ...about }], webhook.id);
  }
}

const recordOf = (tx: Tx, { id, partnerId }: About, action: string): Promise<void> =>
  recordAct(tx, {
    ...{ by: { kind: 'system', id: null }, action, traceId: 'none' },
    targets: { webhookId: id, ...(partnerId && { partnerId }) },
  });
