import { subscriptions, type RequestOf } from '#libs/contracts';
import { fail } from '#libs/errors';
import { RpcHandler, personOf, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { submissionsOf } from '../../storage/submissions.repository';
import { lockOwn } from '../../storage/subscriptions.repository';
import { describeReviewMessage } from '../../views/review-talk.view';
import { ReviewTalking } from '../../workflows/review-talking';

/**
 * B48: somebody of the partner writes to those who review: once there is something to review, and for as long as the
 * subscription is not cancelled.
 *
 * @throws not_found, subscriptions.cancelled, subscriptions.not_submitted, subscriptions.message_limit_reached,
 * subscriptions.too_many_messages
 */
@UseCase()
export class SendReviewMessage {
  constructor(
    private readonly transaction: IdempotentTransaction,
    private readonly talking: ReviewTalking,
  ) {}

  @RpcHandler(subscriptions.sendReviewMessage)
  async execute(request: RequestOf<typeof subscriptions.sendReviewMessage>, context: RpcContext) {
    const { partnerId } = personOf(context);
    const { subscriptionId, text } = request;
    const { reply } = await this.transaction.run(context, request, async (tx) => {
      const withPlan = await lockOwn(tx.manager, partnerId, subscriptionId);
      // Before that, nobody of the staff has it before them.
      if ((await submissionsOf(tx.manager, subscriptionId)) === 0)
        fail('subscriptions.not_submitted', 'Nobody reviews this subscription yet: it was never submitted.');
      return describeReviewMessage(await this.talking.send(tx, withPlan, { by: context.caller, text }));
    });
    return reply;
  }
}
