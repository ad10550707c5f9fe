import { SlipwayError, unavailable } from '#libs/errors';
import type { Clock } from '#libs/clock';

/** One after the other, without one good in between. */
const failuresMax = 20;
const probeEveryMs = 250;
/** A full second of a busy copy, at a round trip that the fence can still bear. */
const underWayMax = 1_000;
const retryAfterSeconds = 1;

/**
 * Keeps work from piling up in front of something that is slow or away. After many failures in a row whoever comes is
 * told at once to come again later, except for a probe from time to time: the first that succeeds lets everybody through.
 */
export class Breaker {
  private underWay = 0;
  private failures = 0;
  private probedAt = 0;

  constructor(private readonly clock: Clock) {}

  /** @throws unavailable, with when to try again; and whatever `work` throws */
  async run<Result>(work: () => Promise<{ succeeded: boolean; result: Result }>): Promise<Result> {
    if (this.underWay >= underWayMax || !this.letsThrough()) throw tooMuch();
    this.underWay += 1;
    let succeeded = false;
    try {
      const done = await work();
      ({ succeeded } = done);
      return done.result;
    } catch (error) {
      // A refusal is an answer.
      succeeded = error instanceof SlipwayError && error.category !== 'unavailable' && error.category !== 'internal';
      throw error;
    } finally {
      this.underWay -= 1;
      this.failures = succeeded ? 0 : this.failures + 1;
    }
  }

  private letsThrough(): boolean {
    if (this.failures < failuresMax) return true;
    const now = this.clock.monotonic();
    if (now - this.probedAt < probeEveryMs) return false;
    this.probedAt = now;
    return true;
  }
}

const tooMuch = () => {
  const { code, message } = unavailable();
  return new SlipwayError(code, message, { retryAfterSeconds, cause: new Error('identity is too slow, or away') });
};
