import { reviewStep } from './review-step';

describe('what there is to be said of a review that is due', () => {
  const dueAt = new Date('2026-12-04T23:00:00Z');
  const before = new Date('2026-12-03T23:00:00Z');

  it.each([
    ['on the day, for the first time', false, before, 'due'],
    ['on the day, when that was said', true, before, 'nothing_yet'],
    ['at the end of the day', true, dueAt, 'overdue'],
    ['at the end of the day, and nobody has been reminded', false, dueAt, 'overdue'],
  ] as const)('%s', (_when, isReminded, now, step) => {
    expect(reviewStep(dueAt, isReminded, now)).toBe(step);
  });
});
