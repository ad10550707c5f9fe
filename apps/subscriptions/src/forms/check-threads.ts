import type { Clock } from '#libs/clock';
import { unavailable } from '#libs/errors';
import { CheckThread } from './check-thread';
import { FairQueue } from './fair-queue';

interface Bounds {
  threads: number;
  waitingMax: number;
  /** How many of one partner may wait; else who sends the most has all the places. */
  waitingOfOneMax: number;
  memoryMbMax: number;
}

/** Who wants a thread, and until when it is of use. */
export interface Turn {
  of: string;
  deadline: number;
}

interface Waiting extends Turn {
  take(thread: CheckThread): void;
  giveUp(error: unknown): void;
}

/** The few threads that check, and the bounded queue before them: partner after partner, each its oldest first. */
export class CheckThreads {
  private readonly threads: CheckThread[];
  private readonly idle: CheckThread[];
  private readonly queue = new FairQueue<Waiting>();

  constructor(
    private readonly bounds: Bounds,
    private readonly clock: Clock,
  ) {
    this.threads = Array.from({ length: bounds.threads }, () => new CheckThread(bounds.memoryMbMax));
    this.idle = [...this.threads];
  }

  /** @throws unavailable when too many wait, when the turn comes too late, or at the end; and whatever `work` throws */
  async run<Result>(turn: Turn, work: (thread: CheckThread) => Promise<Result>): Promise<Result> {
    const thread = await this.wait(turn);
    try {
      return await work(thread);
    } finally {
      this.idle.push(thread);
      this.goOn();
    }
  }

  /** What runs is ended, what waits refused as its turn comes: nothing of it has begun to change anything. */
  async close(): Promise<void> {
    await Promise.all(this.threads.map((thread) => thread.close()));
  }

  private wait({ of, deadline }: Turn): Promise<CheckThread> {
    const { waitingMax, waitingOfOneMax } = this.bounds;
    if (this.idle.length === 0 && (this.queue.size >= waitingMax || this.queue.sizeOf(of) >= waitingOfOneMax))
      return Promise.reject(unavailable(new Error('too many forms wait to be checked')));
    return new Promise((take, giveUp) => {
      this.queue.add(of, { of, deadline, take, giveUp });
      this.goOn();
    });
  }

  private goOn(): void {
    for (let thread = this.idle.pop(); thread; thread = this.idle.pop()) {
      const waiting = this.nextInTime();
      if (!waiting) return void this.idle.push(thread);
      waiting.take(thread);
    }
  }

  /** What came too late would be checked for nobody. */
  private nextInTime(): Waiting | undefined {
    for (let waiting = this.queue.take(); waiting; waiting = this.queue.take()) {
      if (waiting.deadline > this.clock.now()) return waiting;
      waiting.giveUp(unavailable(new Error('the deadline has passed')));
    }
    return undefined;
  }
}
