import { In, type EntityManager } from 'typeorm';
import type { subscriptions } from '#libs/contracts';
import { Plan, ReviewerGroupMember, type ReviewerGroup } from '../storage/entities';

/** In the order given. */
export async function describeGroups(
  manager: EntityManager,
  groups: ReviewerGroup[],
): Promise<subscriptions.ReviewerGroup[]> {
  const ids = groups.map(({ id }) => id);
  const members = await manager.find(ReviewerGroupMember, { where: { groupId: In(ids) }, order: { staffId: 'ASC' } });
  const plans = await manager.find(Plan, { where: { reviewerGroupId: In(ids) }, order: { id: 'ASC' } });
  return groups.map(({ id, name }) => ({
    id,
    name,
    members: members.filter(({ groupId }) => groupId === id).map(({ staffId }) => staffId),
    plans: plans.filter(({ reviewerGroupId }) => reviewerGroupId === id).length,
  }));
}
