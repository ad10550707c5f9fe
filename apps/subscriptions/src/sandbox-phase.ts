import { fail } from '#libs/errors';
import type { Plan } from './storage/entities';

/** B32: what leads back to the sandbox has nowhere to lead on a plan without one. @throws subscriptions.no_sandbox_phase */
export function requireSandboxPhase(plan: Plan): void {
  if (!plan.sandbox) {
    fail('subscriptions.no_sandbox_phase', 'The plan of this subscription has no sandbox to go back to.');
  }
}
