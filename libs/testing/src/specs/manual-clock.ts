import { performance } from 'node:perf_hooks';
import { Clock } from '#libs/clock';

/** Time goes on as it does, and can be moved on by a test. */
export class ManualClock extends Clock {
  private aheadMs = 0;

  now(): number {
    return Date.now() + this.aheadMs;
  }

  monotonic(): number {
    return performance.now() + this.aheadMs;
  }

  advance(ms: number): void {
    this.aheadMs += ms;
  }
}
