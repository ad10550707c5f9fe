import { needsSuccessor, outlived, signingKeyAt } from './rotation';

const key = (kid: string, createdAt: number, activeFrom = createdAt) => ({
  kid,
  createdAt: new Date(createdAt),
  activeFrom: new Date(activeFrom),
});

describe('rotation of signing keys', () => {
  it('signs with the youngest key in force, not with one that is only published', () => {
    expect(signingKeyAt([key('a', 0), key('b', 100, 200)], 150)?.kid).toBe('a');
    expect(signingKeyAt([key('a', 0), key('b', 100, 200)], 200)?.kid).toBe('b');
  });

  it('signs with the very first at once, though the clock of whoever made it was ahead', () => {
    expect(signingKeyAt([key('b', 300), key('a', 200)], 150)?.kid).toBe('a');
    expect(signingKeyAt([], 150)).toBeUndefined();
  });

  it('asks for a successor when there is no key or the youngest is too old', () => {
    expect(needsSuccessor([], 0, 1000)).toBe(true);
    expect(needsSuccessor([key('a', 0)], 999, 1000)).toBe(false);
    expect(needsSuccessor([key('a', 0)], 1000, 1000)).toBe(true);
    expect(needsSuccessor([key('a', 0), key('b', 1000, 2000)], 1500, 1000)).toBe(false);
  });

  it('keeps a replaced key as long as a token of it may live', () => {
    const keys = [key('a', 0), key('b', 100, 200)];
    expect(outlived(keys, 1199, 1000)).toEqual([]);
    expect(outlived(keys, 1200, 1000).map(({ kid }) => kid)).toEqual(['a']);
  });
});
