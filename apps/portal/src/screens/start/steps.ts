import type { Milestone, Milestones } from './start.queries';

/** What a partner does to get started, in its order; others are for the provider to do, or follow later. */
export const steps = [
  'sandbox_ready',
  'sandbox_key',
  'sandbox_token',
  'sandbox_call',
  'webhook',
  'submitted',
] as const satisfies readonly Milestone['milestone'][];
export type Step = (typeof steps)[number];

export interface StepState {
  step: Step;
  reachedAt: string | null;
  requestId: string | null;
  /** The first that is open: the one next thing to do. */
  isNext: boolean;
}

export function stepsOf(milestones: Milestones): StepState[] {
  const states = steps.map((step) => {
    const found = milestones.find(({ milestone }) => milestone === step);
    return { step, reachedAt: found?.reachedAt ?? null, requestId: found?.requestId ?? null };
  });
  const next = states.find(({ reachedAt }) => reachedAt === null);
  return states.map((state) => ({ ...state, isNext: state === next }));
}
