import { earlier } from './key-expiry';

interface Overlap {
  previousSecretHash: Buffer | null;
  previousSecretUntil: Date | null;
  overlapSince: Date | null;
}

/** One secret, and no other beside it. */
export const noOverlap: Overlap = { previousSecretHash: null, previousSecretUntil: null, overlapSince: null };

/** B18: what a rotation leaves of the secret that it replaces. Of the one before that nothing is left: there is room for two. */
export function overlapOf(secretHash: Buffer, now: Date, overlapSeconds: number): Overlap {
  if (overlapSeconds === 0) return noOverlap;
  const previousSecretUntil = new Date(now.getTime() + overlapSeconds * 1_000);
  return { previousSecretHash: secretHash, previousSecretUntil, overlapSince: now };
}

/** Until when the previous secret works; null where it does no more. It has ended at its deadline, and not after it. */
export function previousSecretUntil(
  key: Overlap & { renewedAt: Date | null; expiresAt: Date | null },
  now: Date,
): Date | null {
  const { previousSecretUntil: deadline, overlapSince, renewedAt, expiresAt } = key;
  // It never outlives the key, which may have been set to expire sooner since.
  const until = deadline && earlier(deadline, expiresAt);
  if (!until || until <= now) return null;
  return overlapSince?.getTime() === renewedAt?.getTime() ? until : null;
}
