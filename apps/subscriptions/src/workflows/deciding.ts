import { actorOf, type Caller, type SubmissionId, type subscriptions } from '#libs/contracts';
import type { Tx } from '#libs/database';
import { fail } from '#libs/errors';
import { moves, phaseInWords } from '../domain/phases';
import type { Subscription } from '../storage/entities';
import { closeSubmission, lockUnderReview, type UnderReview } from '../storage/submissions.repository';
import { advance } from '../storage/transitions.repository';

/** @throws not_found, subscriptions.already_decided */
export async function lockPending(tx: Tx, submissionId: SubmissionId): Promise<UnderReview> {
  const review = await lockUnderReview(tx.manager, submissionId);
  const { phase } = review.withPlan.subscription;
  const { state } = review.submission;
  if (state !== 'pending' || phase !== 'in_review') {
    fail(
      'subscriptions.already_decided',
      `This submission is no longer pending; the subscription is ${phaseInWords[phase]}.`,
      {
        phase,
        state,
      },
    );
  }
  return review;
}

interface Verdict {
  decision: subscriptions.Decision;
  by: Caller;
  notes: string | null;
  items?: subscriptions.ChangeItem[];
  /** What the decision changes on the subscription beside its phase. */
  change?: Pick<Partial<Subscription>, 'approvedAt' | 'changesRequested'>;
}

/** B38, B40: closes a pending submission and moves its subscription on, both recorded with who, when and notes. */
export async function decide(
  tx: Tx,
  { submission, withPlan }: UnderReview,
  { decision, by, notes, items, change }: Verdict,
): Promise<UnderReview> {
  const actor = actorOf(by);
  await closeSubmission(tx, submission.id, { state: decision, by: actor, notes, items });
  const recorded = { action: decision, to: moves[decision].to, by: actor, notes, submissionId: submission.id };
  return { submission, withPlan: await advance(tx, withPlan, recorded, change) };
}
