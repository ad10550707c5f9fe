import type { subscriptions } from '#libs/contracts';
import { isReviewed, type PlanTerms } from './phases';

interface Progress {
  approvedAt: Date | null;
  paymentState: subscriptions.PaymentState;
  cancelledAt: Date | null;
}

/** B34, B46: what the pipeline still asks for before production keys. Nothing: the production grant opens. */
export function productionBlockers(
  plan: PlanTerms,
  { approvedAt, paymentState, cancelledAt }: Progress,
): subscriptions.ProductionBlocker[] {
  const reasons: subscriptions.ProductionBlocker[] = [];
  if (isReviewed(plan) && approvedAt === null) reasons.push('review');
  if (paymentState === 'due') reasons.push('payment');
  if (cancelledAt !== null) reasons.push('cancelled');
  return reasons;
}
