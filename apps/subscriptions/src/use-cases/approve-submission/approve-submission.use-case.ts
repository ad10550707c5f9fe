import { actorOf, subscriptions, type RequestOf } from '#libs/contracts';
import { Answers, UseCase, Writes, type Call } from '#libs/messaging';
import { decide, lockPending } from '../../deciding';
import { requireStorable } from '../../domain/storable';
import { wordsOrNone } from '../../domain/words';
import { describeReview } from '../../storage/describe-reviews';
import { openProductionIfNothingLacks } from '../../storage/grants.repository';
import { submissionFact } from '../../storage/submissions.repository';
import { aggregateOf } from '../../storage/subscriptions.repository';

/**
 * B38: to production. The right to production keys opens with it, unless payment is due (B46); the keys themselves
 * the partner makes, at once if they wish (B45). @throws not_found, subscriptions.already_decided
 */
@UseCase()
export class ApproveSubmission {
  constructor(private readonly writes: Writes) {}

  @Answers(subscriptions.approveSubmission)
  async execute(request: RequestOf<typeof subscriptions.approveSubmission>, call: Call) {
    requireStorable(request);
    const notes = wordsOrNone(request.notes);
    const by = actorOf(call.caller);
    const { reply } = await this.writes.once(call, request, async (tx) => {
      const { submission, held } = await decide(tx, await lockPending(tx, request.submissionId), {
        decision: 'approved',
        by: call.caller,
        notes,
        change: { approvedAt: new Date() },
      });
      await tx.emit(subscriptions.submissionApproved, aggregateOf(held), {
        ...submissionFact(held, submission, by),
        notes,
      });
      await openProductionIfNothingLacks(tx, held, by);
      return describeReview(tx.manager, submission.id);
    });
    return reply;
  }
}
