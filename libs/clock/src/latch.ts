/** Something to wait for: raised once it happens, lowered to wait again. */
export class Latch {
  raised = false;
  private listeners: (() => void)[] = [];

  raise(): void {
    this.raised = true;
    for (const listener of this.listeners) listener();
  }

  lower(): void {
    this.raised = false;
  }

  onRaise(listener: () => void): () => void {
    this.listeners.push(listener);
    return () => {
      this.listeners = this.listeners.filter((other) => other !== listener);
    };
  }

  /** Resolves when raised, or after the time. */
  within(ms: number): Promise<void> {
    if (this.raised) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        forget();
        resolve();
      };
      const timer = setTimeout(done, ms);
      const forget = this.onRaise(done);
    });
  }
}
