import { IsNull, type EntityManager } from 'typeorm';
import type { AccountId, Environment, KeyId } from '#libs/contracts';
import type { Tx } from '#libs/database';
import { notFound } from '#libs/errors';
import { AccessKey } from './entities';

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

export const liveKeysOf = (
  manager: EntityManager,
  environment: Environment,
  accountId: AccountId,
): Promise<AccessKey[]> => manager.findBy(AccessKey, { environment, accountId, deletedAt: IsNull() });

/** Ends a key: its slot is free and its secret forgotten. */
export async function markDeleted({ manager, now }: Tx, key: AccessKey): Promise<void> {
  await manager.update(
    AccessKey,
    { environment: key.environment, id: key.id },
    { deletedAt: now, secretHash: Buffer.alloc(32), version: key.version + 1 },
  );
}
