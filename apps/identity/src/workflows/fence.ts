import { Injectable } from '@nestjs/common';
import { Clock } from '#libs/clock';
import { fenceMs } from '#libs/contracts';

/** The time fence (docs/adr/0006): everything that ends a right to tokens waits here. */
@Injectable()
export class Fence {
  constructor(private readonly clock: Clock) {}

  /**
   * After the commit and before the answer, a replay included: when the answer arrives, nobody can still use what was
   * read before the commit.
   */
  async pass(): Promise<void> {
    const end = this.clock.monotonic() + fenceMs;
    // Timers count whole milliseconds and may fire a fraction early.
    for (let left = fenceMs; left > 0; left = end - this.clock.monotonic()) {
      await new Promise((resolve) => setTimeout(resolve, Math.ceil(left)));
    }
  }
}
