import { subscriptions } from '#libs/contracts';

interface Progress {
  phase: subscriptions.Phase;
  /** Without one there is nothing that a change could be made in. */
  hasSandbox: boolean;
  /** Also of a change, while production goes on. */
  isUnderReview: boolean;
  cancelledAt: Date | null;
  /** How many submissions there have been. */
  submissions: number;
  hasSandboxKey: boolean;
}

const reviewed: Record<Exclude<subscriptions.Phase, 'sandbox'>, subscriptions.SubmitBlocker> = {
  in_review: 'in_review',
  production: 'in_production',
  rejected: 'rejected',
};

/** B36, B37, B59: why a subscription cannot be submitted for review now. */
export function submitBlockers({
  phase,
  hasSandbox,
  isUnderReview,
  cancelledAt,
  submissions: count,
  hasSandboxKey,
}: Progress): subscriptions.SubmitBlocker[] {
  if (cancelledAt !== null) return ['cancelled'];
  if (isUnderReview) return ['in_review'];
  if (phase !== 'sandbox' && !(phase === 'production' && hasSandbox)) return [reviewed[phase]];
  const blockers: subscriptions.SubmitBlocker[] = [];
  if (!hasSandboxKey) blockers.push('no_sandbox_key');
  if (count >= subscriptions.submissionsMax) blockers.push('submission_limit_reached');
  return blockers;
}
