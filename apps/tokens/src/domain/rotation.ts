/** The times of a signing key. */
export interface KeyTimes {
  kid: string;
  createdAt: Date;
  activeFrom: Date;
}

/**
 * The key that signs now: the youngest that is already in force. The very first is so at once, though whoever made it may
 * have a clock that is ahead.
 */
export function signingKeyAt<Key extends KeyTimes>(keys: readonly Key[], now: number): Key | undefined {
  const youngestLast = keys.toSorted((a, b) => a.activeFrom.getTime() - b.activeFrom.getTime());
  return youngestLast.findLast(({ activeFrom }) => activeFrom.getTime() <= now) ?? youngestLast[0];
}

/** Whether the youngest key is old enough for a successor. */
export const needsSuccessor = (keys: readonly KeyTimes[], now: number, maxAgeMs: number): boolean =>
  !keys.some(({ createdAt }) => now - createdAt.getTime() < maxAgeMs);

/** Keys nobody needs any more: replaced for longer than the longest token lives. */
export function outlived<Key extends KeyTimes>(keys: readonly Key[], now: number, tokenMsMax: number): Key[] {
  const current = signingKeyAt(keys, now);
  if (!current || current.activeFrom.getTime() + tokenMsMax > now) return [];
  return keys.filter((key) => key.activeFrom < current.activeFrom);
}
