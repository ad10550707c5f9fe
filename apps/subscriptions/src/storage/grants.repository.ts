import { In, type EntityManager } from 'typeorm';
import type { Environment, identity, SubscriptionId } from '#libs/contracts';
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

export async function openSandboxGrant(tx: Tx, subscriptionId: SubscriptionId): Promise<void> {
  await tx.manager.insert(Grant, { subscriptionId, environment: 'sandbox', openedAt: tx.now });
}

/** With what the partner is told to be missing yet. */
export async function openProductionGrant(
  tx: Tx,
  subscriptionId: SubscriptionId,
  publishedMissing: identity.AccountBlocker[],
): Promise<void> {
  await tx.manager.insert(Grant, { subscriptionId, environment: 'production', openedAt: tx.now, publishedMissing });
}

/** Of those whose production is open. */
export const productionGrantsOf = ({ manager }: Tx, ids: SubscriptionId[]): Promise<Grant[]> =>
  manager.find(Grant, {
    where: { subscriptionId: In(ids), environment: 'production' },
    order: { subscriptionId: 'ASC' },
  });

export async function notePublished(
  { manager }: Tx,
  subscriptionId: SubscriptionId,
  publishedMissing: identity.AccountBlocker[],
): Promise<void> {
  await manager.update(Grant, { subscriptionId, environment: 'production' }, { publishedMissing });
}
