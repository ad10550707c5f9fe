import { subscriptions, type RequestOf } from '#libs/contracts';
import { afterCursor, Database, pageOf } from '#libs/database';
import { RpcHandler, UseCase } from '#libs/rpc';
import { describeReview } from '../../views/review.view';
import { describeQueue } from '../../views/staff-lists.view';
import { findSubmissions } from '../../storage/staff-lists.repository';

/** The reviewers' queue and what lies behind it. @throws not_found */
@UseCase()
export class ReadReviews {
  constructor(private readonly database: Database) {}

  @RpcHandler(subscriptions.listReviews)
  list({ cursor, ...wanted }: RequestOf<typeof subscriptions.listReviews>) {
    return this.database.reading('shared', async (manager) => {
      const found = await findSubmissions(manager, { ...wanted, after: afterCursor(cursor) });
      const { rows, nextCursor } = pageOf(found, wanted.limit);
      return { items: await describeQueue(manager, rows), nextCursor };
    });
  }

  @RpcHandler(subscriptions.getReview)
  get({ submissionId }: RequestOf<typeof subscriptions.getReview>) {
    return this.database.reading('shared', (manager) => describeReview(manager, submissionId));
  }
}
