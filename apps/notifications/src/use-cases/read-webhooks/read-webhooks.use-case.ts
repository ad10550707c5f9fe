import { notifications, type RequestOf } from '#libs/contracts';
import { afterCursor, Database, pageOf } from '#libs/database';
import { RpcHandler, UseCase, type RpcContext } from '#libs/rpc';
import { pageOfWebhooks } from '../../storage/webhooks.repository';
import { describeWebhook } from '../../views/webhook.view';
import { environmentOf, ownerOf, readable } from '../../workflows/own-webhooks';

/** Without their secrets. Staff reads everybody's. @throws not_found */
@UseCase()
export class ReadWebhooks {
  constructor(private readonly database: Database) {}

  @RpcHandler(notifications.listWebhooks)
  list({ limit, cursor, partnerId }: RequestOf<typeof notifications.listWebhooks>, context: RpcContext) {
    const own = ownerOf(context);
    const owner = context.caller.kind === 'staff' && partnerId ? { ...own, partnerId } : own;
    return this.database.reading(own.environment, async (manager) => {
      const found = await pageOfWebhooks(manager, owner, afterCursor(cursor), limit + 1);
      const { rows, nextCursor } = pageOf(found, limit);
      return { items: rows.map(describeWebhook), nextCursor };
    });
  }

  @RpcHandler(notifications.getWebhook)
  get({ webhookId }: RequestOf<typeof notifications.getWebhook>, context: RpcContext) {
    return this.database.reading(environmentOf(context), async (manager) =>
      describeWebhook(await readable(manager, context, webhookId)),
    );
  }
}
