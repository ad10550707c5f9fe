import { subscriptions, type RequestOf } from '#libs/contracts';
import { afterCursor, Database, pageOf } from '#libs/database';
import { RpcHandler, personOf, UseCase, type RpcContext } from '#libs/rpc';
import { listReviewMessages } from '../../storage/review-talk.repository';
import { getOwn } from '../../storage/subscriptions.repository';
import { describeReviewMessage } from '../../views/review-talk.view';

/** B48: what both sides have written, the same from both accounts of the partner (B3). @throws not_found */
@UseCase()
export class ReadReviewMessages {
  constructor(private readonly database: Database) {}

  @RpcHandler(subscriptions.listReviewMessages)
  list({ subscriptionId, limit, cursor }: RequestOf<typeof subscriptions.listReviewMessages>, context: RpcContext) {
    const { partnerId } = personOf(context);
    const page = { after: afterCursor(cursor), limit };
    return this.database.reading('shared', async (manager) => {
      const { subscription } = await getOwn(manager, partnerId, subscriptionId);
      const { rows, nextCursor } = pageOf(await listReviewMessages(manager, subscription.id, page), limit);
      return { items: rows.map(describeReviewMessage), nextCursor };
    });
  }
}
