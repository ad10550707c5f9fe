import { lifetimeOf } from './claims';

describe('the lifetime of a session token', () => {
  it('is the standard one where none is asked for, and clamped to the maximum', () => {
    expect(lifetimeOf(undefined, 7_200, 7_200)).toBe(7_200);
    expect(lifetimeOf(60, 7_200, 7_200)).toBe(60);
    expect(lifetimeOf(999_999, 7_200, 7_200)).toBe(7_200);
  });
});
