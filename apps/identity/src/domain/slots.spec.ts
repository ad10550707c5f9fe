import { lowestFreeSlot } from './slots';

describe('slots of keys', () => {
  it.each([
    [[], 3, 1],
    [[1], 3, 2],
    [[1, 3], 3, 2],
    [[2, 3], 3, 1],
  ])('of %j with a limit of %i the lowest free one is %i', (taken, limit, slot) => {
    expect(lowestFreeSlot(taken, limit)).toBe(slot);
  });

  it('there is none when all are taken', () => {
    expect(lowestFreeSlot([1, 2, 3], 3)).toBeUndefined();
  });

  it('after the limit was lowered, keys above it still count', () => {
    expect(lowestFreeSlot([4, 5, 6], 3)).toBeUndefined();
    expect(lowestFreeSlot([5], 3)).toBe(1);
  });
});
