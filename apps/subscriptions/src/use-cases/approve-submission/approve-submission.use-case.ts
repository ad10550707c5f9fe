import { actorOf, subscriptions, type RequestOf } from '#libs/contracts';
import { RpcHandler, staffOf, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { decide, lockPending } from '../../workflows/deciding';
import { describeReview } from '../../views/review.view';
import { openProductionIfNothingLacks } from '../../workflows/opening-production';
import { aggregateOf, submissionEventData } from '../../views/subscription.event-data';
import { AccountSideReader } from '../../workflows/account-sides';

/**
 * B38: to production. The right to production keys opens with it, unless payment is due (B46); the keys themselves
 * the partner makes, at once if they wish (B45).
 *
 * @throws not_found, subscriptions.cancelled, subscriptions.already_decided, subscriptions.another_submission, subscriptions.claimed
 */
@UseCase()
export class ApproveSubmission {
  constructor(
    private readonly transaction: IdempotentTransaction,
    private readonly sides: AccountSideReader,
  ) {}

  @RpcHandler(subscriptions.approveSubmission)
  async execute(request: RequestOf<typeof subscriptions.approveSubmission>, context: RpcContext) {
    const { notes } = request;
    const staff = staffOf(context);
    const by = actorOf(staff);
    const sides = await this.sides.ofSubmissions([request.submissionId], context);
    const { reply } = await this.transaction.run(context, request, async (tx) => {
      const { submission, withPlan } = await decide(tx, await lockPending(tx, request, staff), {
        decision: 'approved',
        by: staff,
        notes,
        change: { approvedAt: tx.now },
      });
      await tx.publishEvent(subscriptions.submissionApproved, aggregateOf(withPlan), {
        ...submissionEventData(withPlan, submission, by),
        notes,
      });
      await openProductionIfNothingLacks(tx, withPlan, by, sides);
      return describeReview(tx.manager, submission.id, sides, staff);
    });
    return reply;
  }
}
