import { ManualClock } from '#libs/testing';
import { FairPool } from './fair-pool';

describe('a fair pool', () => {
  const clock = new ManualClock();
  const bounds = { waitingMax: 4, waitingOfOneMax: 2 };

  /** One place, which is held until all have come who wait for it and `meanwhile` is over; who had it, and who did not. */
  const playOut = async (waiting: string[], meanwhile: () => void = () => undefined) => {
    const pool = new FairPool(['the only one'], bounds, clock);
    const deadline = clock.monotonic() + 1_000;
    let release = (): void => undefined;
    const held = pool.run({ of: 'holder', deadline }, () => new Promise<void>((resolve) => (release = resolve)));
    // The holder's turn begins in the next turn of the event loop.
    await new Promise((resolve) => setImmediate(resolve));
    const order: string[] = [];
    const settled = Promise.allSettled(
      waiting.map((of) => pool.run({ of, deadline }, () => Promise.resolve(void order.push(of)))),
    );
    meanwhile();
    release();
    await held;
    const refused = (await settled).flatMap((result, index) => {
      if (result.status === 'fulfilled') return [];
      expect(result.reason).toMatchObject({ code: 'unavailable' });
      return [waiting[index]];
    });
    return { order, refused };
  };

  it('serves one after the other, and nobody twice while another waits', async () => {
    expect(await playOut(['ada', 'ada', 'bob', 'carol'])).toEqual({
      order: ['ada', 'bob', 'carol', 'ada'],
      refused: [],
    });
  });

  it('has a few places for who waits, and fewer for one alone', async () => {
    const waiting = ['ada', 'ada', 'ada', 'bob', 'carol', 'one too many'];
    expect(await playOut(waiting)).toEqual({
      order: ['ada', 'bob', 'carol', 'ada'],
      refused: ['ada', 'one too many'],
    });
  });

  it('does not begin what comes too late', async () => {
    expect(await playOut(['ada', 'bob'], () => clock.advance(1_000))).toEqual({ order: [], refused: ['ada', 'bob'] });
  });
});
