import type { subscriptions } from '#libs/contracts';
import { firstPhase, isLegal, moves, phaseAfterApproval, phaseAfterPayment, type Action, type Move } from './phases';

const phases: subscriptions.Phase[] = ['sandbox', 'in_review', 'production', 'rejected'];
const pairs = phases.flatMap((from) => phases.map((to) => [from, to] as const));
const legalPairs = (action: Action) => pairs.filter(([from, to]) => isLegal(action, from, to));

describe('the state machine', () => {
  it('B38, B42: each move leads from one phase to one other; an approval may still wait for payment', () => {
    const table = (Object.keys(moves) as Move[]).map((move) => [move, ...legalPairs(move)]);
    expect(table).toEqual([
      ['submitted', ['sandbox', 'in_review']],
      ['approved', ['in_review', 'in_review'], ['in_review', 'production']],
      ['rejected', ['in_review', 'rejected']],
      ['changes_requested', ['in_review', 'sandbox']],
      ['withdrawn', ['in_review', 'sandbox']],
      ['reopened', ['rejected', 'sandbox']],
    ]);
  });

  it('B42: nothing but reopening leaves rejected', () => {
    const leaving = (Object.keys(moves) as Move[]).filter((move) => moves[move].from === 'rejected');
    expect(leaving).toEqual(['reopened']);
  });

  it('B44: no move reaches production but approval', () => {
    const reaching = (Object.keys(moves) as Move[]).filter((move) => moves[move].to === 'production');
    expect(reaching).toEqual(['approved']);
  });

  it('cancelling stays in the phase, whichever it is', () => {
    expect(legalPairs('cancelled')).toEqual(phases.map((phase) => [phase, phase]));
  });

  it('nothing begins rejected, and nothing begins twice', () => {
    expect(phases.filter((to) => isLegal('created', null, to))).toEqual(['sandbox', 'in_review', 'production']);
    expect(legalPairs('created')).toEqual([]);
  });
});

describe('the first phase', () => {
  it('B33: a plan with a sandbox starts there, paid or not', () => {
    expect(firstPhase({ sandbox: true, approval: true }, 'due')).toBe('sandbox');
    expect(firstPhase({ sandbox: true, approval: false }, 'not_required')).toBe('sandbox');
  });

  it.each([
    [true, 'not_required', 'in_review'],
    [true, 'due', 'in_review'],
    [false, 'due', 'in_review'],
    [false, 'not_required', 'production'],
  ] as const)('B32: without a sandbox, approval %s and payment %s: %s', (approval, payment, expected) => {
    expect(firstPhase({ sandbox: false, approval }, payment)).toBe(expected);
  });
});

describe('the phase after payment', () => {
  it('B32: payment leads to production only where no approval is lacking', () => {
    expect(phaseAfterPayment({ sandbox: false, approval: false }, 'in_review', null)).toBe('production');
    expect(phaseAfterPayment({ sandbox: false, approval: true }, 'in_review', null)).toBe('in_review');
    expect(phaseAfterPayment({ sandbox: false, approval: true }, 'in_review', new Date())).toBe('production');
    expect(phaseAfterPayment({ sandbox: true, approval: false }, 'in_review', null)).toBe('in_review');
    expect(phaseAfterPayment({ sandbox: true, approval: false }, 'sandbox', null)).toBe('sandbox');
  });
});

describe('the phase after approval', () => {
  it('B38, B46: with a sandbox it is production, paid or not', () => {
    expect(phaseAfterApproval({ sandbox: true, approval: true }, 'due')).toBe('production');
  });

  it('B32: without one it is production only once it is paid', () => {
    expect(phaseAfterApproval({ sandbox: false, approval: true }, 'due')).toBe('in_review');
    expect(phaseAfterApproval({ sandbox: false, approval: true }, 'paid')).toBe('production');
    expect(phaseAfterApproval({ sandbox: false, approval: true }, 'not_required')).toBe('production');
  });
});
