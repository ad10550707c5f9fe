/**
 * The rules of a review on a four-eyes plan, on a page (B37, B38, B42, B43, B59), and whether what many people did at once
 * can be told as one thing after another by them. It knows nothing of the services: what it is held against was seen over HTTP.
 */
export interface ReviewState {
  phase: 'sandbox' | 'in_review' | 'production' | 'rejected';
  /** Of the last submission. */
  number: number;
  pending: boolean;
  claim: string | null;
  /** Who has approved the last submission. */
  approvals: readonly string[];
}

export const submittedOnce: ReviewState = { phase: 'in_review', number: 1, pending: true, claim: null, approvals: [] };

export type Verb =
  | 'claim'
  | 'take-over'
  | 'release'
  | 'approve'
  | 'reject'
  | 'request-changes'
  | 'reopen'
  | 'submit'
  | 'withdraw'
  | 'look';

/** What somebody did, what came of it, and when: it began before and ended after whatever stands between. */
export interface Deed {
  by: string;
  verb: Verb;
  isAdmin?: boolean;
  /** Of the submission that a reviewer has read. */
  number?: number;
  outcome: string;
  began: number;
  ended: number;
}

type Step = [outcome: string, next: ReviewState];

/** What comes of a deed where everything else stands still. */
export function step(
  state: ReviewState,
  { by, verb, isAdmin = false, number }: Omit<Deed, 'outcome' | 'began' | 'ended'>,
): Step {
  const { phase, pending, claim, approvals } = state;
  const refused = (outcome: string): Step => [outcome, state];
  const closed = (outcome: string, to: ReviewState['phase']): Step => [
    outcome,
    { ...state, phase: phase === 'production' ? phase : to, pending: false, claim: null, approvals: [] },
  ];
  switch (verb) {
    case 'look':
      return refused(JSON.stringify(state));
    case 'submit':
      if (pending || phase === 'rejected') return refused('wrong_phase');
      return [
        `submitted ${state.number + 1}`,
        {
          phase: phase === 'production' ? phase : 'in_review',
          ...{ number: state.number + 1, pending: true, claim: null, approvals: [] },
        },
      ];
    case 'withdraw':
      return pending ? closed('withdrawn', 'sandbox') : refused('wrong_phase');
    case 'reopen':
      return phase === 'rejected' && number === state.number
        ? ['reopened', { ...state, phase: 'sandbox' }]
        : refused('wrong_phase');
  }
  if (!pending || number !== state.number) return refused('already_decided');
  const held = claim !== null && claim !== by;
  if (verb === 'claim' || verb === 'take-over')
    return held && !(verb === 'take-over' && isAdmin) ? refused('claimed') : ['ok', { ...state, claim: by }];
  if (verb === 'release') return held && !isAdmin ? refused('claimed') : ['ok', { ...state, claim: null }];
  if (held) return refused('claimed');
  if (verb === 'reject') return closed('rejected', 'rejected');
  if (verb === 'request-changes') return closed('changes_requested', 'sandbox');
  if (approvals.includes(by)) return refused('another_must_approve');
  return approvals.length === 0
    ? ['pending', { ...state, claim: null, approvals: [by] }]
    : closed('approved', 'production');
}

/**
 * Whether the deeds can be put in an order in which each comes between its beginning and its end, and comes out as it did.
 * Tries each that none of the others had to come before (Wing and Gong); what was tried once is not tried again.
 */
export function isAllowed(deeds: readonly Deed[], from: ReviewState = submittedOnce): boolean {
  const tried = new Set<string>();
  const go = (left: readonly Deed[], state: ReviewState): boolean => {
    if (left.length === 0) return true;
    const here = `${left.map((deed) => deeds.indexOf(deed)).join()} ${JSON.stringify(state)}`;
    if (tried.has(here)) return false;
    tried.add(here);
    const firstEnd = Math.min(...left.map(({ ended }) => ended));
    return left
      .filter(({ began }) => began < firstEnd)
      .some((deed) => {
        const [outcome, next] = step(state, deed);
        return (
          outcome === deed.outcome &&
          go(
            left.filter((other) => other !== deed),
            next,
          )
        );
      });
  };
  return go(deeds, from);
}
