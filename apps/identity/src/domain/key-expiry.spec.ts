import { chosenExpiry, dueDays, nextDays, planExpiry, stateOf } from './key-expiry';

const dayMs = 86_400_000;
const now = new Date('2030-01-01T00:00:00.250Z');
const inDays = (days: number) => new Date(Date.parse('2030-01-01T00:00:00.000Z') + days * dayMs);

describe('when a key expires', () => {
  it('is as the plan has it, in whole seconds; without one never', () => {
    expect(planExpiry(90, now)).toEqual(inDays(90));
    expect(planExpiry(null, now)).toBeNull();
  });

  it('may be chosen up to what the plan has, and no later, nor past', () => {
    const plan = inDays(90);
    expect(chosenExpiry(inDays(90).toISOString(), plan, now)).toEqual({ expiresAt: plan });
    expect(chosenExpiry('2030-01-02T03:04:05.999Z', null, now)).toEqual({
      expiresAt: new Date('2030-01-02T03:04:05Z'),
    });
    for (const nothing of [null, undefined]) expect(chosenExpiry(nothing, plan, now)).toEqual({ expiresAt: plan });
    expect(chosenExpiry('2030-04-01T00:00:01.000Z', plan, now)).toMatchObject({ fault: expect.any(String) });
    expect(chosenExpiry('2030-01-01T00:00:00.900Z', null, now)).toMatchObject({ fault: expect.any(String) });
  });

  it('decides its state before anything else, and from its very moment', () => {
    const expiresAt = inDays(1);
    const stoppedAt = inDays(0);
    expect(stateOf({ expiresAt, stoppedAt: null }, new Date(expiresAt.getTime() - 1))).toBe('active');
    expect(stateOf({ expiresAt, stoppedAt }, new Date(expiresAt.getTime() - 1))).toBe('stopped');
    for (const each of [null, stoppedAt]) expect(stateOf({ expiresAt, stoppedAt: each }, expiresAt)).toBe('expired');
  });
});

describe('what is told of a key that expires', () => {
  const expiresAt = inDays(100);

  it.each([
    [100, 30],
    [31, 30],
    [30, 7],
    [8, 7],
    [7, 1],
    [1, 0],
    [0.5, 0],
  ])('with %s days left, next is that %s are', (left, next) => {
    expect(nextDays(expiresAt, inDays(100 - left))).toBe(next);
  });

  it.each([
    [31, 30, undefined],
    [30, 30, 30],
    [8, 30, 30],
    [7, 30, 7],
    [7, 7, 7],
    [3, 1, undefined],
    [0.5, 30, 1],
    [0.5, 0, undefined],
    [0, 30, 0],
    [-9, 0, 0],
  ])('with %s days left and %s to be told of next, %s are due', (left, next, due) => {
    expect(dueDays(expiresAt, next, inDays(100 - left))).toBe(due);
  });
});
