import type { StaffId } from '#libs/contracts';

/** What comes of an approval: the submission is approved, it waits for somebody else's, or it was theirs already. */
export type ApprovalVerdict = 'approved' | 'awaits_another' | 'own_already';

/** B43: on a four-eyes plan two different people approve. @param given who has approved this submission before */
export function approvalVerdict(fourEyes: boolean, given: readonly StaffId[], by: StaffId): ApprovalVerdict {
  if (!fourEyes) return 'approved';
  if (given.includes(by)) return 'own_already';
  return given.length === 0 ? 'awaits_another' : 'approved';
}
