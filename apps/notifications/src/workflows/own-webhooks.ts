import type { EntityManager } from 'typeorm';
import type { Environment, WebhookId } from '#libs/contracts';
import { fail, notFound } from '#libs/errors';
import type { RpcContext } from '#libs/rpc';
import type { Webhook } from '../storage/entities';
import { findAnyWebhook, findWebhook, lockWebhook, type Owner } from '../storage/webhooks.repository';

/** The environment that a call is about; the contract lets no other scope in. */
export function environmentOf({ scope }: RpcContext): Environment {
  if (scope === 'shared') throw new Error('a webhook belongs to an environment');
  return scope;
}

/** Whose webhooks the caller may change: those of a person's account; of staff, the provider's own. */
export const ownerOf = (context: RpcContext): Owner => ({
  environment: environmentOf(context),
  partnerId: context.caller.kind === 'person' ? context.caller.partnerId : null,
});

/** To be changed. @throws not_found, for what is somebody else's as well */
export async function lockOwn(manager: EntityManager, context: RpcContext, id: WebhookId): Promise<Webhook> {
  const webhook = await lockWebhook(manager, ownerOf(context), id);
  if (!webhook) throw notFound();
  return webhook;
}

/** To be read: one's own; staff reads everybody's. @throws not_found */
export async function readable(manager: EntityManager, context: RpcContext, id: WebhookId): Promise<Webhook> {
  const webhook =
    context.caller.kind === 'staff'
      ? await findAnyWebhook(manager, environmentOf(context), id)
      : await findWebhook(manager, ownerOf(context), id);
  if (!webhook) throw notFound();
  return webhook;
}

/** @throws notifications.webhook_disabled */
export function requireEnabled({ enabled }: Webhook): void {
  if (!enabled) fail('notifications.webhook_disabled', 'This webhook is switched off. Switch it on first.');
}
