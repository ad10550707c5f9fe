import { subscriptions, type RequestOf } from '#libs/contracts';
import { afterCursor, Database, pageOf } from '#libs/database';
import { RpcHandler, UseCase, type RpcContext } from '#libs/rpc';
import { describeReview, describeReviews, type DescribedReview } from '../../views/review.view';
import { listSubmissions } from '../../storage/submissions.repository';
import { AccountSideReader } from '../../workflows/account-sides';

/** The reviewers' queue and what lies behind it. @throws not_found */
@UseCase()
export class ReadReviews {
  constructor(
    private readonly database: Database,
    private readonly sides: AccountSideReader,
  ) {}

  @RpcHandler(subscriptions.listReviews)
  async list({ limit, cursor, state }: RequestOf<typeof subscriptions.listReviews>, context: RpcContext) {
    const page = { state, after: afterCursor(cursor), limit };
    const found = await this.database.reading('shared', (manager) => listSubmissions(manager, page));
    const { rows, nextCursor } = pageOf(found, limit);
    const sides = await this.sides.ofSubmissions(
      rows.map(({ id }) => id),
      context,
    );
    return this.database.reading('shared', async (manager) => ({
      items: (await describeReviews(manager, rows, sides)).map(summaryOf),
      nextCursor,
    }));
  }

  @RpcHandler(subscriptions.getReview)
  async get({ submissionId }: RequestOf<typeof subscriptions.getReview>, context: RpcContext) {
    const sides = await this.sides.ofSubmissions([submissionId], context);
    return this.database.reading('shared', (manager) => describeReview(manager, submissionId, sides));
  }
}

/** Answers and form can be large, and a queue is long: they are read one by one. */
const summaryOf = ({ answers: _answers, form: _form, ...summary }: DescribedReview) => summary;
