import { mailRetryDelayMs } from './mail-retries';

describe('when a mail is tried again', () => {
  it('after half a minute, and then twice as long each time, up to an hour', () => {
    expect([1, 2, 3, 4, 7, 8, 50].map((attempts) => mailRetryDelayMs(attempts, 0.5))).toEqual([
      30_000, 60_000, 120_000, 240_000, 1_920_000, 3_600_000, 3_600_000,
    ]);
  });

  it('a quarter of it sooner or later', () => {
    expect([0, 1].map((chance) => mailRetryDelayMs(1, chance))).toEqual([22_500, 37_500]);
  });
});
