import { subscriptions, type RequestOf } from '#libs/contracts';
import { RpcHandler, staffOf, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { lockUnderReview } from '../../storage/submissions.repository';
import { describeReviewMessage } from '../../views/review-talk.view';
import { ReviewTalking } from '../../workflows/review-talking';

/**
 * B48: staff writes about a review: to the partner, or a note that staff alone sees and nobody is told of.
 *
 * @throws not_found, subscriptions.cancelled, subscriptions.message_limit_reached, subscriptions.too_many_messages
 */
@UseCase()
export class AddToReviewTalk {
  constructor(
    private readonly transaction: IdempotentTransaction,
    private readonly talking: ReviewTalking,
  ) {}

  @RpcHandler(subscriptions.addToReviewTalk)
  async execute(request: RequestOf<typeof subscriptions.addToReviewTalk>, context: RpcContext) {
    const { submissionId, text, internal } = request;
    const { reply } = await this.transaction.run(context, request, async (tx) => {
      const { withPlan } = await lockUnderReview(tx, submissionId, staffOf(context));
      const given = { by: context.caller, text };
      const written = internal
        ? await this.talking.note(tx, withPlan, given)
        : await this.talking.send(tx, withPlan, given);
      return { ...describeReviewMessage(written), internal };
    });
    return reply;
  }
}
