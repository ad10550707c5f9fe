import { SystemClock } from '#libs/clock';
import { FairPool } from './fair-pool';

const deadline = Date.now() + 60_000;

describe('a fair pool', () => {
  /** One place, which is held until `work` has set up who waits for it; returns in which order they had it. */
  const orderOf = async (bounds: { waitingMax: number; waitingOfOneMax: number }, turns: [string, boolean][]) => {
    const pool = new FairPool(['the only one'], bounds, new SystemClock());
    let release = (): void => undefined;
    const held = pool.run({ of: 'holder', deadline }, () => new Promise<void>((resolve) => (release = resolve)));
    const order: string[] = [];
    const waiting = turns.map(([of, isKnown]) =>
      pool.run({ of, deadline, isKnown }, () => Promise.resolve(void order.push(of))),
    );
    const settled = Promise.allSettled(waiting);
    // The holder's turn begins in the next turn of the event loop.
    await new Promise((resolve) => setImmediate(resolve));
    release();
    await held;
    const refused = (await settled).filter(({ status }) => status === 'rejected').length;
    return { order, refused };
  };

  it('keeps no stranger out, however many of the known there are', async () => {
    const known = Array.from({ length: 9 }, (_, at): [string, boolean] => [`known ${at}`, true]);
    const { order } = await orderOf({ waitingMax: 20, waitingOfOneMax: 9 }, [...known, ['stranger', false]]);
    expect(order).toHaveLength(10);
    expect(order.indexOf('stranger')).toBeLessThanOrEqual(4);
  });

  it('lets the known come before strangers, each in their turns', async () => {
    const turns: [string, boolean][] = [
      ['stranger', false],
      ['another stranger', false],
      ['ada', true],
      ['stranger', false],
      ['bob', true],
    ];
    expect(await orderOf({ waitingMax: 9, waitingOfOneMax: 9 }, turns)).toEqual({
      order: ['ada', 'bob', 'stranger', 'another stranger', 'stranger'],
      refused: 0,
    });
  });

  it('has places for the known that strangers cannot take, and bounds both', async () => {
    const turns: [string, boolean][] = [
      ['stranger', false],
      ['stranger', false],
      ['another stranger', false],
      ['one too many', false],
      ['ada', true],
      ['bob', true],
      ['carol', true],
    ];
    expect(await orderOf({ waitingMax: 2, waitingOfOneMax: 2 }, turns)).toEqual({
      order: ['ada', 'bob', 'stranger', 'stranger'],
      refused: 3,
    });
  });
});
