const firstDelayMs = 30_000;
const delayMsMax = 3_600_000;
/** Of each delay: so that what failed together is not tried together. */
const jitter = 0.25;

/** Half a minute, then twice as long each time, up to an hour. @param chance from 0 to 1 */
export function mailRetryDelayMs(attempts: number, chance: number): number {
  const delay = Math.min(firstDelayMs * 2 ** Math.min(attempts - 1, 20), delayMsMax);
  return Math.round(delay * (1 - jitter + 2 * jitter * chance));
}
