/** What there is to be said of a review that is due, at a moment. */
export type ReviewStep = 'due' | 'overdue' | 'nothing_yet';

/** B48: once as the day begins on which it is due, and once when that is over; who was away for both says the second alone. */
export function reviewStep(dueAt: Date, isReminded: boolean, now: Date): ReviewStep {
  if (now >= dueAt) return 'overdue';
  return isReminded ? 'nothing_yet' : 'due';
}
