import type { notifications } from '#libs/contracts';
import { shownSecret } from '../domain/signature';
import type { Delivery, Webhook } from '../storage/entities';

export const describeWebhook = (webhook: Webhook): notifications.Webhook => ({
  id: webhook.id,
  partnerId: webhook.partnerId,
  url: webhook.url,
  description: webhook.description,
  events: webhook.events,
  enabled: webhook.enabled,
  disabledReason: webhook.disabledReason,
  failingSince: webhook.failingSince?.toISOString() ?? null,
  previousSecretUntil: webhook.previousSecretUntil?.toISOString() ?? null,
  createdAt: webhook.createdAt.toISOString(),
});

/** The only place where a secret meets a reply. */
export const describeWithSecret = (webhook: Webhook, secret: Buffer): notifications.WebhookWithSecret => ({
  ...describeWebhook(webhook),
  secret: shownSecret(secret),
  secretAlreadyShown: false,
  warning: 'Save the secret now: it is not shown again.',
});

/** What a repetition is answered with (Idempotency-Key): the secret was shown, once. */
export const withoutSecret = (reply: notifications.WebhookWithSecret): notifications.WebhookWithSecret => ({
  ...reply,
  secret: null,
  secretAlreadyShown: true,
  warning: 'The secret was shown once. If it was lost, rotate it.',
});

/** What waited when its webhook was switched off is sent no more, though its row may not say so yet. */
export function describeDelivery(delivery: Delivery, { generation }: Pick<Webhook, 'generation'>) {
  const isStale = delivery.state === 'waiting' && delivery.generation < generation;
  return {
    id: delivery.id,
    eventId: delivery.eventId,
    type: delivery.type,
    state: isStale ? ('ended' as const) : delivery.state,
    attempts: delivery.attempts,
    lastStatus: delivery.lastStatus,
    createdAt: delivery.createdAt.toISOString(),
    nextAttemptAt: isStale ? null : (delivery.nextAttemptAt?.toISOString() ?? null),
  };
}
