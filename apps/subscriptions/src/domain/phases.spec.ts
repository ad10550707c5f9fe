import type { subscriptions } from '#libs/contracts';
import { firstPhase, isLegal, moves, type Action, type Move } from './phases';

const phases: subscriptions.Phase[] = ['sandbox', 'in_review', 'production', 'rejected'];
const pairs = phases.flatMap((from) => phases.map((to) => [from, to] as const));
const legalPairs = (action: Action) => pairs.filter(([from, to]) => isLegal(action, from, to));

describe('the state machine', () => {
  it('B38, B42, B59: each move leads from one phase to one other, and of a change to none', () => {
    const table = (Object.keys(moves) as Move[]).map((move) => [move, ...legalPairs(move)]);
    expect(table).toEqual([
      ['submitted', ['sandbox', 'in_review'], ['production', 'production']],
      ['approved', ['in_review', 'production'], ['production', 'production']],
      ['rejected', ['in_review', 'rejected'], ['production', 'production']],
      ['changes_requested', ['in_review', 'sandbox'], ['production', 'production']],
      ['withdrawn', ['in_review', 'sandbox'], ['production', 'production']],
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
  it.each([true, false])('B33: a plan with a sandbox starts there, whatever else (approval: %s)', (approval) => {
    expect(firstPhase({ sandbox: true, approval })).toBe('sandbox');
  });

  it.each([
    [true, 'in_review'],
    [false, 'production'],
  ] as const)('B32: without a sandbox, approval %s: %s, paid or not', (approval, expected) => {
    expect(firstPhase({ sandbox: false, approval })).toBe(expected);
  });

  it('B32: payment leads to no other phase', () => {
    expect(legalPairs('payment_recorded')).toEqual(phases.map((phase) => [phase, phase]));
  });
});
