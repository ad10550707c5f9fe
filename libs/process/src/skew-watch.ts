import { clockView, type FollowingClock } from '#libs/clock';
import { gauge, type Logger } from '#libs/observability';

const everyMs = 5_000;
/** As long as there has been no reading. */
const firstEveryMs = 500;
/** A reading that took longer says too little. */
const roundTripMsMax = 1_000;

/** Compares this machine's clock with that of the others from time to time, and says when they part and when they meet. */
export class SkewWatch {
  private readonly timer: NodeJS.Timeout;
  private isFar = false;
  private readAt = -Infinity;

  /** @param read what time it is there: milliseconds since 1970 */
  private constructor(
    private readonly clock: FollowingClock,
    private readonly read: () => Promise<number | undefined>,
    private readonly logger: Logger,
  ) {
    this.timer = setInterval(() => void this.lookInTime(), firstEveryMs);
    this.timer.unref();
    gauge('slipway_clock_skew_seconds', 'How far ahead of the others the clock of this machine is', [], () => [
      { labels: {}, value: clock.skewMs() / 1_000 },
    ]);
  }

  /** Resolves after the first reading, whatever it was. */
  static async start(
    clock: FollowingClock,
    read: () => Promise<number | undefined>,
    logger: Logger,
  ): Promise<SkewWatch> {
    const watch = new SkewWatch(clock, read, logger);
    await watch.look();
    return watch;
  }

  close(): void {
    clearInterval(this.timer);
  }

  private async lookInTime(): Promise<void> {
    if (this.clock.monotonic() - this.readAt >= everyMs) await this.look();
  }

  private async look(): Promise<void> {
    const sentAt = this.clock.monotonic();
    const theirs = await this.read().catch(() => undefined);
    const receivedAt = this.clock.monotonic();
    if (theirs !== undefined && receivedAt - sentAt <= roundTripMsMax) {
      this.clock.follow(theirs, sentAt, receivedAt);
      this.readAt = receivedAt;
    }
    this.report();
  }

  private report(): void {
    const { skewMs, warning } = clockView(this.clock).clock;
    if ((warning !== undefined) === this.isFar) return;
    this.isFar = warning !== undefined;
    if (this.isFar) this.logger.warn({ skewMs }, 'the clock of this machine is not that of the others');
    else this.logger.warn({ skewMs }, 'the clock of this machine is that of the others again');
  }
}
