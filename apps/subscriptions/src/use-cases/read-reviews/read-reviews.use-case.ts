import { subscriptions, type RequestOf } from '#libs/contracts';
import { afterCursor, Database, pageOf } from '#libs/database';
import { RpcHandler, staffOf, UseCase, type RpcContext } from '#libs/rpc';
import { describeReview } from '../../views/review.view';
import { describeQueue } from '../../views/staff-lists.view';
import { limitedTo, requireCompetent } from '../../storage/reviewer-groups.repository';
import { findSubmissions } from '../../storage/staff-lists.repository';
import { getSubmission } from '../../storage/submissions.repository';
import { getAny } from '../../storage/subscriptions.repository';
import { AccountSideReader } from '../../workflows/account-sides';

/** The reviewers' queue and what lies behind it, as far as it is theirs (B43). @throws not_found */
@UseCase()
export class ReadReviews {
  constructor(
    private readonly database: Database,
    private readonly sides: AccountSideReader,
  ) {}

  @RpcHandler(subscriptions.listReviews)
  async list({ cursor, ...wanted }: RequestOf<typeof subscriptions.listReviews>, context: RpcContext) {
    const staff = staffOf(context);
    const page = { ...wanted, after: afterCursor(cursor), limitedTo: limitedTo(staff) };
    const found = await this.database.reading('shared', (manager) => findSubmissions(manager, page));
    const { rows, nextCursor } = pageOf(found, wanted.limit);
    const sides = await this.sides.ofSubmissions(
      rows.map(({ id }) => id),
      context,
    );
    return this.database.reading('shared', async (manager) => ({
      items: await describeQueue(manager, rows, sides, staff),
      nextCursor,
    }));
  }

  @RpcHandler(subscriptions.getReview)
  async get({ submissionId }: RequestOf<typeof subscriptions.getReview>, context: RpcContext) {
    const staff = staffOf(context);
    const sides = await this.sides.ofSubmissions([submissionId], context);
    return this.database.reading('shared', async (manager) => {
      const { subscriptionId } = await getSubmission(manager, submissionId);
      const { plan } = await getAny(manager, subscriptionId);
      await requireCompetent(manager, plan.id, staff);
      return describeReview(manager, submissionId, sides, staff);
    });
  }
}
