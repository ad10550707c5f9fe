import { subscriptions } from '#libs/contracts';
import { fail } from '#libs/errors';
import { leadsTo, phaseInWords, type PlanTerms } from './phases';

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

/** B59: what is in production is changed where it was built, so there must be a sandbox. */
export const isSubmittable = (phase: subscriptions.Phase, plan: PlanTerms): boolean =>
  plan.sandbox && leadsTo('submitted', phase) !== undefined;

/** Before anything else is looked at. @throws subscriptions.wrong_phase */
export function requireSubmittable(phase: subscriptions.Phase, plan: PlanTerms, isUnderReview: boolean): void {
  if (isSubmittable(phase, plan) && !isUnderReview) return;
  fail(
    'subscriptions.wrong_phase',
    isUnderReview && phase === 'production'
      ? 'A change of this subscription is in review. Withdraw it first, or await what is decided.'
      : `Only a subscription in sandbox, or in production with a sandbox, can be submitted for review; this one is ${phaseInWords[phase]}.`,
    { phase },
  );
}
