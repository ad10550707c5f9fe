import { notifications, type RequestOf } from '#libs/contracts';
import { afterCursor, Database, pageOf } from '#libs/database';
import { RpcHandler, UseCase, type RpcContext } from '#libs/rpc';
import { attemptsOf, pageOfDeliveries, requireDelivery } from '../../storage/deliveries.repository';
import { bodyOf } from '../../storage/public-events.repository';
import { describeDelivery } from '../../views/webhook.view';
import { environmentOf, readable } from '../../workflows/own-webhooks';

/** The newest attempts; the contract has the same bound. */
const attemptsShown = 50;

/** B51: what was sent, and how each attempt went. @throws not_found */
@UseCase()
export class ReadDeliveries {
  constructor(private readonly database: Database) {}

  @RpcHandler(notifications.listDeliveries)
  list({ limit, cursor, ...wanted }: RequestOf<typeof notifications.listDeliveries>, context: RpcContext) {
    const after = afterCursor(cursor);
    return this.database.reading(environmentOf(context), async (manager) => {
      const webhook = await readable(manager, context, wanted.webhookId);
      const found = await pageOfDeliveries(manager, webhook, wanted.state, after, limit + 1);
      const { rows, nextCursor } = pageOf(found, limit);
      return { items: rows.map((delivery) => describeDelivery(delivery, webhook)), nextCursor };
    });
  }

  @RpcHandler(notifications.getDelivery)
  get({ webhookId, deliveryId }: RequestOf<typeof notifications.getDelivery>, context: RpcContext) {
    const environment = environmentOf(context);
    return this.database.reading(environment, async (manager) => {
      const webhook = await readable(manager, context, webhookId);
      const delivery = await requireDelivery(manager, webhook, deliveryId);
      const attempts = await attemptsOf(manager, environment, deliveryId, attemptsShown);
      return {
        ...describeDelivery(delivery, webhook),
        body: await bodyOf(manager, environment, delivery.eventId),
        log: attempts.map(({ at, latency_ms: latencyMs, ...attempt }) => ({
          ...attempt,
          latencyMs,
          at: at.toISOString(),
        })),
      };
    });
  }
}
