import { ManualClock } from '#libs/testing';
import { attemptsMax, delayMsAfter, retryAfterMs } from './delivery-schedule';

const second = 1_000;
const hour = 3_600 * second;

describe('B51: attempts', () => {
  it('are made at once, after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h and 24 h, and then no more', () => {
    const clock = new ManualClock();
    const waits: number[] = [];
    for (let attempts = 1; ; attempts += 1) {
      const delayMs = delayMsAfter(attempts, 0);
      if (delayMs === null) break;
      const before = clock.monotonic();
      clock.advance(delayMs);
      waits.push(Math.round((clock.monotonic() - before) / second));
    }
    expect(waits).toEqual([5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]);
    expect(waits).toHaveLength(attemptsMax - 1);
  });

  it('do not come back together', () => {
    expect(delayMsAfter(2, 1)).toBe(330 * second);
    expect(delayMsAfter(2, 0.5)).toBe(315 * second);
  });

  it('come no sooner than the server asks, and are not put off for ever', () => {
    expect(delayMsAfter(1, 0, 60 * second)).toBe(60 * second);
    expect(delayMsAfter(4, 0, 60 * second)).toBe(2 * hour);
    expect(delayMsAfter(1, 0, 1_000 * hour)).toBe(24 * hour);
    expect(delayMsAfter(attemptsMax, 0, 60 * second)).toBeNull();
  });
});

describe('Retry-After', () => {
  const now = Date.parse('2030-01-01T00:00:00Z');

  it.each([
    ['120', 120_000],
    ['0', 0],
    ['Tue, 01 Jan 2030 00:01:00 GMT', 60_000],
    ['Mon, 31 Dec 2029 23:00:00 GMT', 0],
    ['soon', 0],
    ['-5', 0],
    ['', 0],
    ['1e9', 0],
    [undefined, 0],
  ])('%s', (value, expected) => {
    expect(retryAfterMs(value, now)).toBe(expected);
  });
});
