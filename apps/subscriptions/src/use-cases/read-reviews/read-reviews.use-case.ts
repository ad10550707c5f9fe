import { subscriptions, type RequestOf } from '#libs/contracts';
import { afterCursor, Database, pageOf } from '#libs/database';
import { RpcHandler, UseCase, type RpcContext } from '#libs/rpc';
import { describeReview } from '../../views/review.view';
import { describeQueue } from '../../views/staff-lists.view';
import { findSubmissions } from '../../storage/staff-lists.repository';
import { AccountSideReader } from '../../workflows/account-sides';

/** The reviewers' queue and what lies behind it. @throws not_found */
@UseCase()
export class ReadReviews {
  constructor(
    private readonly database: Database,
    private readonly sides: AccountSideReader,
  ) {}

  @RpcHandler(subscriptions.listReviews)
  async list({ cursor, ...wanted }: RequestOf<typeof subscriptions.listReviews>, context: RpcContext) {
    const page = { ...wanted, after: afterCursor(cursor) };
    const found = await this.database.reading('shared', (manager) => findSubmissions(manager, page));
    const { rows, nextCursor } = pageOf(found, wanted.limit);
    const sides = await this.sides.ofSubmissions(
      rows.map(({ id }) => id),
      context,
    );
    return this.database.reading('shared', async (manager) => ({
      items: await describeQueue(manager, rows, sides),
      nextCursor,
    }));
  }

  @RpcHandler(subscriptions.getReview)
  async get({ submissionId }: RequestOf<typeof subscriptions.getReview>, context: RpcContext) {
    const sides = await this.sides.ofSubmissions([submissionId], context);
    return this.database.reading('shared', (manager) => describeReview(manager, submissionId, sides));
  }
}
