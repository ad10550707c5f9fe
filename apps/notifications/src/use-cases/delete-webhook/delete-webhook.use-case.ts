import { notifications, type RequestOf } from '#libs/contracts';
import { RpcHandler, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { markDeleted } from '../../storage/webhooks.repository';
import { lockOwn } from '../../workflows/own-webhooks';

/** B51: nothing more is sent, and what waited ends. @throws not_found */
@UseCase()
export class DeleteWebhook {
  constructor(private readonly transaction: IdempotentTransaction) {}

  @RpcHandler(notifications.deleteWebhook)
  async execute(request: RequestOf<typeof notifications.deleteWebhook>, context: RpcContext) {
    const { reply } = await this.transaction.run(context, request, async ({ manager }) => {
      await markDeleted(manager, await lockOwn(manager, context, request.webhookId));
      return {};
    });
    return reply;
  }
}
