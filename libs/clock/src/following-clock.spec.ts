import { clockView, FollowingClock } from './following-clock';

describe('a clock that follows another', () => {
  let own: jest.SpyInstance<number>;
  let clock: FollowingClock;
  const realNow = Date.now;
  const setOwn = (aheadMs: number) => own.mockImplementation(() => realNow() + aheadMs);
  const follow = () => clock.follow(realNow(), clock.monotonic(), clock.monotonic());
  const ahead = () => Math.abs(clock.now() - realNow());

  beforeEach(() => {
    own = jest.spyOn(Date, 'now');
    clock = new FollowingClock();
  });
  afterEach(() => own.mockRestore());

  it('is its own as long as it knows of no other, and within a second of it', () => {
    setOwn(10_000);
    expect(clock.now()).toBeGreaterThan(realNow() + 9_000);
    follow();
    setOwn(800);
    expect(clock.now()).toBeGreaterThan(realNow() + 700);
  });

  it.each([10_000, -10_000, 3_600_000])('is that of the other beyond, also when it is set meanwhile: %s ms', (ms) => {
    setOwn(ms);
    follow();
    expect(ahead()).toBeLessThan(200);
    setOwn(0);
    expect(ahead()).toBeLessThan(200);
    setOwn(-ms);
    expect(ahead()).toBeLessThan(200);
  });

  it('takes what it was told for the middle of the way there and back', () => {
    setOwn(0);
    const now = clock.monotonic();
    clock.follow(realNow() + 5_000, now - 2_000, now);
    expect(Math.abs(clock.skewMs() + 6_000)).toBeLessThan(200);
  });

  it('warns from two seconds on', () => {
    setOwn(1_500);
    follow();
    expect(clockView(clock).clock).not.toHaveProperty('warning');
    setOwn(-2_500);
    expect(clockView(clock).clock).toMatchObject({ warning: expect.any(String) as string });
    expect(Math.abs(clockView(clock).clock.skewMs + 2_500)).toBeLessThan(200);
  });
});
