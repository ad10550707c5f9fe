import { actorOf, type StaffCaller, type SubmissionId, type subscriptions } from '#libs/contracts';
import type { Tx } from '#libs/database';
import { fail } from '#libs/errors';
import { mayDecide, type Holder } from '../domain/claims';
import { leadsTo, moves, phaseInWords } from '../domain/phases';
import { claimOf } from '../storage/claims.repository';
import type { Subscription } from '../storage/entities';
import { closeSubmission, lastOf, lockUnderReview, type UnderReview } from '../storage/submissions.repository';
import { advance } from '../storage/transitions.repository';

/** What the reviewer says they have read. */
interface WhatWasRead {
  submissionId: SubmissionId;
  number?: number;
}

/**
 * The submission that was read, while nobody has decided on it, and nobody else has claimed it.
 *
 * @throws not_found, subscriptions.cancelled, subscriptions.already_decided, subscriptions.another_submission,
 * subscriptions.claimed
 */
export async function lockPending(
  tx: Tx,
  { submissionId, number }: WhatWasRead,
  by: StaffCaller,
): Promise<UnderReview> {
  const review = await lockInReview(tx, submissionId, by);
  const { number: found } = review.submission;
  if (number !== undefined && number !== found)
    fail('subscriptions.another_submission', `What was read is submission ${number}; this one is ${found}.`, {
      number: found,
    });
  const holder = await claimOf(tx.manager, submissionId);
  if (holder && !mayDecide(holder, by)) refuseHeld(holder);
  return review;
}

/** @throws not_found, subscriptions.cancelled, subscriptions.already_decided */
export async function lockInReview(tx: Tx, submissionId: SubmissionId, by: StaffCaller): Promise<UnderReview> {
  const review = await lockUnderReview(tx, submissionId, by);
  if (!isPending(review)) await refuseDecided(tx, review);
  return review;
}

/** Says whom to ask. */
export function refuseHeld({ claimedBy, claimedAt }: Holder): never {
  fail(
    'subscriptions.claimed',
    `${claimedBy.displayName} has claimed this submission. Have them release it, or an admin take it over.`,
    { claimedBy, claimedAt: claimedAt.toISOString() },
  );
}

const isPending = ({ submission, withPlan }: UnderReview): boolean =>
  submission.state === 'pending' && leadsTo('approved', withPlan.subscription.phase) !== undefined;

/** Says which decision stands, by whom and since when, and whether something newer is to be read instead. */
async function refuseDecided({ manager }: Tx, { submission, withPlan }: UnderReview): Promise<never> {
  const { id, phase } = withPlan.subscription;
  const { state, decidedBy, decidedAt } = submission;
  const last = await lastOf(manager, id);
  const newer = last && last.number > submission.number ? { submissionId: last.id, number: last.number } : null;
  fail(
    'subscriptions.already_decided',
    newer
      ? `This submission is no longer pending; submission ${newer.number} has come since.`
      : `This submission is no longer pending; the subscription is ${phaseInWords[phase]}.`,
    { phase, state, decision: state, decidedBy, decidedAt: decidedAt?.toISOString() ?? null, newer },
  );
}

interface Verdict {
  decision: subscriptions.Decision;
  by: StaffCaller;
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
  const to = leadsTo(decision, withPlan.subscription.phase) ?? moves[decision].to;
  const recorded = { action: decision, to, by: actor, notes, submissionId: submission.id };
  return { submission, withPlan: await advance(tx, withPlan, recorded, change) };
}
