import { SlipwayError, unavailable } from '#libs/errors';
import { ManualClock } from '#libs/testing';
import { Breaker } from './breaker';

const refusedAtOnce = { code: 'unavailable', retryAfterSeconds: 1 };

describe('the breaker before identity', () => {
  let clock: ManualClock;
  let breaker: Breaker;
  let begun: number;
  beforeEach(() => {
    clock = new ManualClock();
    breaker = new Breaker(clock);
    begun = 0;
  });

  const succeed = () => Promise.resolve({ succeeded: true, result: 'good' });
  const fail = () => Promise.reject<{ succeeded: boolean; result: string }>(unavailable());
  const run = (work: typeof succeed) =>
    breaker.run(() => {
      begun += 1;
      return work();
    });
  const failOften = async () => {
    for (let time = 0; time < 20; time += 1) await expect(run(fail)).rejects.toMatchObject({ code: 'unavailable' });
    begun = 0;
  };

  it('tells at once to come again, after many failures in a row', async () => {
    await failOften();
    clock.advance(1_000);
    await expect(run(fail)).rejects.toMatchObject({ retryAfterSeconds: undefined });
    for (let time = 0; time < 50; time += 1) await expect(run(succeed)).rejects.toMatchObject(refusedAtOnce);
    expect(begun).toBe(1);
  });

  it('lets everybody through once a probe has succeeded', async () => {
    await failOften();
    clock.advance(1_000);
    expect(await run(succeed)).toBe('good');
    expect(await Promise.all([run(succeed), run(succeed)])).toEqual(['good', 'good']);
  });

  it('is not impressed by some failures among successes, nor by refusals', async () => {
    for (let time = 0; time < 100; time += 1) {
      await run(time % 10 === 0 ? succeed : fail).catch(() => undefined);
      await run(() => Promise.reject(new SlipwayError('identity.too_many_failures', 'Wait.'))).catch(() => undefined);
    }
    expect(begun).toBe(200);
  });

  it('bounds what is under way at a time', async () => {
    let finish = (): void => undefined;
    const end = new Promise<void>((resolve) => (finish = resolve));
    const waiting = Array.from({ length: 1_000 }, () => run(() => end.then(succeed)));
    await expect(run(succeed)).rejects.toMatchObject(refusedAtOnce);
    finish();
    await Promise.all(waiting);
    expect(await run(succeed)).toBe('good');
    expect(begun).toBe(1_001);
  });
});
