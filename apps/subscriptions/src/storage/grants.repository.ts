import type { EntityManager } from 'typeorm';
import { subscriptions, type Actor, type Environment, type SubscriptionId } from '#libs/contracts';
import type { Tx } from '#libs/database';
import { lockReasons } from '../domain/production-lock';
import { Grant } from './entities';
import { aggregateOf, subscriptionFact, type Held } from './subscriptions.repository';
import { advance } from './transitions.repository';

export const hasGrant = (
  manager: EntityManager,
  subscriptionId: SubscriptionId,
  environment: Environment,
): Promise<boolean> => manager.existsBy(Grant, { subscriptionId, environment });

export async function openGrant(tx: Tx, subscriptionId: SubscriptionId, environment: Environment): Promise<void> {
  await tx.manager.insert(Grant, { subscriptionId, environment, openedAt: new Date() });
}

/** B34, B46: opens the production grant, records and tells it, once nothing is lacking. */
export async function openProductionIfNothingLacks(tx: Tx, held: Held, by: Actor): Promise<Held> {
  const { subscription, plan } = held;
  if (subscription.phase !== 'production' || lockReasons(plan, subscription).length > 0) return held;
  await openGrant(tx, subscription.id, 'production');
  const unlocked = await advance(tx, held, { action: 'production_unlocked', to: 'production', by });
  await tx.emit(subscriptions.productionUnlocked, aggregateOf(unlocked), subscriptionFact(unlocked, by));
  return unlocked;
}
