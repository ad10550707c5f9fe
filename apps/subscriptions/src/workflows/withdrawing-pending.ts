import type { Actor } from '#libs/contracts';
import type { Tx } from '#libs/database';
import { leadsTo, moves } from '../domain/phases';
import { closeSubmission, pendingSubmissionOf } from '../storage/submissions.repository';
import type { SubscriptionWithPlan } from '../storage/subscriptions.repository';
import { advance } from '../storage/transitions.repository';

/**
 * What is cancelled is in review no more, also on a plan without a sandbox. Only on the record: that the subscription is
 * cancelled is one act, and told as one.
 */
export async function withdrawPending(
  tx: Tx,
  withPlan: SubscriptionWithPlan,
  by: Actor,
): Promise<SubscriptionWithPlan> {
  const { id, phase } = withPlan.subscription;
  const pending = await pendingSubmissionOf(tx.manager, id);
  if (!pending) return withPlan;
  await closeSubmission(tx, pending.id, { state: 'withdrawn', by });
  const to = leadsTo('withdrawn', phase) ?? moves.withdrawn.to;
  return advance(tx, withPlan, { action: 'withdrawn', to, by, submissionId: pending.id });
}
