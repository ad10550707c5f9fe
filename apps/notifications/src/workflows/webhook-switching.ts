import { Injectable } from '@nestjs/common';
import { notifications, type Environment, type WebhookId } from '#libs/contracts';
import { recordAct, type Tx } from '#libs/database';
import { markVerified, switchOff, type NamedWebhook, type WatchedWebhook } from '../storage/webhooks.repository';

/** Of a webhook that is on its owner may be told twice; of each time that it is switched off once. */
const eventsOfGeneration = 4;

/** B51: whether a webhook works. That it does, that it fails, and that it is switched off are events; of the last two its owner is told. */
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

  /** Of each it is told once, and it comes before all else that is told of a webhook. */
  async verify(tx: Tx, environment: Environment, ids: WebhookId[]): Promise<void> {
    for (const webhook of await markVerified(tx.manager, environment, ids)) {
      await tx.publishEvent(notifications.webhookVerified, { id: webhook.id, version: 0 }, ofWebhook(webhook));
      await recordOf(tx, webhook, 'notifications.verify-webhook');
    }
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
