import type { Clock } from '#libs/clock';
import { unavailable } from '#libs/errors';
import { FairQueue } from './fair-queue';

interface Bounds {
  waitingMax: number;
  /** How many of one may wait; else who sends the most has all the places. */
  waitingOfOneMax: number;
}

/** Who wants one of the few, and until when it is of use. */
export interface Turn {
  of: string;
  /** Monotonic milliseconds. */
  deadline: number;
}

interface Waiting<Few> extends Turn {
  take(one: Few): void;
  giveUp(error: unknown): void;
}

/** What there are only a few of, such as threads, and the bounded queue before them: one after the other, each its oldest first. */
export class FairPool<Few> {
  private readonly idle: Few[];
  private readonly queue = new FairQueue<Waiting<Few>>();

  constructor(
    few: readonly Few[],
    private readonly bounds: Bounds,
    private readonly clock: Clock,
  ) {
    this.idle = [...few];
  }

  /** @throws unavailable when too many wait, or when the turn comes too late; and whatever `work` throws */
  async run<Result>(turn: Turn, work: (one: Few) => Promise<Result>): Promise<Result> {
    const one = await this.wait(turn);
    try {
      return await work(one);
    } finally {
      this.idle.push(one);
      this.goOn();
    }
  }

  private wait({ of, deadline }: Turn): Promise<Few> {
    const { waitingMax, waitingOfOneMax } = this.bounds;
    if (this.idle.length === 0 && (this.queue.size >= waitingMax || this.queue.sizeOf(of) >= waitingOfOneMax))
      return Promise.reject(unavailable(new Error('too many wait for their turn')));
    return new Promise((take, giveUp) => {
      this.queue.add(of, { of, deadline, take, giveUp });
      this.goOn();
    });
  }

  private goOn(): void {
    for (let one = this.idle.pop(); one !== undefined; one = this.idle.pop()) {
      const waiting = this.nextInTime();
      if (!waiting) return void this.idle.push(one);
      waiting.take(one);
    }
  }

  /** What came too late would be done for nobody. */
  private nextInTime(): Waiting<Few> | undefined {
    for (let waiting = this.queue.take(); waiting; waiting = this.queue.take()) {
      if (waiting.deadline > this.clock.monotonic()) return waiting;
      waiting.giveUp(unavailable(new Error('the deadline has passed')));
    }
    return undefined;
  }
}
