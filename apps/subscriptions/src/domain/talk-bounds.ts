const hourMs = 3_600_000;

/**
 * How many seconds whoever writes has to wait, where so many may be written in an hour; 0: none.
 *
 * @param lastBut when the last but so many was written; null: there are not as many
 */
export function secondsToWait(lastBut: Date | null, now: Date): number {
  if (!lastBut) return 0;
  return Math.max(0, Math.ceil((lastBut.getTime() + hourMs - now.getTime()) / 1_000));
}
