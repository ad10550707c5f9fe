import type { Connections } from '#libs/broker';
import type { Clock } from '#libs/clock';
import type { Scope } from '#libs/contracts';

const tickMs = 50;
/** A gap between two ticks: longer than the event loop is busy with one thing, shorter than anybody waits for a reply. */
const gapMsMin = 250;

/**
 * Whether this process stood still (SIGSTOP, a frozen container), and since when. What it reads on waking has waited for
 * it: how long, nobody can tell, so it counts as having arrived when the pause began. That holds until the broker has
 * answered a ping that was sent after the waking, as what lay ready for this connection comes before that answer.
 */
export class Pauses {
  private readonly since = new Map<Scope, number>();
  private readonly timer: NodeJS.Timeout;
  private tickedAt: number;

  constructor(
    private readonly connections: Connections,
    private readonly scopes: readonly Scope[],
    private readonly clock: Clock,
  ) {
    this.tickedAt = clock.monotonic();
    this.timer = setInterval(() => this.look(), tickMs);
    this.timer.unref();
  }

  /** Of a message that is read now: monotonic milliseconds. */
  arrivedAt(scope: Scope): number {
    const now = this.look();
    return this.since.get(scope) ?? now;
  }

  close(): void {
    clearInterval(this.timer);
  }

  /** By the timer, and before every message: on waking, a message may be read before the timer fires. */
  private look(): number {
    const now = this.clock.monotonic();
    if (now - this.tickedAt > gapMsMin) for (const scope of this.scopes) this.wake(scope, this.tickedAt);
    this.tickedAt = now;
    return now;
  }

  private wake(scope: Scope, pausedAt: number): void {
    // Of two pauses, one right after the other, the first counts.
    const since = this.since.get(scope) ?? pausedAt;
    this.since.set(scope, since);
    const isRead = () => {
      if (this.since.get(scope) === since) this.since.delete(scope);
    };
    this.connections.evenWhileAway(scope).flush().then(isRead, isRead);
  }
}
