import { lifetimeOf, secondsLeft } from './claims';

describe('the lifetime of a session token', () => {
  it('is the standard one where none is asked for, and clamped to the maximum', () => {
    expect(lifetimeOf(undefined, 7_200, 7_200)).toBe(7_200);
    expect(lifetimeOf(60, 7_200, 7_200)).toBe(60);
    expect(lifetimeOf(999_999, 7_200, 7_200)).toBe(7_200);
  });

  it('B23: ends with its key, in the seconds that a token counts in', () => {
    const nowMs = Date.parse('2030-01-01T00:00:00.900Z');
    expect(secondsLeft(undefined, nowMs)).toBe(Infinity);
    expect(secondsLeft('2030-01-01T00:01:00.000Z', nowMs)).toBe(60);
    expect(secondsLeft('2030-01-01T00:00:00.000Z', nowMs)).toBe(0);
  });
});
