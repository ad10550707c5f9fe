import type { EntityManager } from 'typeorm';
import type { Environment, SubscriptionId } from '#libs/contracts';
import type { Tx } from '#libs/database';
import { Grant } from './entities';

export const hasGrant = (
  manager: EntityManager,
  subscriptionId: SubscriptionId,
  environment: Environment,
): Promise<boolean> => manager.existsBy(Grant, { subscriptionId, environment });

export async function closeGrant(tx: Tx, subscriptionId: SubscriptionId, environment: Environment): Promise<void> {
  await tx.manager.delete(Grant, { subscriptionId, environment });
}

export async function openGrant(tx: Tx, subscriptionId: SubscriptionId, environment: Environment): Promise<void> {
  await tx.manager.insert(Grant, { subscriptionId, environment, openedAt: tx.now });
}
