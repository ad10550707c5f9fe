import { IsNull, type EntityManager } from 'typeorm';
import type { AccountId, Environment, KeyId, SubscriptionId } from '#libs/contracts';
import type { Tx } from '#libs/database';
import { notFound } from '#libs/errors';
import { noOverlap } from '../domain/overlap';
import { AccessKey } from './entities';
import { forgetExpiry } from './key-expiries.repository';

/** Takes the account first: a key of somebody else's cannot be found, only missed. */
export async function getOwnKey(
  manager: EntityManager,
  environment: Environment,
  accountId: AccountId,
  id: KeyId,
): Promise<AccessKey> {
  const key = await manager.findOneBy(AccessKey, { environment, accountId, id, deletedAt: IsNull() });
  if (!key) throw notFound();
  return key;
}

/** Those whose slots are counted together: the account's (null), or those of a subscription that has its own. */
export const keysInSlotsOf = (
  manager: EntityManager,
  { environment, accountId }: { environment: Environment; accountId: AccountId },
  slotsOf: SubscriptionId | null,
): Promise<AccessKey[]> =>
  manager.findBy(AccessKey, { environment, accountId, slotsOf: slotsOf ?? IsNull(), deletedAt: IsNull() });

/** Ends a key: its slot is free and its secrets forgotten. */
export async function markDeleted(tx: Tx, key: AccessKey): Promise<void> {
  const { manager, now } = tx;
  await forgetExpiry(tx, key);
  await manager.update(
    AccessKey,
    { environment: key.environment, id: key.id },
    { deletedAt: now, secretHash: Buffer.alloc(32), ...noOverlap, version: key.version + 1 },
  );
}
