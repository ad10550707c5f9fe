import type { EntityManager } from 'typeorm';
import type { StaffId, StaffRole } from '#libs/contracts';
import { claimOf } from '../storage/claims.repository';
import type { UnderReview } from '../storage/submissions.repository';
import { membersOf } from '../storage/reviewer-groups.repository';

export interface Recipients {
  staffIds: StaffId[];
  roles: StaffRole[];
}

/** B48: whoever has claimed it; else the group of its plan; else every reviewer. A group without members has admins. */
export async function recipientsOf(manager: EntityManager, { submission, withPlan }: UnderReview): Promise<Recipients> {
  const claim = await claimOf(manager, submission.id);
  if (claim) return { staffIds: [claim.staffId], roles: [] };
  const { reviewerGroupId } = withPlan.plan;
  if (!reviewerGroupId) return { staffIds: [], roles: ['reviewer'] };
  const staffIds = await membersOf(manager, reviewerGroupId);
  return { staffIds, roles: staffIds.length > 0 ? [] : ['admin'] };
}
