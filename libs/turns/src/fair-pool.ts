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
  deadline: number;
  /** Before those who have not this, but for every fourth turn; and no stranger takes their places. */
  isKnown?: boolean;
}

interface Waiting<Few> extends Turn {
  take(one: Few): void;
  giveUp(error: unknown): void;
}

/** Every so many turns are a stranger's, however many of the known wait: one of them must not keep all others out. */
const turnsOfStrangers = 4;

/** What there are only a few of, such as threads, and the bounded queue before them: one after the other, each its oldest first. */
export class FairPool<Few> {
  private readonly idle: Few[];
  private readonly known = new FairQueue<Waiting<Few>>();
  private readonly strangers = new FairQueue<Waiting<Few>>();
  private turns = 0;

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

  private wait({ of, deadline, isKnown = false }: Turn): Promise<Few> {
    const { waitingMax, waitingOfOneMax } = this.bounds;
    const queue = isKnown ? this.known : this.strangers;
    if (this.idle.length === 0 && (queue.size >= waitingMax || queue.sizeOf(of) >= waitingOfOneMax))
      return Promise.reject(unavailable(new Error('too many wait for their turn')));
    return new Promise((take, giveUp) => {
      queue.add(of, { of, deadline, take, giveUp });
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
    for (let waiting = this.next(); waiting; waiting = this.next()) {
      if (waiting.deadline > this.clock.now()) return waiting;
      waiting.giveUp(unavailable(new Error('the deadline has passed')));
    }
    return undefined;
  }

  private next(): Waiting<Few> | undefined {
    this.turns = (this.turns + 1) % turnsOfStrangers;
    const [first, second] = this.turns === 0 ? [this.strangers, this.known] : [this.known, this.strangers];
    return first.take() ?? second.take();
  }
}
