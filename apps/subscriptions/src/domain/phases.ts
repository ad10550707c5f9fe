import type { subscriptions } from '#libs/contracts';

type Phase = subscriptions.Phase;

/** The state machine: every move of the pipeline, and from where to where it leads (B38, B42). There are no others but those of a change (B59). */
export const moves = {
  submitted: { from: 'sandbox', to: 'in_review' },
  approved: { from: 'in_review', to: 'production' },
  rejected: { from: 'in_review', to: 'rejected' },
  changes_requested: { from: 'in_review', to: 'sandbox' },
  withdrawn: { from: 'in_review', to: 'sandbox' },
  reopened: { from: 'rejected', to: 'sandbox' },
} as const satisfies Record<string, { from: Phase; to: Phase }>;

export type Move = keyof typeof moves;

/** B59: of what is in production a change is reviewed while production goes on: these leave the phase as it is. */
const movesOfChange: readonly Move[] = ['submitted', 'approved', 'rejected', 'changes_requested', 'withdrawn'];

/** Where a move leads from a phase. Undefined: there is no such move. */
export function leadsTo(move: Move, from: Phase): Phase | undefined {
  if (moves[move].from === from) return moves[move].to;
  return from === 'production' && movesOfChange.includes(move) ? from : undefined;
}

/** What is recorded on a subscription: its moves, and what happens to it in any phase. */
export type Action =
  Move | 'created' | 'payment_recorded' | 'payment_undone' | 'production_unlocked' | 'cancelled' | 'restored' | 'ended';

/** Whether the record may say so; Postgres checks the same (constraint transitions_legal). */
export function isLegal(action: Action, from: Phase | null, to: Phase): boolean {
  switch (action) {
    case 'created':
      return from === null && to !== 'rejected';
    case 'production_unlocked':
      return from === 'production' && to === 'production';
    case 'payment_recorded':
    case 'payment_undone':
    case 'cancelled':
    case 'restored':
    case 'ended':
      return from === to;
    default:
      return from !== null && leadsTo(action, from) === to;
  }
}

/** What of a plan decides the way of its subscriptions. */
export interface PlanTerms {
  sandbox: boolean;
  approval: boolean;
}

/** B32, B33: without a sandbox there is no pipeline, only the approval that the plan may want. What is unpaid locks keys, and no phase. */
export function firstPhase(plan: PlanTerms): Phase {
  if (plan.sandbox) return 'sandbox';
  return plan.approval ? 'in_review' : 'production';
}

/** Whether somebody of the staff must approve before production. */
export const isReviewed = (plan: PlanTerms): boolean => plan.sandbox || plan.approval;

/** As it stands in a sentence after "it is". */
export const phaseInWords: Record<Phase, string> = {
  sandbox: 'in sandbox',
  in_review: 'in review',
  production: 'in production',
  rejected: 'rejected',
};

/** The heading of a notice, and of an entry of the timeline (B40). */
export const titles: Record<Action, string> = {
  created: 'Subscribed',
  submitted: 'Submitted for review',
  approved: 'Approved',
  rejected: 'Submission rejected',
  changes_requested: 'Changes requested',
  withdrawn: 'Submission withdrawn',
  reopened: 'Reopened',
  payment_recorded: 'Payment recorded',
  payment_undone: 'Payment taken back',
  production_unlocked: 'Production unlocked',
  cancelled: 'Cancelled',
  restored: 'Restored',
  ended: 'Ended',
};
