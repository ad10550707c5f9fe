import { FairQueue } from './fair-queue';

describe('a fair queue', () => {
  it('gives each name its turn, and of one name the oldest', () => {
    const queue = new FairQueue<string>();
    for (const item of ['a1', 'a2', 'a3', 'b1', 'c1', 'b2']) queue.add(item.charAt(0), item);
    expect([queue.size, queue.sizeOf('a'), queue.sizeOf('none')]).toEqual([6, 3, 0]);
    expect(Array.from({ length: 7 }, () => queue.take())).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3', undefined]);
    expect([queue.size, queue.sizeOf('a')]).toEqual([0, 0]);
  });

  it('puts who comes anew behind those who wait', () => {
    const queue = new FairQueue<string>();
    queue.add('a', 'a1');
    queue.add('b', 'b1');
    expect(queue.take()).toBe('a1');
    queue.add('a', 'a2');
    expect([queue.take(), queue.take()]).toEqual(['b1', 'a2']);
  });
});
