interface Bounds {
  underWay: number;
  waiting: number;
  waitMs: number;
}

/** Nobody waits longer than this, and no more than so many do. */
export class TooBusy extends Error {}

/** Who may use what there are only so many of; the others wait for their turn, in order. */
export class Turns {
  private underWay = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly bounds: Bounds) {}

  get areOver(): boolean {
    return this.underWay === 0;
  }

  /**
   * @param gone aborted by who no longer wants it
   * @returns what ends the turn; to be called once
   * @throws TooBusy
   */
  async take(gone: AbortSignal): Promise<() => void> {
    if (this.underWay < this.bounds.underWay) this.underWay += 1;
    // Whoever ends passes the turn on: the number of those under way stays as it is.
    else await this.wait(gone);
    return () => this.passOn();
  }

  private wait(gone: AbortSignal): Promise<void> {
    gone.throwIfAborted();
    if (this.waiting.length >= this.bounds.waiting) throw new TooBusy();
    return new Promise((resolve, reject) => {
      const stop = () => {
        clearTimeout(timer);
        gone.removeEventListener('abort', giveUp);
      };
      const begin = () => {
        stop();
        resolve();
      };
      const giveUp = () => {
        stop();
        this.waiting.splice(this.waiting.indexOf(begin), 1);
        reject(new TooBusy());
      };
      const timer = setTimeout(giveUp, this.bounds.waitMs);
      gone.addEventListener('abort', giveUp);
      this.waiting.push(begin);
    });
  }

  private passOn(): void {
    const next = this.waiting.shift();
    if (next) next();
    else this.underWay -= 1;
  }
}
