import type { EntityManager } from 'typeorm';
import type { Actor, StaffId, SubmissionId, subscriptions, SubscriptionId } from '#libs/contracts';
import type { Submission } from './entities';
import { isOpenTo } from './reviewer-groups.repository';

export interface EarlierAttempt {
  submissionId: SubmissionId;
  subscriptionId: SubscriptionId;
  subscriptionName: string;
  planName: string;
  number: number;
  state: subscriptions.SubmissionState;
  submittedAt: Date;
  decidedAt: Date | null;
  decidedBy: Actor | null;
  notes: string | null;
  isCancelled: boolean;
}

const shownMax = 100;

/**
 * Of the same partner, for the same product, and made before: ids are in the order of time (UUIDv7). `$2` is whose competence
 * limits what is shown.
 */
const earlier = `
  subscriptions.submissions mine
  join subscriptions.subscriptions own on own.id = mine.subscription_id
  join subscriptions.plans own_plan on own_plan.id = own.plan_id
  join subscriptions.subscriptions other on other.partner_id = own.partner_id
  join subscriptions.plans plan on plan.id = other.plan_id and plan.product_id = own_plan.product_id
  join subscriptions.submissions before on before.subscription_id = other.id and before.id < mine.id
    and ($2::uuid is null or ${isOpenTo('$2')})`;

/** What of it was cancelled and subscribed to anew is in it, too: nobody sheds their history. Newest first. */
export const earlierAttemptsOf = (
  manager: EntityManager,
  id: SubmissionId,
  limitedTo: StaffId | null,
): Promise<EarlierAttempt[]> =>
  manager.query<EarlierAttempt[]>(
    `select before.id as "submissionId", other.id as "subscriptionId", other.name as "subscriptionName",
       plan.name as "planName", before.number, before.state, before.submitted_at as "submittedAt",
       before.decided_at as "decidedAt", before.decided_by as "decidedBy", before.notes,
       other.cancelled_at is not null as "isCancelled"
     from ${earlier} where mine.id = $1 order by before.id desc limit ${shownMax}`,
    [id, limitedTo],
  );

export async function countEarlierAttempts(
  manager: EntityManager,
  submissions: Pick<Submission, 'id'>[],
  limitedTo: StaffId | null,
): Promise<Map<SubmissionId, number>> {
  const rows = await manager.query<{ id: SubmissionId; count: number }[]>(
    `select mine.id, count(*)::int as count from ${earlier} where mine.id = any($1) group by mine.id`,
    [submissions.map(({ id }) => id), limitedTo],
  );
  return new Map(rows.map(({ id, count }) => [id, count]));
}
