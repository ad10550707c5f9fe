const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** After which attempt how long is waited for the next: ten attempts in about three days. */
const delaysMs = [
  5 * second,
  5 * minute,
  30 * minute,
  2 * hour,
  5 * hour,
  10 * hour,
  14 * hour,
  20 * hour,
  24 * hour,
] as const;

export const attemptsMax = delaysMs.length + 1;

/** So that what failed together does not come back together. */
const jitter = 0.1;

/** No server has us wait for longer. */
const retryAfterMsMax = 24 * hour;

/**
 * How long to wait after an attempt that failed; null: it was the last.
 *
 * @param attempts made so far
 * @param random 0 to 1
 * @param waitMs what the server has asked for, if it has: no attempt is made before that
 */
export function delayMsAfter(attempts: number, random: number, waitMs = 0): number | null {
  const delayMs = delaysMs[attempts - 1];
  if (delayMs === undefined) return null;
  return Math.round(Math.max(delayMs, Math.min(waitMs, retryAfterMsMax)) * (1 + jitter * random));
}

/** `Retry-After` (RFC 9110 10.2.3), seconds or a date, as milliseconds from now; 0 for what is neither. */
export function retryAfterMs(value: string | undefined, nowMs: number): number {
  if (value === undefined) return 0;
  if (/^\d{1,9}$/.test(value)) return Number(value) * second;
  return Math.max(0, (Date.parse(value) || nowMs) - nowMs);
}

/** After which time without a single success the owner is told, and told again; and after which it is switched off. */
const day = 24 * hour;
export const warningsMs = [day, 4 * day] as const;
export const disabledAfterMs = 5 * day;
