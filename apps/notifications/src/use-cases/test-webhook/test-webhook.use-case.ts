import { notifications, webhookTest, type DeliveryId, type EventId, type RequestOf } from '#libs/contracts';
import { newId } from '#libs/database';
import { RpcHandler, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { requireDelivery } from '../../storage/deliveries.repository';
import { describeDelivery } from '../../views/webhook.view';
import { lockOwn, requireEnabled } from '../../workflows/own-webhooks';
import { PublicNews } from '../../workflows/public-news';

/** B51: something to see whether it arrives, sent and tried again as everything is. @throws not_found, notifications.webhook_disabled */
@UseCase()
export class TestWebhook {
  constructor(
    private readonly transaction: IdempotentTransaction,
    private readonly news: PublicNews,
  ) {}

  @RpcHandler(notifications.testWebhook)
  async execute(request: RequestOf<typeof notifications.testWebhook>, context: RpcContext) {
    const { webhookId } = request;
    const { reply } = await this.transaction.run(context, request, async (tx) => {
      const webhook = await lockOwn(tx.manager, context, webhookId);
      requireEnabled(webhook);
      const test = { type: webhookTest.type, time: tx.now.toISOString(), aggregateversion: 1, data: { webhookId } };
      const news = { id: newId<EventId>(), partnerId: webhook.partnerId, ...test };
      const id = (await this.news.publishTo(tx, news, webhook)) as DeliveryId;
      return describeDelivery(await requireDelivery(tx.manager, webhook, id), webhook);
    });
    return reply;
  }
}
