import { fail } from '#libs/errors';
import type { PlanTerms } from './phases';

/** B32: what leads back to the sandbox has nowhere to lead on a plan without one. @throws subscriptions.no_sandbox_phase */
export function requireSandboxPhase(plan: PlanTerms): void {
  if (!plan.sandbox) {
    fail('subscriptions.no_sandbox_phase', 'The plan of this subscription has no sandbox to go back to.');
  }
}
