import { subscriptions, type Actor } from '#libs/contracts';
import type { Tx } from '#libs/database';
import { productionBlockers } from '../domain/production-blockers';
import { lookAgainAt } from '../storage/account-looks.repository';
import { openProductionGrant } from '../storage/grants.repository';
import type { SubscriptionWithPlan } from '../storage/subscriptions.repository';
import { advance } from '../storage/transitions.repository';
import type { AccountSides } from '../domain/account-side';
import { aggregateOf, subscriptionEventData } from '../views/subscription.event-data';

/** B34, B46: opens the production grant, records and tells it, once nothing is lacking. */
export async function openProductionIfNothingLacks(
  tx: Tx,
  withPlan: SubscriptionWithPlan,
  by: Actor,
  sides: AccountSides,
): Promise<SubscriptionWithPlan> {
  const { subscription, plan } = withPlan;
  if (subscription.phase !== 'production' || productionBlockers(plan, subscription).length > 0) return withPlan;
  const missing = sides(subscription).blockers;
  await openProductionGrant(tx, subscription.id, missing);
  // What was asked before this transaction may have changed meanwhile.
  await lookAgainAt(tx, subscription.partnerId);
  const unlocked = await advance(tx, withPlan, { action: 'production_unlocked', to: 'production', by });
  await tx.publishEvent(subscriptions.productionUnlocked, aggregateOf(unlocked), {
    ...subscriptionEventData(unlocked, by),
    missing,
  });
  return unlocked;
}
