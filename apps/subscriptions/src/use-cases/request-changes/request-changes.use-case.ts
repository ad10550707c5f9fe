import { actorOf, subscriptions, type RequestOf } from '#libs/contracts';
import type { Tx } from '#libs/database';
import { invalid } from '#libs/errors';
import { RpcHandler, staffOf, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { decide, lockPending } from '../../workflows/deciding';
import { placeItems } from '../../domain/change-items';
import { requireSandboxPhase } from '../../domain/sandbox-phase';
import { formAt } from '../../storage/catalogue.repository';
import { describeReview } from '../../views/review.view';
import type { UnderReview } from '../../storage/submissions.repository';
import { aggregateOf, submissionEventData } from '../../views/subscription.event-data';
import { AccountSideReader } from '../../workflows/account-sides';

type Request = RequestOf<typeof subscriptions.requestChanges>;

/**
 * B38, B39: back to sandbox, flagged, with notes; some of them may be pinned to fields of the form answered (B41).
 *
 * @throws invalid_request, not_found, subscriptions.cancelled, subscriptions.already_decided,
 * subscriptions.another_submission, subscriptions.claimed, subscriptions.no_sandbox_phase
 */
@UseCase()
export class RequestChanges {
  constructor(
    private readonly transaction: IdempotentTransaction,
    private readonly sides: AccountSideReader,
  ) {}

  @RpcHandler(subscriptions.requestChanges)
  async execute(request: Request, context: RpcContext) {
    const { notes } = request;
    const staff = staffOf(context);
    const by = actorOf(staff);
    const sides = await this.sides.ofSubmissions([request.submissionId], context);
    const { reply } = await this.transaction.run(context, request, async (tx) => {
      const review = await lockPending(tx, request, staff);
      requireSandboxPhase(review.withPlan.plan);
      const items = await placed(tx, review, request.items);
      const { submission, withPlan } = await decide(tx, review, {
        decision: 'changes_requested',
        by: staff,
        notes,
        items,
        change: { changesRequested: true },
      });
      await tx.publishEvent(subscriptions.changesRequested, aggregateOf(withPlan), {
        ...submissionEventData(withPlan, submission, by),
        notes,
        items,
      });
      return describeReview(tx.manager, submission.id, sides, staff);
    });
    return reply;
  }
}

/** @throws invalid_request for a note at what the reviewer did not see */
async function placed({ manager }: Tx, { submission, withPlan }: UnderReview, given: Request['items']) {
  const form = await formAt(manager, withPlan.plan.id, submission.formVersion);
  const { items, faults } = placeItems(given, { form, answers: submission.answers });
  if (faults.length > 0) throw invalid(faults);
  return items;
}
