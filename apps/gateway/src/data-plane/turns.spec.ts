import { TooBusy, Turns } from './turns';

const never = new AbortController().signal;
const minuteMs = 60_000;

describe('turns', () => {
  it('are so many at once; one who waits is next when one of them ends', async () => {
    const turns = new Turns({ underWay: 2, waiting: 2, waitMs: minuteMs });
    const ends = [await turns.take(never), await turns.take(never)];
    const order: string[] = [];
    const first = turns.take(never).then((end) => (order.push('first'), end));
    const second = turns.take(never).then((end) => (order.push('second'), end));
    expect(order).toEqual([]);
    ends[0]?.();
    (await first)();
    (await second)();
    ends[1]?.();
    expect(order).toEqual(['first', 'second']);
    expect(turns.areOver).toBe(true);
  });

  it('are waited for by so many and no more', async () => {
    const turns = new Turns({ underWay: 1, waiting: 1, waitMs: minuteMs });
    const end = await turns.take(never);
    const waiting = turns.take(never);
    await expect(turns.take(never)).rejects.toBeInstanceOf(TooBusy);
    end();
    (await waiting)();
    expect(turns.areOver).toBe(true);
  });

  it('are not waited for where nobody may wait', async () => {
    const turns = new Turns({ underWay: 1, waiting: 0, waitMs: minuteMs });
    await turns.take(never);
    await expect(turns.take(never)).rejects.toBeInstanceOf(TooBusy);
  });

  it('are waited for so long', async () => {
    const turns = new Turns({ underWay: 1, waiting: 1, waitMs: 1 });
    const end = await turns.take(never);
    await expect(turns.take(never)).rejects.toBeInstanceOf(TooBusy);
    end();
    expect(turns.areOver).toBe(true);
  });

  it('pass over who has gone while waiting', async () => {
    const turns = new Turns({ underWay: 1, waiting: 2, waitMs: minuteMs });
    const end = await turns.take(never);
    const gone = new AbortController();
    const given = turns.take(gone.signal);
    const next = turns.take(never);
    gone.abort();
    await expect(given).rejects.toBeInstanceOf(TooBusy);
    end();
    (await next)();
    expect(turns.areOver).toBe(true);
    await expect(new Turns({ underWay: 0, waiting: 1, waitMs: minuteMs }).take(gone.signal)).rejects.toBeDefined();
  });
});
