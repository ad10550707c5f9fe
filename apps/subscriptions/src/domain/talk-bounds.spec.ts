import { secondsToWait } from './talk-bounds';

describe('how long whoever writes has to wait', () => {
  const now = new Date('2030-01-02T04:00:00.000Z');

  it.each([
    ['nothing, where there are not as many', null, 0],
    ['an hour, after so many at once', '2030-01-02T04:00:00.000Z', 3_600],
    ['what is left of the hour', '2030-01-02T03:30:00.000Z', 1_800],
    ['a second, of a part of one', '2030-01-02T03:00:00.001Z', 1],
    ['nothing, once the hour is over', '2030-01-02T03:00:00.000Z', 0],
    ['nothing, long after', '2029-01-02T03:00:00.000Z', 0],
  ])('%s', (_what, lastBut, seconds) => {
    expect(secondsToWait(lastBut === null ? null : new Date(lastBut), now)).toBe(seconds);
  });
});
