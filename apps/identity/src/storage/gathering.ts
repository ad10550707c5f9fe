import { unavailable } from '#libs/errors';

interface Waiting<Item, Result> {
  item: Item;
  resolve(result: Result): void;
  reject(error: unknown): void;
}

/**
 * One statement at a time for what many want at once: whatever comes while one is under way goes together with the next.
 * So a flood is few statements, and one connection.
 */
export class Gathering<Item, Result> {
  private waiting: Waiting<Item, Result>[] = [];
  private isUnderWay = false;

  constructor(
    private readonly run: (items: Item[]) => Promise<Result[]>,
    private readonly waitingMax: number,
    /** For how long more is gathered before it runs; by default the rest of this turn of the event loop. */
    private readonly gathered: () => Promise<unknown> = () => new Promise(setImmediate),
  ) {}

  /** @throws unavailable when too many wait; and whatever the statement throws */
  add(item: Item): Promise<Result> {
    if (this.waiting.length >= this.waitingMax)
      return Promise.reject(unavailable(new Error('too much waits to be counted')));
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      if (!this.isUnderWay) void this.goOn();
    });
  }

  private async goOn(): Promise<void> {
    this.isUnderWay = true;
    while (this.waiting.length > 0) {
      await this.gathered();
      const together = this.waiting;
      this.waiting = [];
      try {
        const results = await this.run(together.map(({ item }) => item));
        together.forEach(({ resolve }, index) => resolve(results[index] as Result));
      } catch (error) {
        for (const { reject } of together) reject(error);
      }
    }
    this.isUnderWay = false;
  }
}
