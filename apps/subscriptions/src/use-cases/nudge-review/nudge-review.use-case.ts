import { actorOf, subscriptions, type PersonCaller, type RequestOf } from '#libs/contracts';
import type { Tx } from '#libs/database';
import { fail } from '#libs/errors';
import { personOf, RpcHandler, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import type { AccountSides } from '../../domain/account-side';
import { nudgeFrom } from '../../domain/nudge';
import { Submission } from '../../storage/entities';
import { pendingSubmissionOf } from '../../storage/submissions.repository';
import { lockOwn } from '../../storage/subscriptions.repository';
import { aggregateOf, submissionEventData } from '../../views/subscription.event-data';
import { describeSubscription } from '../../views/subscription.view';
import { AccountSideReader } from '../../workflows/account-sides';
import { recipientsOf } from '../../workflows/review-recipients';

type Request = RequestOf<typeof subscriptions.nudgeReview>;

/**
 * B48: the partner asks, once for each submission, what has become of it. Whoever reviews it is told by mail.
 *
 * @throws not_found, subscriptions.cancelled, subscriptions.not_in_review, subscriptions.nudge_too_early,
 * subscriptions.nudged_already
 */
@UseCase()
export class NudgeReview {
  constructor(
    private readonly transaction: IdempotentTransaction,
    private readonly sides: AccountSideReader,
  ) {}

  @RpcHandler(subscriptions.nudgeReview)
  async execute(request: Request, context: RpcContext) {
    const person = personOf(context);
    const sides = await this.sides.of([{ id: request.subscriptionId, partnerId: person.partnerId }], context);
    const { reply } = await this.transaction.run(context, request, (tx) => this.nudge(tx, person, request, sides));
    return reply;
  }

  private async nudge(tx: Tx, person: PersonCaller, { subscriptionId }: Request, sides: AccountSides) {
    const withPlan = await lockOwn(tx.manager, person.partnerId, subscriptionId);
    const submission = await pendingSubmissionOf(tx.manager, subscriptionId);
    if (!submission) fail('subscriptions.not_in_review', 'Nothing of this subscription is in review.');
    requireInTime(submission, tx.now);
    await tx.manager.update(Submission, { id: submission.id }, { nudgedAt: tx.now });
    await tx.publishEvent(subscriptions.reviewNudged, aggregateOf(withPlan), {
      ...submissionEventData(withPlan, submission, actorOf(person)),
      ...(await recipientsOf(tx.manager, { submission, withPlan })),
      dueAt: submission.dueAt?.toISOString() ?? null,
    });
    return describeSubscription(tx.manager, withPlan.subscription, sides);
  }
}

function requireInTime({ nudgedAt, submittedAt }: Submission, now: Date): void {
  if (nudgedAt)
    fail('subscriptions.nudged_already', 'Somebody has asked about this submission. Each can be asked about once.', {
      nudgedAt: nudgedAt.toISOString(),
    });
  const from = nudgeFrom(submittedAt);
  if (from > now)
    fail('subscriptions.nudge_too_early', 'It has not waited for long. Ask again later.', {
      nudgeFrom: from.toISOString(),
    });
}
