import { subscriptions, type RequestOf } from '#libs/contracts';
import { afterCursor, Database, pageOf } from '#libs/database';
import { RpcHandler, staffOf, UseCase, type RpcContext } from '#libs/rpc';
import { Subscription } from '../../storage/entities';
import { requireCompetent } from '../../storage/reviewer-groups.repository';
import { listInternalNotes, listReviewMessages } from '../../storage/review-talk.repository';
import { getSubmission } from '../../storage/submissions.repository';
import { describeTalk } from '../../views/review-talk.view';

/** B48: all that was written about a subscription, internal notes included: for staff alone. @throws not_found */
@UseCase()
export class ReadReviewTalk {
  constructor(private readonly database: Database) {}

  @RpcHandler(subscriptions.listReviewTalk)
  list({ submissionId, limit, cursor }: RequestOf<typeof subscriptions.listReviewTalk>, context: RpcContext) {
    const page = { after: afterCursor(cursor), limit };
    return this.database.reading('shared', async (manager) => {
      const { subscriptionId } = await getSubmission(manager, submissionId);
      const { planId } = await manager.findOneByOrFail(Subscription, { id: subscriptionId });
      await requireCompetent(manager, planId, staffOf(context));
      const messages = await listReviewMessages(manager, subscriptionId, page);
      const notes = await listInternalNotes(manager, subscriptionId, page);
      const { rows, nextCursor } = pageOf(describeTalk(messages, notes), limit);
      return { items: rows, nextCursor };
    });
  }
}
