import { Injectable } from '@nestjs/common';
import { notifications, type Environment, type WebhookId } from '#libs/contracts';
import { recordAct, type Tx } from '#libs/database';
import { switchOff, type NamedWebhook, type WatchedWebhook } from '../storage/webhooks.repository';

/** Of a webhook that is on its owner may be told twice; of each time that it is switched off once. */
const eventsOfGeneration = 4;

/** B51: a webhook that does not work. That it fails, or is switched off, is an event: its owner is told as of all others. */
@Injectable()
export class WebhookSwitching {
  /** Nothing more is sent, and what waited ends; by whomever it is found first. */
  async disable(tx: Tx, environment: Environment, id: WebhookId, reason: 'gone' | 'failing'): Promise<void> {
    const webhook = await switchOff(tx.manager, environment, id, reason);
    if (!webhook) return;
    const version = webhook.generation * eventsOfGeneration;
    await tx.publishEvent(notifications.webhookDisabled, { id, version }, { ...ofWebhook(webhook), reason });
    await recordOf(tx, webhook, 'notifications.disable-webhook');
  }

  /** @param warnings the how manieth it is since the webhook fails */
  async warn(tx: Tx, webhook: WatchedWebhook, failingSince: Date, warnings: number): Promise<void> {
    const version = webhook.generation * eventsOfGeneration + warnings;
    await tx.publishEvent(
      notifications.webhookFailing,
      { id: webhook.id, version },
      { ...ofWebhook(webhook), failingSince: failingSince.toISOString() },
    );
    await recordOf(tx, webhook, 'notifications.warn-of-webhook');
  }
}

const ofWebhook = ({ id: webhookId, partnerId, url, description }: NamedWebhook) => ({
  ...{ partnerId, webhookId, host: new URL(url).host, description },
});

const recordOf = (tx: Tx, { id, partnerId }: NamedWebhook, action: string): Promise<void> =>
  recordAct(tx, {
    ...{ by: { kind: 'system', id: null }, action, traceId: 'none' },
    targets: { webhookId: id, ...(partnerId && { partnerId }) },
  });
