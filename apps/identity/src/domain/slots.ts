/**
 * B15, B16: the lowest free slot within the limit, or none. Deleting frees a slot; regenerating uses none. After the
 * limit was lowered, keys in slots above it still count.
 */
export function lowestFreeSlot(taken: readonly number[], limit: number): number | undefined {
  if (taken.length >= limit) return undefined;
  for (let slot = 1; slot <= limit; slot += 1) {
    if (!taken.includes(slot)) return slot;
  }
  return undefined;
}
