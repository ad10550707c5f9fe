import { IsNull, type EntityManager } from 'typeorm';
import type { PartnerId, subscriptions, SubscriptionId } from '#libs/contracts';
import { fail, notFound } from '#libs/errors';
import { formAt } from './catalogue.repository';
import { Plan, Subscription, type Product } from './entities';

/** A subscription with what it is a subscription to. */
export interface SubscriptionWithPlan {
  subscription: Subscription;
  plan: Plan;
  product: Product;
}

/** Takes the partner first: a subscription of somebody else's cannot be found, only missed. @throws not_found */
export const getOwn = async (
  manager: EntityManager,
  partnerId: PartnerId,
  id: SubscriptionId,
): Promise<SubscriptionWithPlan> => hold(manager, await manager.findOneBy(Subscription, { partnerId, id }));

/** For staff. @throws not_found */
export const getAny = async (manager: EntityManager, id: SubscriptionId): Promise<SubscriptionWithPlan> =>
  hold(manager, await manager.findOneBy(Subscription, { id }));

const lock = { mode: 'pessimistic_write' } as const;

/**
 * Locked: whatever changes a subscription takes turns here, and decides on what the one before has left.
 * @throws not_found, subscriptions.cancelled
 */
export const lockOwn = async (
  manager: EntityManager,
  partnerId: PartnerId,
  id: SubscriptionId,
): Promise<SubscriptionWithPlan> => requireRunning(await lockOwnEvenCancelled(manager, partnerId, id));

export const lockAny = async (manager: EntityManager, id: SubscriptionId): Promise<SubscriptionWithPlan> =>
  requireRunning(await lockAnyEvenCancelled(manager, id));

export const lockOwnEvenCancelled = async (
  manager: EntityManager,
  partnerId: PartnerId,
  id: SubscriptionId,
): Promise<SubscriptionWithPlan> =>
  hold(manager, await manager.findOne(Subscription, { where: { partnerId, id }, lock }));

export const lockAnyEvenCancelled = async (manager: EntityManager, id: SubscriptionId): Promise<SubscriptionWithPlan> =>
  hold(manager, await manager.findOne(Subscription, { where: { id }, lock }));

/** The form that a subscription's plan has in force. Neither is locked: what is made of it must hold against what is. */
export async function findForm(
  manager: EntityManager,
  partnerId: PartnerId,
  id: SubscriptionId,
): Promise<{ phase: subscriptions.Phase; plan: Plan; form: subscriptions.Form | null } | null> {
  const subscription = await manager.findOneBy(Subscription, { partnerId, id, cancelledAt: IsNull() });
  if (!subscription) return null;
  const { phase, planId } = subscription;
  const plan = await manager.findOneByOrFail(Plan, { id: planId });
  return { phase, plan, form: await formAt(manager, planId, plan.formVersion) };
}

interface OwnPage {
  state: subscriptions.SubscriptionFilter;
  after: string | null;
  limit: number;
}

/** Newest first; one more than `limit` where there is a next page. */
export const listOwn = (
  manager: EntityManager,
  partnerId: PartnerId,
  { state, after, limit }: OwnPage,
): Promise<Subscription[]> => {
  const query = manager
    .createQueryBuilder(Subscription, 'subscription')
    .where(isInState[state])
    .andWhere('subscription.partnerId = :partnerId', { partnerId });
  if (after) query.andWhere('subscription.id < :after', { after });
  return query
    .orderBy('subscription.id', 'DESC')
    .limit(limit + 1)
    .getMany();
};

/** What each filter finds, for partners and staff alike; of a query that calls the rows `subscription`. */
export const isInState: Record<subscriptions.SubscriptionFilter, string> = {
  current: '(subscription.cancelledAt is null or subscription.restorableUntil is not null)',
  running: 'subscription.cancelledAt is null',
  cancelled: 'subscription.cancelledAt is not null',
  restorable: 'subscription.cancelledAt is not null and subscription.restorableUntil is not null',
  ended: 'subscription.cancelledAt is not null and subscription.restorableUntil is null',
  all: 'true',
};

/** @throws subscriptions.cancelled */
export function requireRunning(withPlan: SubscriptionWithPlan): SubscriptionWithPlan {
  const { cancelledAt, restorableUntil } = withPlan.subscription;
  if (!cancelledAt) return withPlan;
  fail(
    'subscriptions.cancelled',
    restorableUntil
      ? 'This subscription is cancelled. Nothing changes in it unless it is restored.'
      : 'This subscription is cancelled for good. Subscribe anew; what happened to it stays readable.',
    { restorableUntil: restorableUntil?.toISOString() ?? null },
  );
}

async function hold(manager: EntityManager, subscription: Subscription | null): Promise<SubscriptionWithPlan> {
  if (!subscription) throw notFound();
  const plan = await manager.findOneOrFail(Plan, { where: { id: subscription.planId }, relations: { product: true } });
  return { subscription, plan, product: plan.product };
}

/**
 * How many a partner has, and ever had. Until the transaction ends nobody else counts them: who makes one more takes turns,
 * in whichever account they are.
 */
export async function countForOneMore(
  manager: EntityManager,
  partnerId: PartnerId,
): Promise<{ live: number; ever: number }> {
  await manager.query(`select pg_advisory_xact_lock(hashtextextended($1, 11))`, [`subscriptions of ${partnerId}`]);
  const [counted] = await manager.query<[{ live: number; ever: number }]>(
    `select count(*) filter (where cancelled_at is null)::int as live, count(*)::int as ever
     from subscriptions.subscriptions where partner_id = $1`,
    [partnerId],
  );
  return counted;
}
