import { stepsOf } from './steps';

const reached = (milestone: 'sandbox_ready' | 'sandbox_call', reachedAt: string, requestId: string | null = null) => ({
  milestone,
  reachedAt,
  requestId,
});

describe('getting started', () => {
  it('has its first open step next', () => {
    const [first, ...others] = stepsOf([]);
    expect(first).toEqual({ step: 'sandbox_ready', reachedAt: null, requestId: null, isNext: true });
    expect(others.filter(({ isNext }) => isNext)).toEqual([]);
  });

  it('B62: ticks what was reached, in whatever order', () => {
    const states = stepsOf([
      reached('sandbox_call', '2026-01-02T00:00:00Z', '8f2c'),
      reached('sandbox_ready', '2026-01-01T00:00:00Z'),
    ]);
    expect(states.filter(({ reachedAt }) => reachedAt).map(({ step, requestId }) => [step, requestId])).toEqual([
      ['sandbox_ready', null],
      ['sandbox_call', '8f2c'],
    ]);
    expect(states.find(({ isNext }) => isNext)?.step).toBe('sandbox_key');
  });
});
