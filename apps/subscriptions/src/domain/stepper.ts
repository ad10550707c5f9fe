import type { subscriptions } from '#libs/contracts';
import { isReviewed, type PlanTerms } from './phases';

type Step = subscriptions.Subscription['steps'][number];
type StepState = Step['state'];

const titles: Record<Step['id'], string> = { sandbox: 'Sandbox', in_review: 'In review', production: 'Production' };

const states: Record<subscriptions.Phase, [StepState, StepState, StepState]> = {
  sandbox: ['current', 'upcoming', 'upcoming'],
  in_review: ['done', 'current', 'upcoming'],
  rejected: ['done', 'rejected', 'upcoming'],
  production: ['done', 'done', 'current'],
};

/** B33: always three steps; `rejected` marks the review step. What the plan leaves out is shown as skipped. */
export function stepsOf(plan: PlanTerms, phase: subscriptions.Phase): Step[] {
  const [sandbox, review, production] = states[phase];
  const step = (id: Step['id'], state: StepState): Step => ({ id, title: titles[id], state });
  return [
    step('sandbox', plan.sandbox ? sandbox : 'skipped'),
    step('in_review', isReviewed(plan) ? review : 'skipped'),
    step('production', production),
  ];
}
