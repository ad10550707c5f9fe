import { actorOf, subscriptions, type RequestOf } from '#libs/contracts';
import { fail } from '#libs/errors';
import { Answers, UseCase, Writes, type Call } from '#libs/messaging';
import { moves, phaseInWords } from '../../domain/phases';
import { requireStorable } from '../../domain/storable';
import { requireWords } from '../../domain/words';
import { requireSandboxPhase } from '../../sandbox-phase';
import { describeReview } from '../../storage/describe-reviews';
import { lockUnderReview, type UnderReview } from '../../storage/submissions.repository';
import { aggregateOf, subscriptionFact } from '../../storage/subscriptions.repository';
import { advance } from '../../storage/transitions.repository';

/**
 * B42: staff lets a rejected subscription go on in its sandbox; the submission stays rejected.
 *
 * @throws invalid_request, not_found, subscriptions.no_sandbox_phase, subscriptions.wrong_phase
 */
@UseCase()
export class ReopenSubscription {
  constructor(private readonly writes: Writes) {}

  @Answers(subscriptions.reopenSubscription)
  async execute(request: RequestOf<typeof subscriptions.reopenSubscription>, call: Call) {
    requireStorable(request);
    const notes = requireWords(request.notes, '/notes');
    const by = actorOf(call.caller);
    const { reply } = await this.writes.once(call, request, async (tx) => {
      const review = await lockUnderReview(tx.manager, request.submissionId);
      requireSandboxPhase(review.held.plan);
      requireRejected(review);
      const recorded = {
        action: 'reopened',
        to: moves.reopened.to,
        by,
        notes,
        submissionId: review.submission.id,
      } as const;
      const held = await advance(tx, review.held, recorded);
      await tx.emit(subscriptions.subscriptionReopened, aggregateOf(held), { ...subscriptionFact(held, by), notes });
      return describeReview(tx.manager, review.submission.id);
    });
    return reply;
  }
}

function requireRejected({ submission: { state }, held }: UnderReview): void {
  const { phase } = held.subscription;
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
