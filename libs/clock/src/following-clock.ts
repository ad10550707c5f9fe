import { type Clock, SystemClock } from './clock';

/** Within it, each machine goes by its own clock; whoever compares the clocks of two allows for it (docs/adr/0026). */
export const ownClockMs = 1_000;
/** From here on, operators are warned. */
export const skewWarningMs = 2_000;

/**
 * The time of day as everybody else has it: services follow Postgres, and edges the services. This machine's own clock
 * counts as long as it is within a second of theirs; beyond, and when it is set while the process runs, theirs does.
 */
export class FollowingClock extends SystemClock {
  /** What the others' clock said when the monotonic one stood at 0. */
  private base: number | undefined;

  override now(): number {
    const own = super.now();
    if (this.base === undefined) return own;
    const theirs = this.base + this.monotonic();
    return Math.abs(own - theirs) <= ownClockMs ? own : Math.round(theirs);
  }

  /** @param sentAt, receivedAt monotonic milliseconds; what was read between them is taken for the middle */
  follow(theirs: number, sentAt: number, receivedAt: number): void {
    this.base = theirs - (sentAt + receivedAt) / 2;
  }

  override skewMs(): number {
    return this.base === undefined ? 0 : Math.round(super.now() - this.base - this.monotonic());
  }
}

/** What `/readyz` says of it; no process is out of service for it, as the clock that all compare theirs with may be the wrong one. */
export function clockView(clock: Clock): { clock: { skewMs: number; warning?: string } } {
  const skewMs = clock.skewMs();
  const isFar = Math.abs(skewMs) >= skewWarningMs;
  return { clock: { skewMs, ...(isFar && { warning: 'The clock of this machine is not that of the others.' }) } };
}
