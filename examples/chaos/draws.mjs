// Draws that are the same for the same seed (mulberry32).

/** @param {number} seed */
export function drawsOf(seed) {
  let state = seed | 0;
  /** @returns {number} 0 to 1 */
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (/** @type {number} */ bound) => Math.floor(next() * bound);
  /** @template Item @param {readonly [Item, ...Item[]]} items @returns {Item} */
  const oneOf = (items) => items[below(items.length)] ?? items[0];
  return { below, oneOf };
}
