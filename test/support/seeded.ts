/** `SLIPWAY_TEST_SEED` repeats a run. */
export const testSeed = Number(process.env['SLIPWAY_TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

/** Draws that are the same for the same seed (mulberry32). */
export class Draws {
  private state: number;

  constructor(seed: number) {
    this.state = seed | 0;
  }

  /** 0 to 1 */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  below(bound: number): number {
    return Math.floor(this.next() * bound);
  }

  shuffled<Item>(items: readonly Item[]): Item[] {
    const left = [...items];
    return items.flatMap(() => left.splice(this.below(left.length), 1));
  }
}
