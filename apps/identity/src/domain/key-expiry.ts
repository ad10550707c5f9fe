import type { identity } from '#libs/contracts';

const dayMs = 86_400_000;

/** Days before a key expires at which that is told. */
const remindedDays = [30, 7, 1] as const;

/** Whole seconds, as tokens have them, so that a key that is good has a second for a token to live. */
const wholeSeconds = (ms: number): Date => new Date(Math.floor(ms / 1_000) * 1_000);

/** When a pair expires that is made now, as the plan has it. */
export const planExpiry = (lifetimeDays: number | null, now: Date): Date | null =>
  lifetimeDays === null ? null : wholeSeconds(now.getTime() + lifetimeDays * dayMs);

type Chosen = { expiresAt: Date | null } | { fault: string };

/** B16: the owner's own choice; none: as the plan has it. The fault is of `expiresAt`. */
export function chosenExpiry(wanted: string | null | undefined, planExpiresAt: Date | null, now: Date): Chosen {
  if (!wanted) return { expiresAt: planExpiresAt };
  const expiresAt = wholeSeconds(Date.parse(wanted));
  if (expiresAt <= now) return { fault: 'expiresAt must be in the future.' };
  if (planExpiresAt && expiresAt > planExpiresAt)
    return { fault: `expiresAt must not be later than ${planExpiresAt.toISOString()}, as the plan has it.` };
  return { expiresAt };
}

export const hasExpired = ({ expiresAt }: { expiresAt: Date | null }, now: Date): boolean =>
  expiresAt !== null && expiresAt <= now;

/** B23: what holds at this moment. */
export function stateOf(key: { expiresAt: Date | null; stoppedAt: Date | null }, now: Date): identity.KeyState {
  if (hasExpired(key, now)) return 'expired';
  return key.stoppedAt ? 'stopped' : 'active';
}

export const earlier = (one: Date | null, other: Date | null): Date | null =>
  one && other ? (one < other ? one : other) : (one ?? other);

/** When it is told that so many days are left. */
export const noticeAt = (expiresAt: Date, days: number): Date => new Date(expiresAt.getTime() - days * dayMs);

/** The days that are told of next; 0: that it has expired. What was to be told before now is not. */
export const nextDays = (expiresAt: Date, now: Date): number =>
  remindedDays.find((days) => noticeAt(expiresAt, days) > now) ?? 0;

/**
 * The days that are due to be told of now; undefined: none. Of several, which come together where nobody was there to tell them,
 * it is the last: that 30 days are left is wrong when 7 are.
 */
export function dueDays(expiresAt: Date, next: number, now: Date): number | undefined {
  return [0, ...remindedDays.toReversed()].find((days) => days <= next && noticeAt(expiresAt, days) <= now);
}
