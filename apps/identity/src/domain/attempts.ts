/** How often something may be tried. */
export interface AttemptLimit {
  attemptsMax: number;
  /** Seconds that attempts are counted for: since the first of them; or, where waits double, since the last. */
  windowSeconds: number;
  /** The wait after the last attempt that is allowed, and after each further one twice that. Else the end of the window. */
  doubling?: { firstSeconds: number; secondsMax: number };
}

/** What was counted. */
export interface Counted {
  attempts: number;
  lastAt: Date;
  /** From then on it was never tried. */
  expiresAt: Date;
}

/** Seconds until it may be tried again; 0: now. */
export function secondsToWait(limit: AttemptLimit, counted: Counted | undefined, now: Date): number {
  if (!counted || counted.expiresAt <= now || counted.attempts < limit.attemptsMax) return 0;
  const until = limit.doubling
    ? counted.lastAt.getTime() + waitMs(limit.doubling, counted.attempts - limit.attemptsMax)
    : counted.expiresAt.getTime();
  return Math.max(0, Math.ceil((until - now.getTime()) / 1_000));
}

function waitMs({ firstSeconds, secondsMax }: NonNullable<AttemptLimit['doubling']>, timesDoubled: number): number {
  return Math.min(secondsMax, firstSeconds * 2 ** Math.min(timesDoubled, 30)) * 1_000;
}

/** How much longer than its window a count is kept that has reached its limit: else nobody would know how far the waits had doubled. */
export const keptSeconds = ({ doubling }: AttemptLimit): number => (doubling ? 2 * doubling.secondsMax : 0);
