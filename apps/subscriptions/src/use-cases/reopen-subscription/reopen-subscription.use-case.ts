import { actorOf, subscriptions, type RequestOf } from '#libs/contracts';
import { fail } from '#libs/errors';
import { RpcHandler, staffOf, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { moves, phaseInWords } from '../../domain/phases';
import { requireSandboxPhase } from '../../domain/sandbox-phase';
import { describeReview } from '../../views/review.view';
import { lockUnderReview, type UnderReview } from '../../storage/submissions.repository';
import { advance } from '../../storage/transitions.repository';
import { aggregateOf, subscriptionEventData } from '../../views/subscription.event-data';
import { AccountSideReader } from '../../workflows/account-sides';

/**
 * B42: staff lets a rejected subscription go on in its sandbox; the submission stays rejected.
 *
 * @throws invalid_request, not_found, subscriptions.no_sandbox_phase, subscriptions.wrong_phase
 */
@UseCase()
export class ReopenSubscription {
  constructor(
    private readonly transaction: IdempotentTransaction,
    private readonly sides: AccountSideReader,
  ) {}

  @RpcHandler(subscriptions.reopenSubscription)
  async execute(request: RequestOf<typeof subscriptions.reopenSubscription>, context: RpcContext) {
    const { notes } = request;
    const staff = staffOf(context);
    const by = actorOf(staff);
    const sides = await this.sides.ofSubmissions([request.submissionId], context);
    const { reply } = await this.transaction.run(context, request, async (tx) => {
      const review = await lockUnderReview(tx, request.submissionId, staff);
      requireSandboxPhase(review.withPlan.plan);
      requireRejected(review);
      const recorded = {
        action: 'reopened',
        to: moves.reopened.to,
        by,
        notes,
        submissionId: review.submission.id,
      } as const;
      const withPlan = await advance(tx, review.withPlan, recorded);
      await tx.publishEvent(subscriptions.subscriptionReopened, aggregateOf(withPlan), {
        ...subscriptionEventData(withPlan, by),
        notes,
      });
      return describeReview(tx.manager, review.submission.id, sides, staff);
    });
    return reply;
  }
}

function requireRejected({ submission: { state }, withPlan }: UnderReview): void {
  const { phase } = withPlan.subscription;
  if (state !== 'rejected' || phase !== moves.reopened.from) {
    fail(
      'subscriptions.wrong_phase',
      `Only a rejected submission can be reopened; this subscription is ${phaseInWords[phase]}.`,
      {
        phase,
        state,
      },
    );
  }
}
