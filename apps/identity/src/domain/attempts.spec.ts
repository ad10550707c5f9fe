import { secondsToWait, type AttemptLimit } from './attempts';

const at = (seconds: number) => new Date(1_800_000_000_000 + seconds * 1_000);
const counted = (attempts: number, lastAt = 0) => ({ attempts, lastAt: at(lastAt), expiresAt: at(900) });

describe('how long to wait for the next attempt', () => {
  const doubling: AttemptLimit = {
    attemptsMax: 10,
    windowSeconds: 900,
    doubling: { firstSeconds: 30, secondsMax: 200 },
  };

  it('not at all, as long as there were fewer than allowed, or none that still count', () => {
    expect(secondsToWait(doubling, undefined, at(0))).toBe(0);
    expect(secondsToWait(doubling, counted(9), at(0))).toBe(0);
    expect(secondsToWait(doubling, counted(50), at(900))).toBe(0);
  });

  it.each([
    [10, 30],
    [11, 60],
    [12, 120],
    [13, 200],
    [1_000_000, 200],
  ])('after %i: %i seconds since the last', (attempts, seconds) => {
    expect(secondsToWait(doubling, counted(attempts), at(0))).toBe(seconds);
    expect(secondsToWait(doubling, counted(attempts, 100), at(110))).toBe(seconds - 10);
    expect(secondsToWait(doubling, counted(attempts), at(seconds))).toBe(0);
  });

  it('rounded up, so that who comes then is let in', () => {
    expect(secondsToWait(doubling, counted(10), at(29.001))).toBe(1);
  });

  it('until the window ends, where waits do not double', () => {
    const limit = { attemptsMax: 300, windowSeconds: 60 };
    expect(secondsToWait(limit, counted(299), at(10))).toBe(0);
    expect(secondsToWait(limit, counted(300), at(10))).toBe(890);
    expect(secondsToWait(limit, counted(5_000, 300), at(899))).toBe(1);
  });
});
