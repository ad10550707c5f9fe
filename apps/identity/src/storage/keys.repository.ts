import { IsNull, type EntityManager } from 'typeorm';
import type { AccountId, Environment, identity, KeyId } from '#libs/contracts';
import { notFound } from '#libs/errors';
import { maskedSecret } from '../domain/credentials';
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
export async function markDeleted(manager: EntityManager, key: AccessKey): Promise<void> {
  await manager.update(
    AccessKey,
    { environment: key.environment, id: key.id },
    { deletedAt: new Date(), secretHash: Buffer.alloc(32), version: key.version + 1 },
  );
}

export const describeKey = (key: AccessKey, domain: string): identity.Key => ({
  id: key.id,
  name: key.name,
  environment: key.environment,
  applicationId: key.applicationId,
  maskedSecret: maskedSecret(key.environment, key.secretHint),
  domain,
  subscriptionId: key.subscriptionId,
  createdAt: key.createdAt.toISOString(),
  createdBy: key.createdBy,
  renewedAt: key.renewedAt?.toISOString() ?? null,
});

/** The only place where a secret meets a reply. */
export const describeWithSecret = (key: AccessKey, domain: string, secret: string): identity.KeyWithSecret => ({
  ...describeKey(key, domain),
  applicationSecret: secret,
  secretAlreadyShown: false,
  warning: 'Save the secret now: it is not shown again.',
});

/** What a repetition is answered with (Idempotency-Key): the secret was shown, once. */
export const withoutSecret = (reply: identity.KeyWithSecret): identity.KeyWithSecret => ({
  ...reply,
  applicationSecret: null,
  secretAlreadyShown: true,
  warning: 'The secret was shown once. If it was lost, regenerate the key or rotate its secret.',
});

/** The members every key fact has. */
export const keyFact = (key: AccessKey) => ({
  partnerId: key.partnerId,
  accountId: key.accountId,
  subscriptionId: key.subscriptionId,
  keyId: key.id,
  keyName: key.name,
  applicationId: key.applicationId,
});
