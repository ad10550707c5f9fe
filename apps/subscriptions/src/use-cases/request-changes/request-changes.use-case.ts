import { actorOf, subscriptions, type RequestOf } from '#libs/contracts';
import type { Tx } from '#libs/database';
import { invalid } from '#libs/errors';
import { RpcHandler, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { decide, lockPending } from '../../workflows/deciding';
import { requireSandboxPhase } from '../../domain/sandbox-phase';
import { formAt } from '../../storage/catalogue.repository';
import { describeReview } from '../../views/review.view';
import type { UnderReview } from '../../storage/submissions.repository';
import { aggregateOf, submissionEventData } from '../../views/subscription.event-data';

type Request = RequestOf<typeof subscriptions.requestChanges>;

/**
 * B38, B39: back to sandbox, flagged, with notes; some of them may be pinned to fields of the form answered (B41).
 *
 * @throws invalid_request, not_found, subscriptions.already_decided, subscriptions.no_sandbox_phase
 */
@UseCase()
export class RequestChanges {
  constructor(private readonly transaction: IdempotentTransaction) {}

  @RpcHandler(subscriptions.requestChanges)
  async execute(request: Request, context: RpcContext) {
    const { notes, items } = request;
    const by = actorOf(context.caller);
    const { reply } = await this.transaction.run(context, request, async (tx) => {
      const review = await lockPending(tx, request.submissionId);
      requireSandboxPhase(review.withPlan.plan);
      await requireSteps(tx, review, items);
      const { submission, withPlan } = await decide(tx, review, {
        decision: 'changes_requested',
        by: context.caller,
        notes,
        items,
        change: { changesRequested: true },
      });
      await tx.publishEvent(subscriptions.changesRequested, aggregateOf(withPlan), {
        ...submissionEventData(withPlan, submission, by),
        notes,
        items,
      });
      return describeReview(tx.manager, submission.id);
    });
    return reply;
  }
}

async function requireSteps(
  { manager }: Tx,
  { submission, withPlan }: UnderReview,
  items: Request['items'],
): Promise<void> {
  const form = await formAt(manager, withPlan.plan.id, submission.formVersion);
  const known = new Set(form?.steps.map(({ id }) => id));
  const faults = items.flatMap(({ stepId }, index) =>
    known.has(stepId)
      ? []
      : [{ pointer: `/items/${index}/stepId`, detail: 'The form that was answered has no such step.' }],
  );
  if (faults.length > 0) throw invalid(faults);
}
