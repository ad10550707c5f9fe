import { In, type EntityManager } from 'typeorm';
import type { PlanId, ReviewerGroupId, StaffCaller, StaffId, SubscriptionId } from '#libs/contracts';
import type { Tx } from '#libs/database';
import { isUniqueViolation } from '#libs/database';
import { notFound, SlipwayError } from '#libs/errors';
import { Plan, ReviewerGroup, ReviewerGroupMember, Subscription } from './entities';

/**
 * Whose competence limits what a query of staff's finds; null: an admin's, which nothing limits.
 * What a plan has no group for is for every reviewer.
 */
export const limitedTo = ({ role, staffId }: StaffCaller): StaffId | null => (role === 'admin' ? null : staffId);

/** Of a query that calls the plan `plan`. @param staffId where the query has the one whose competence limits it */
export const isOpenTo = (staffId: string): string =>
  `(plan.reviewer_group_id is null or exists (
     select from subscriptions.reviewer_group_members member
     where member.group_id = plan.reviewer_group_id and member.staff_id = ${staffId}))`;

/** Word for word what a missing one gives. @throws not_found */
export async function requireCompetent(manager: EntityManager, planId: PlanId, by: StaffCaller): Promise<void> {
  const staffId = limitedTo(by);
  if (staffId === null) return;
  const open = await manager.query<unknown[]>(
    `select 1 from subscriptions.plans plan where plan.id = $1 and ${isOpenTo('$2')}`,
    [planId, staffId],
  );
  if (open.length === 0) throw notFound();
}

/**
 * The same for whoever changes something, with how the plan is reviewed: until the transaction ends neither that nor the
 * members of its group change, so that a change has its effect from the moment its call has returned.
 *
 * @throws not_found
 */
export async function lockCompetent({ manager }: Tx, planId: PlanId, by: StaffCaller): Promise<Plan> {
  const lock = { mode: 'pessimistic_read' } as const;
  const plan = await manager.findOneOrFail(Plan, { where: { id: planId }, lock });
  if (plan.reviewerGroupId) await manager.findOne(ReviewerGroup, { where: { id: plan.reviewerGroupId }, lock });
  await requireCompetent(manager, planId, by);
  return plan;
}

/** Of these subscriptions, those whose plan is reviewed by others. */
export async function concealedFrom(
  manager: EntityManager,
  by: StaffCaller,
  ids: SubscriptionId[],
): Promise<SubscriptionId[]> {
  const staffId = limitedTo(by);
  if (staffId === null) return [];
  const rows = await manager
    .createQueryBuilder(Subscription, 'subscription')
    .select('subscription.id', 'id')
    .innerJoin(Plan, 'plan', 'plan.id = subscription.planId')
    .where({ id: In(ids) })
    .andWhere(`not ${isOpenTo(':staffId')}`, { staffId })
    .getRawMany<{ id: SubscriptionId }>();
  return rows.map(({ id }) => id);
}

/** Locked: whoever reviews by its members waits. @throws not_found */
export async function lockGroup({ manager }: Tx, id: ReviewerGroupId): Promise<ReviewerGroup> {
  const group = await manager.findOne(ReviewerGroup, { where: { id }, lock: { mode: 'pessimistic_write' } });
  if (!group) throw notFound();
  return group;
}

export async function setMembers({ manager }: Tx, groupId: ReviewerGroupId, members: StaffId[]): Promise<void> {
  await manager.delete(ReviewerGroupMember, { groupId });
  if (members.length > 0)
    await manager.insert(
      ReviewerGroupMember,
      members.map((staffId) => ({ groupId, staffId })),
    );
}

export async function membersOf(manager: EntityManager, groupId: ReviewerGroupId): Promise<StaffId[]> {
  const members = await manager.find(ReviewerGroupMember, { where: { groupId }, order: { staffId: 'ASC' } });
  return members.map(({ staffId }) => staffId);
}

/** Newest first; one more than `limit` where there is a next page. */
export function listGroups(manager: EntityManager, limit: number, after: string | null): Promise<ReviewerGroup[]> {
  const query = manager.createQueryBuilder(ReviewerGroup, 'group');
  if (after) query.where('group.id < :after', { after });
  return query
    .orderBy('group.id', 'DESC')
    .limit(limit + 1)
    .getMany();
}

/** Claims of reviewers who may no longer see what they have claimed: others go on with it. */
export async function endClaimsOfOutsiders({ manager }: Tx): Promise<void> {
  await manager.query(
    `delete from subscriptions.claims claim
     using subscriptions.submissions submission, subscriptions.subscriptions subscription, subscriptions.plans plan
     where submission.id = claim.submission_id and subscription.id = submission.subscription_id
       and plan.id = subscription.plan_id and claim.role = 'reviewer' and not ${isOpenTo('claim.staff_id')}`,
  );
}

/** The index decides, so that two who ask at once cannot both have it. */
export function orNameTaken(error: unknown): never {
  if (!isUniqueViolation(error, 'reviewer_groups_name_unique')) throw error;
  throw new SlipwayError('subscriptions.group_name_taken', 'Another group of reviewers has this name.', {
    fields: [{ pointer: '/name', detail: 'Choose another name.' }],
  });
}
