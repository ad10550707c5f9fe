import type { EntityManager, SelectQueryBuilder } from 'typeorm';
import type { PartnerId, PlanId, ProductId, StaffId, subscriptions } from '#libs/contracts';
import { wordPatterns } from '#libs/database';
import { Partner, Plan, Product, Submission, Subscription } from './entities';
import { isOpenTo } from './reviewer-groups.repository';
import { isInState } from './subscriptions.repository';

/*
 * What staff looks for. The lists are read in the order of their ids until a page is full, and each filter has an index
 * that the planner may begin with instead:
 *   state of a submission   submissions_by_state (state, id)
 *   partnerId               subscriptions_ever_of_partner (partner_id)
 *   planId, productId       subscriptions_of_plan (plan_id, id), plans_of_product (product_id)
 *   phase                   subscriptions_in_phase (phase, id)
 *   payment=due             subscriptions_unpaid (id)
 *   cancelled, restorable, ended   subscriptions_cancelled (id)
 * Words have none: the names that they are looked for in stand in four tables, and a word may be in any of them. What the
 * other filters leave is looked through (docs/performance.md says how long that takes), and `statement_timeout` is the last
 * bound.
 */

export interface StaffFilters {
  partnerId?: PartnerId;
  productId?: ProductId;
  planId?: PlanId;
  q?: string;
  /** Whose competence limits what is found; null: nobody's. */
  limitedTo: StaffId | null;
}

interface Page {
  after: string | null;
  limit: number;
}

type Submissions = StaffFilters & Page & { state?: subscriptions.SubmissionState };

/** What waits, longest waiting first; everything else newest first. One more than `limit` where there is a next page. */
export function findSubmissions(manager: EntityManager, { state, ...wanted }: Submissions): Promise<Submission[]> {
  const query = manager
    .createQueryBuilder(Submission, 'submission')
    .innerJoin(Subscription, 'subscription', 'subscription.id = submission.subscriptionId');
  if (state) query.andWhere('submission.state = :state', { state });
  narrow(query, wanted);
  return pageOf(query, 'submission', state === 'pending' ? 'ASC' : 'DESC', wanted);
}

type Subscriptions = StaffFilters &
  Page & {
    state: subscriptions.SubscriptionFilter;
    phase?: subscriptions.Phase;
    payment?: subscriptions.PaymentState;
  };

/** Newest first. One more than `limit` where there is a next page. */
export function findSubscriptions(
  manager: EntityManager,
  { state, phase, payment, ...wanted }: Subscriptions,
): Promise<Subscription[]> {
  const query = manager.createQueryBuilder(Subscription, 'subscription').where(isInState[state]);
  if (phase) query.andWhere('subscription.phase = :phase', { phase });
  if (payment) query.andWhere('subscription.paymentState = :payment', { payment });
  narrow(query, wanted);
  return pageOf(query, 'subscription', 'DESC', wanted);
}

/** A partner may be missing: what identity has published of it may still be on its way. */
function narrow<Row extends object>(
  query: SelectQueryBuilder<Row>,
  { partnerId, productId, planId, q, limitedTo }: StaffFilters,
) {
  if (partnerId) query.andWhere('subscription.partnerId = :partnerId', { partnerId });
  if (planId) query.andWhere('subscription.planId = :planId', { planId });
  if (!productId && !q && limitedTo === null) return;
  query.innerJoin(Plan, 'plan', 'plan.id = subscription.planId');
  if (limitedTo !== null) query.andWhere(isOpenTo(':limitedTo'), { limitedTo });
  if (productId) query.andWhere('plan.productId = :productId', { productId });
  if (!q) return;
  query
    .innerJoin(Product, 'product', 'product.id = plan.productId')
    .leftJoin(Partner, 'partner', 'partner.id = subscription.partnerId')
    .andWhere(
      `normalize(concat_ws(' ', partner.name, partner.domain, subscription.name, product.name, plan.name))
         ilike all(cast(:words as text[]))`,
      { words: wordPatterns(q) },
    );
}

function pageOf<Row extends object>(
  query: SelectQueryBuilder<Row>,
  rows: string,
  order: 'ASC' | 'DESC',
  { after, limit }: Page,
): Promise<Row[]> {
  if (after) query.andWhere(`${rows}.id ${order === 'ASC' ? '>' : '<'} :after`, { after });
  return query
    .orderBy(`${rows}.id`, order)
    .limit(limit + 1)
    .getMany();
}
