import { actorOf, subscriptions, type RequestOf } from '#libs/contracts';
import type { Tx } from '#libs/database';
import { invalid } from '#libs/errors';
import { Answers, UseCase, Writes, type Call } from '#libs/messaging';
import { decide, lockPending } from '../../deciding';
import { requireStorable } from '../../domain/storable';
import { requireWords } from '../../domain/words';
import { requireSandboxPhase } from '../../sandbox-phase';
import { formAt } from '../../storage/catalogue.repository';
import { describeReview } from '../../storage/describe-reviews';
import { submissionFact, type UnderReview } from '../../storage/submissions.repository';
import { aggregateOf } from '../../storage/subscriptions.repository';

type Request = RequestOf<typeof subscriptions.requestChanges>;

/**
 * B38, B39: back to sandbox, flagged, with notes; some of them may be pinned to fields of the form answered (B41).
 *
 * @throws invalid_request, not_found, subscriptions.already_decided, subscriptions.no_sandbox_phase
 */
@UseCase()
export class RequestChanges {
  constructor(private readonly writes: Writes) {}

  @Answers(subscriptions.requestChanges)
  async execute(request: Request, call: Call) {
    requireStorable(request);
    const notes = requireWords(request.notes, '/notes');
    const { items } = request;
    const by = actorOf(call.caller);
    const { reply } = await this.writes.once(call, request, async (tx) => {
      const review = await lockPending(tx, request.submissionId);
      requireSandboxPhase(review.held.plan);
      await requireSteps(tx, review, items);
      const { submission, held } = await decide(tx, review, {
        decision: 'changes_requested',
        by: call.caller,
        notes,
        items,
        change: { changesRequested: true },
      });
      await tx.emit(subscriptions.changesRequested, aggregateOf(held), {
        ...submissionFact(held, submission, by),
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
  { submission, held }: UnderReview,
  items: Request['items'],
): Promise<void> {
  const form = await formAt(manager, held.plan.id, submission.formVersion);
  const known = new Set(form?.steps.map(({ id }) => id));
  const faults = items.flatMap(({ stepId }, index) =>
    known.has(stepId)
      ? []
      : [{ pointer: `/items/${index}/stepId`, detail: 'The form that was answered has no such step.' }],
  );
  if (faults.length > 0) throw invalid(faults);
}
