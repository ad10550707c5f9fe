import { subscriptions, type ReplyOf, type RequestOf } from '#libs/contracts';
import { afterCursor, Database, pageOf } from '#libs/database';
import { RpcHandler, UseCase } from '#libs/rpc';
import { describeReview, describeReviews } from '../../views/review.view';
import { listSubmissions } from '../../storage/submissions.repository';

/** The reviewers' queue and what lies behind it. @throws not_found */
@UseCase()
export class ReadReviews {
  constructor(private readonly database: Database) {}

  @RpcHandler(subscriptions.listReviews)
  list({ limit, cursor, state }: RequestOf<typeof subscriptions.listReviews>) {
    return this.database.reading('shared', async (manager) => {
      const found = await listSubmissions(manager, { state, after: afterCursor(cursor), limit });
      const { rows, nextCursor } = pageOf(found, limit);
      return { items: (await describeReviews(manager, rows)).map(summaryOf), nextCursor };
    });
  }

  @RpcHandler(subscriptions.getReview)
  get({ submissionId }: RequestOf<typeof subscriptions.getReview>) {
    return this.database.reading('shared', (manager) => describeReview(manager, submissionId));
  }
}

/** Answers and form can be large, and a queue is long: they are read one by one. */
const summaryOf = ({ answers: _answers, form: _form, ...summary }: ReplyOf<typeof subscriptions.getReview>) => summary;
