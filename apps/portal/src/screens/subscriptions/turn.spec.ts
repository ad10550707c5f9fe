import { turnOf } from './turn';

const production = { unlocked: false, reasons: [], approvedAt: null };

describe('whose turn it is', () => {
  it.each([
    ['sandbox', false, 'yours'],
    ['in_review', false, 'theirs'],
    ['rejected', false, 'none'],
    ['production', false, 'yours'],
    ['production', true, 'none'],
  ] as const)('in %s, production unlocked %s: %s', (phase, unlocked, turn) => {
    expect(turnOf({ phase, cancellation: null, production: { ...production, unlocked } })).toBe(turn);
  });

  it('is nobody’s where it was cancelled', () => {
    const cancellation = { at: '2026-11-03T10:20:00Z', restorableUntil: null };
    expect(turnOf({ phase: 'sandbox', cancellation, production })).toBe('none');
  });
});
