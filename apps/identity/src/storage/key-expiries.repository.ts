import type { EntityManager } from 'typeorm';
import type { Environment, KeyId, PartnerId } from '#libs/contracts';
import type { Tx } from '#libs/database';
import { nextDays, noticeAt } from '../domain/key-expiry';
import type { AccessKey } from './entities';

/** What is to be told of a key that expires, as it is worked off. */
export interface KeyExpiry {
  id: KeyId;
  partnerId: PartnerId;
  expiresAt: Date;
  nextDays: number;
  endsTokens: boolean;
}

/**
 * Written whenever a key is to expire at another time: what is to be told begins anew, and of what is past by now nothing is.
 * The account is locked.
 */
export async function noteExpiry(tx: Tx, key: AccessKey, endsTokens = false): Promise<void> {
  const { environment, id, partnerId, expiresAt } = key;
  if (!expiresAt) return forgetExpiry(tx, key);
  const next = nextDays(expiresAt, tx.now);
  await tx.manager.query(
    `insert into identity.key_expiries as known
       (environment, id, partner_id, expires_at, next_days, ends_tokens, next_attempt_at)
     values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (environment, id) do update set expires_at = excluded.expires_at, next_days = excluded.next_days,
       ends_tokens = known.ends_tokens or excluded.ends_tokens, next_attempt_at = excluded.next_attempt_at,
       lease_until = null, lease_epoch = known.lease_epoch + 1`,
    [environment, id, partnerId, expiresAt, next, endsTokens, noticeAt(expiresAt, next)],
  );
}

export async function forgetExpiry({ manager }: Tx, { environment, id }: AccessKey): Promise<void> {
  await manager.query('delete from identity.key_expiries where environment = $1 and id = $2', [environment, id]);
}

/** Undefined: there is nothing to tell any more. */
export async function findExpiry(
  manager: EntityManager,
  environment: Environment,
  id: KeyId,
): Promise<KeyExpiry | undefined> {
  const [found] = await manager.query<KeyExpiry[]>(
    `select id, partner_id as "partnerId", expires_at as "expiresAt", next_days as "nextDays", ends_tokens as "endsTokens"
     from identity.key_expiries where environment = $1 and id = $2`,
    [environment, id],
  );
  return found;
}

export async function setNextDays(
  manager: EntityManager,
  environment: Environment,
  id: KeyId,
  days: number,
): Promise<void> {
  await manager.query('update identity.key_expiries set next_days = $3 where environment = $1 and id = $2', [
    ...[environment, id],
    days,
  ]);
}
