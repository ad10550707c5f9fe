import { IsNull } from 'typeorm';
import { identity, type Actor, type Environment, type PartnerId, type SubscriptionId } from '#libs/contracts';
import type { Tx } from '#libs/database';
import { findStanding, lockStanding } from './storage/accounts.repository';
import { AccessKey } from './storage/entities';
import { keyFact, markDeleted } from './storage/keys.repository';

interface Ended {
  environment: Environment;
  partnerId: PartnerId;
  subscriptionId: SubscriptionId;
  by: Actor;
}

/**
 * Ends every key of a subscription in one environment and lets none be made any more. Asked by `subscriptions` and
 * told by event, whichever comes first; safe to repeat.
 */
export async function endKeysOf(tx: Tx, { environment, partnerId, subscriptionId, by }: Ended): Promise<void> {
  await tx.manager.query(
    `insert into identity.ended_subscriptions (environment, subscription_id, partner_id) values ($1, $2, $3) on conflict do nothing`,
    [environment, subscriptionId, partnerId],
  );
  const keys = { environment, partnerId, subscriptionId, deletedAt: IsNull() };
  // A partner without a sandbox has no keys there, and no account to take turns on.
  if (!(await findStanding(tx.manager, environment, partnerId))) return;
  await lockStanding(tx.manager, environment, partnerId);
  for (const key of await tx.manager.findBy(AccessKey, keys)) {
    await markDeleted(tx.manager, key);
    await tx.emit(
      identity.keyDeleted,
      { id: key.id, version: key.version + 1 },
      { ...keyFact(key), revokeTokens: false, by },
    );
  }
}
