import { subscriptions } from '#libs/contracts';

interface Progress {
  phase: subscriptions.Phase;
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

/** B36, B37: why a subscription cannot be submitted for review now. */
export function submitBlockers({
  phase,
  cancelledAt,
  submissions: count,
  hasSandboxKey,
}: Progress): subscriptions.SubmitBlocker[] {
  if (cancelledAt !== null) return ['cancelled'];
  if (phase !== 'sandbox') return [reviewed[phase]];
  const blockers: subscriptions.SubmitBlocker[] = [];
  if (!hasSandboxKey) blockers.push('no_sandbox_key');
  if (count >= subscriptions.submissionsMax) blockers.push('submission_limit_reached');
  return blockers;
}
