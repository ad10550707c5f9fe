import { notifications, type RequestOf } from '#libs/contracts';
import { RpcHandler, UseCase, type RpcContext } from '#libs/rpc';
import type { Tx } from '#libs/database';
import { IdempotentTransaction } from '#libs/service';
import type { Webhook } from '../../storage/entities';
import { changeWebhook, switchOff, switchOn } from '../../storage/webhooks.repository';
import { describeWebhook } from '../../views/webhook.view';
import { lockOwn, readable } from '../../workflows/own-webhooks';
import { WebhookAddresses } from '../../workflows/webhook-addresses';

/**
 * B51: where it leads, what it is told, and whether. Switched off, what waited for it is not sent any more; switched on
 * again, it is sent what happens from then on. @throws not_found, invalid_request
 */
@UseCase()
export class UpdateWebhook {
  constructor(
    private readonly transaction: IdempotentTransaction,
    private readonly addresses: WebhookAddresses,
  ) {}

  @RpcHandler(notifications.updateWebhook)
  async execute(request: RequestOf<typeof notifications.updateWebhook>, context: RpcContext) {
    const { webhookId, enabled, ...change } = request;
    const { reply } = await this.transaction.run(context, request, async (tx) => {
      const webhook = await lockOwn(tx.manager, context, webhookId);
      if (change.url !== undefined) this.addresses.require(change.url);
      if (Object.values(change).some((value) => value !== undefined)) await changeWebhook(tx.manager, webhook, change);
      if (enabled !== undefined) await setEnabled(tx, webhook, enabled);
      return describeWebhook(await readable(tx.manager, context, webhookId));
    });
    return reply;
  }
}

/** What it is already it stays: to switch on what is on forgets no failure. */
async function setEnabled({ manager }: Tx, webhook: Webhook, enabled: boolean): Promise<void> {
  if (enabled === webhook.enabled) return;
  if (enabled) await switchOn(manager, webhook);
  else await switchOff(manager, webhook.environment, webhook.id, 'owner');
}
