import { actorOf, subscriptions, type RequestOf } from '#libs/contracts';
import { Answers, UseCase, Writes, type Call } from '#libs/messaging';
import { decide, lockPending } from '../../deciding';
import { requireStorable } from '../../domain/storable';
import { requireWords } from '../../domain/words';
import { describeReview } from '../../storage/describe-reviews';
import { submissionFact } from '../../storage/submissions.repository';
import { aggregateOf } from '../../storage/subscriptions.repository';

/** B38, B39: to rejected, with notes that say why. @throws invalid_request, not_found, subscriptions.already_decided */
@UseCase()
export class RejectSubmission {
  constructor(private readonly writes: Writes) {}

  @Answers(subscriptions.rejectSubmission)
  async execute(request: RequestOf<typeof subscriptions.rejectSubmission>, call: Call) {
    requireStorable(request);
    const notes = requireWords(request.notes, '/notes');
    const by = actorOf(call.caller);
    const { reply } = await this.writes.once(call, request, async (tx) => {
      const review = await lockPending(tx, request.submissionId);
      const { submission, held } = await decide(tx, review, { decision: 'rejected', by: call.caller, notes });
      await tx.emit(subscriptions.submissionRejected, aggregateOf(held), {
        ...submissionFact(held, submission, by),
        notes,
      });
      return describeReview(tx.manager, submission.id);
    });
    return reply;
  }
}
