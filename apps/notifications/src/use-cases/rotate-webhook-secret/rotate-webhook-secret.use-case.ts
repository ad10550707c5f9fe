import { notifications, type RequestOf } from '#libs/contracts';
import { RpcHandler, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { newSecret } from '../../domain/signature';
import { replaceSecret } from '../../storage/webhooks.repository';
import { describeWithSecret, withoutSecret } from '../../views/webhook.view';
import { lockOwn } from '../../workflows/own-webhooks';
import { WebhookSecrets } from '../../workflows/webhook-secrets';

/** B51: a new secret, shown once; for a while what is sent is signed with that before it, too. @throws not_found */
@UseCase()
export class RotateWebhookSecret {
  constructor(
    private readonly transaction: IdempotentTransaction,
    private readonly secrets: WebhookSecrets,
  ) {}

  @RpcHandler(notifications.rotateWebhookSecret)
  async execute(request: RequestOf<typeof notifications.rotateWebhookSecret>, context: RpcContext) {
    const { webhookId, overlapSeconds } = request;
    const { reply } = await this.transaction.run(
      context,
      request,
      async ({ manager }) => {
        const webhook = await lockOwn(manager, context, webhookId);
        const secret = newSecret();
        const sealed = this.secrets.seal(webhookId, secret);
        webhook.previousSecretUntil = await replaceSecret(manager, webhook, sealed, overlapSeconds);
        return describeWithSecret(webhook, secret);
      },
      { record: withoutSecret },
    );
    return reply;
  }
}
