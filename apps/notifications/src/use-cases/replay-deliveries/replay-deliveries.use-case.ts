import { notifications, type RequestOf } from '#libs/contracts';
import { RpcHandler, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { replayOne, replaySince, requireDelivery } from '../../storage/deliveries.repository';
import { describeDelivery } from '../../views/webhook.view';
import { lockOwn, requireEnabled } from '../../workflows/own-webhooks';
import { PublicNews } from '../../workflows/public-news';

/** One statement takes no more, so that none takes long. */
const replayedAtOnce = 5_000;

/**
 * B51: sends again, under the same id and the same body, from the first attempt on.
 *
 * @throws not_found, notifications.webhook_disabled
 */
@UseCase()
export class ReplayDeliveries {
  constructor(
    private readonly transaction: IdempotentTransaction,
    private readonly news: PublicNews,
  ) {}

  @RpcHandler(notifications.replayDelivery)
  async one(request: RequestOf<typeof notifications.replayDelivery>, context: RpcContext) {
    const { webhookId, deliveryId } = request;
    const { reply } = await this.transaction.run(context, request, async (tx) => {
      const webhook = await lockOwn(tx.manager, context, webhookId);
      await requireDelivery(tx.manager, webhook, deliveryId);
      requireEnabled(webhook);
      await replayOne(tx.manager, webhook.environment, webhookId, deliveryId);
      this.news.wakeAfter(tx, webhook.environment);
      return describeDelivery(await requireDelivery(tx.manager, webhook, deliveryId), webhook);
    });
    return reply;
  }

  @RpcHandler(notifications.replayDeliveries)
  async failed(request: RequestOf<typeof notifications.replayDeliveries>, context: RpcContext) {
    const { webhookId, since } = request;
    const { reply } = await this.transaction.run(context, request, async (tx) => {
      const webhook = await lockOwn(tx.manager, context, webhookId);
      requireEnabled(webhook);
      const replayed = await replaySince(tx.manager, webhook.environment, webhookId, since, replayedAtOnce);
      this.news.wakeAfter(tx, webhook.environment);
      return { replayed, more: replayed === replayedAtOnce };
    });
    return reply;
  }
}
