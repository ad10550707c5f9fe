import { performance } from 'node:perf_hooks';

/** What time it is. Injected wherever somebody looks at a clock, so that a test can set it (`ManualClock`). */
export abstract class Clock {
  /** Milliseconds since 1970: what people and other machines are told. */
  abstract now(): number;
  /** Milliseconds since some moment, never set back: what durations are measured with. */
  abstract monotonic(): number;

  /** How far it is ahead of that of the others; 0 where nobody compares them. */
  skewMs(): number {
    return 0;
  }

  date(): Date {
    return new Date(this.now());
  }
}

export class SystemClock extends Clock {
  now(): number {
    return Date.now();
  }

  monotonic(): number {
    return performance.now();
  }
}
