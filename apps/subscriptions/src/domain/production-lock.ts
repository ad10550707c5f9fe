import type { subscriptions } from '#libs/contracts';
import { isReviewed, type PlanTerms } from './phases';

interface Progress {
  approvedAt: Date | null;
  paymentState: subscriptions.PaymentState;
}

/** B34, B46: what the pipeline still asks for before production keys. Nothing: the production grant opens. */
export function lockReasons(plan: PlanTerms, { approvedAt, paymentState }: Progress): subscriptions.LockReason[] {
  const reasons: subscriptions.LockReason[] = [];
  if (isReviewed(plan) && approvedAt === null) reasons.push('review');
  if (paymentState === 'due') reasons.push('payment');
  return reasons;
}
