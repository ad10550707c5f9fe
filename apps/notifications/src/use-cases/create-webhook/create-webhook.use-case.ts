import { Inject } from '@nestjs/common';
import { notifications, type RequestOf, type WebhookId } from '#libs/contracts';
import { newId, type Tx } from '#libs/database';
import { fail } from '#libs/errors';
import { RpcHandler, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { NotificationsConfig } from '../../config';
import { newSecret } from '../../domain/signature';
import { Webhook } from '../../storage/entities';
import { countWebhooks, lockWebhooksOf, type Owner } from '../../storage/webhooks.repository';
import { describeWithSecret, withoutSecret } from '../../views/webhook.view';
import { ownerOf } from '../../workflows/own-webhooks';
import { WebhookAddresses } from '../../workflows/webhook-addresses';
import { WebhookSecrets } from '../../workflows/webhook-secrets';

/** B51: the only time its secret is shown. @throws invalid_request, notifications.webhook_limit_reached */
@UseCase()
export class CreateWebhook {
  constructor(
    private readonly transaction: IdempotentTransaction,
    private readonly addresses: WebhookAddresses,
    private readonly secrets: WebhookSecrets,
    @Inject(NotificationsConfig) private readonly config: NotificationsConfig,
  ) {}

  @RpcHandler(notifications.createWebhook)
  async execute(request: RequestOf<typeof notifications.createWebhook>, context: RpcContext) {
    const owner = ownerOf(context);
    const work = async (tx: Tx) => {
      this.addresses.require(request.url);
      await this.requireRoom(tx, owner);
      return this.create(tx, owner, request);
    };
    const { reply } = await this.transaction.run(context, request, work, { record: withoutSecret });
    return reply;
  }

  private async requireRoom({ manager }: Tx, owner: Owner): Promise<void> {
    await lockWebhooksOf(manager, owner);
    const limit = this.config.SLIPWAY_WEBHOOK_LIMIT;
    if ((await countWebhooks(manager, owner)) >= limit)
      fail('notifications.webhook_limit_reached', `There are ${limit} webhooks already. Delete one first.`, { limit });
  }

  private async create(
    { manager, now }: Tx,
    owner: Owner,
    { url, description, events }: RequestOf<typeof notifications.createWebhook>,
  ) {
    const id = newId<WebhookId>();
    const secret = newSecret();
    const webhook = Object.assign(new Webhook(), {
      ...owner,
      ...{ id, url, description, events, createdAt: now, secret: this.secrets.seal(id, secret) },
      ...{ enabled: true, disabledReason: null, generation: 1, warnings: 0, failingSince: null, deletedAt: null },
      ...{ previousSecret: null, previousSecretUntil: null },
    });
    await manager.insert(Webhook, webhook);
    return describeWithSecret(webhook, secret);
  }
}
