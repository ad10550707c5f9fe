import { actorOf, subscriptions, type RequestOf } from '#libs/contracts';
import { RpcHandler, staffOf, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { decide, lockPending } from '../../workflows/deciding';
import { describeReview } from '../../views/review.view';
import { aggregateOf, submissionEventData } from '../../views/subscription.event-data';
import { AccountSideReader } from '../../workflows/account-sides';

/**
 * B38, B39: to rejected, with notes that say why.
 *
 * @throws invalid_request, not_found, subscriptions.cancelled, subscriptions.already_decided,
 * subscriptions.another_submission, subscriptions.claimed
 */
@UseCase()
export class RejectSubmission {
  constructor(
    private readonly transaction: IdempotentTransaction,
    private readonly sides: AccountSideReader,
  ) {}

  @RpcHandler(subscriptions.rejectSubmission)
  async execute(request: RequestOf<typeof subscriptions.rejectSubmission>, context: RpcContext) {
    const { notes } = request;
    const staff = staffOf(context);
    const by = actorOf(staff);
    const sides = await this.sides.ofSubmissions([request.submissionId], context);
    const { reply } = await this.transaction.run(context, request, async (tx) => {
      const review = await lockPending(tx, request, staff);
      const { submission, withPlan } = await decide(tx, review, { decision: 'rejected', by: staff, notes });
      await tx.publishEvent(subscriptions.submissionRejected, aggregateOf(withPlan), {
        ...submissionEventData(withPlan, submission, by),
        notes,
      });
      return describeReview(tx.manager, submission.id, sides, staff);
    });
    return reply;
  }
}
