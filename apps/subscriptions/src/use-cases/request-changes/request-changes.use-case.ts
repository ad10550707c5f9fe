import { actorOf, subscriptions, type RequestOf } from '#libs/contracts';
import type { Tx } from '#libs/database';
import { invalid } from '#libs/errors';
import { RpcHandler, staffOf, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { decide, lockPending } from '../../workflows/deciding';
import { hasField } from '../../domain/form-fields';
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
    const { notes, items } = request;
    const staff = staffOf(context);
    const by = actorOf(staff);
    const sides = await this.sides.ofSubmissions([request.submissionId], context);
    const { reply } = await this.transaction.run(context, request, async (tx) => {
      const review = await lockPending(tx, request, staff);
      requireSandboxPhase(review.withPlan.plan);
      await requirePlaces(tx, review, items);
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

/** A note is pinned to what the reviewer saw: a step of the form that was answered, and a field of it or of its answers. */
async function requirePlaces(
  { manager }: Tx,
  { submission, withPlan }: UnderReview,
  items: Request['items'],
): Promise<void> {
  const form = await formAt(manager, withPlan.plan.id, submission.formVersion);
  const faults = items.flatMap(({ stepId, field }, index) => {
    const step = form?.steps.find(({ id }) => id === stepId);
    if (!step) return [{ pointer: `/items/${index}/stepId`, detail: 'The form that was answered has no such step.' }];
    if (hasField(step.schema, submission.answers[stepId], field)) return [];
    return [
      {
        pointer: `/items/${index}/field`,
        detail: 'This step has no such field. Name one as `street`, or `address.street`.',
      },
    ];
  });
  if (faults.length > 0) throw invalid(faults);
}
