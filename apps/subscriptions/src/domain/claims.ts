import type { Actor, StaffCaller, StaffId } from '#libs/contracts';

/** Who has taken a submission up. */
export interface Holder {
  staffId: StaffId;
  claimedBy: Actor;
  claimedAt: Date;
}

/** What comes of it when somebody claims a submission: it is theirs now, it was already, or it is somebody else's. */
export type ClaimVerdict = 'claimed' | 'kept' | 'held';

/** One reviewer at a time; an admin who says so takes over. */
export function claimVerdict(holder: Holder | null, by: StaffCaller, takeOver: boolean): ClaimVerdict {
  if (!holder) return 'claimed';
  if (isHeldBy(holder, by)) return 'kept';
  return takeOver && by.role === 'admin' ? 'claimed' : 'held';
}

/** Whoever holds it gives it back; an admin for anybody. */
export const mayRelease = (holder: Holder, by: StaffCaller): boolean => isHeldBy(holder, by) || by.role === 'admin';

/** Nobody decides beside whoever has claimed it: an admin, too, takes over first. */
export const mayDecide = (holder: Holder | null, by: StaffCaller): boolean => !holder || isHeldBy(holder, by);

const isHeldBy = ({ staffId }: Holder, by: StaffCaller): boolean => staffId === by.staffId;
