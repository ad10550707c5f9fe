import type { PartnerId } from '#libs/contracts';
import type { Tx } from '#libs/database';
import { Subscription } from './entities';

/**
 * Something may have changed in what a partner's account lacks for production: it is looked at once this transaction has
 * ended, and what is under way with an older look is given up. Concerns only whoever has production open.
 *
 * @returns whether it does
 */
export async function lookAgainAt({ manager }: Tx, partnerId: PartnerId): Promise<boolean> {
  const due = await manager.query<unknown[]>(
    `insert into subscriptions.account_looks as look (id, next_attempt_at)
     select $1::uuid, now() where exists (
       select from subscriptions.grants g join subscriptions.subscriptions s on s.id = g.subscription_id
       where s.partner_id = $1 and s.cancelled_at is null and g.environment = 'production')
     on conflict (id) do update
       set next_attempt_at = now(), attempts = 0, lease_until = null, lease_epoch = look.lease_epoch + 1
     returning id`,
    [partnerId],
  );
  return due.length > 0;
}

/** Whether a look is still the last that was begun; until the transaction ends no other begins. */
export async function isLastLook({ manager }: Tx, id: PartnerId, leaseEpoch: string): Promise<boolean> {
  const found = await manager.query<unknown[]>(
    'select 1 from subscriptions.account_looks where id = $1 and lease_epoch = $2 for update',
    [id, leaseEpoch],
  );
  return found.length > 0;
}

/** Of a partner, those that are not cancelled, locked in the order of their IDs. */
export const lockRunningOf = ({ manager }: Tx, partnerId: PartnerId): Promise<Subscription[]> =>
  manager
    .createQueryBuilder(Subscription, 's')
    .where('s.partner_id = :partnerId and s.cancelled_at is null', { partnerId })
    .orderBy('s.id')
    .setLock('pessimistic_write')
    .getMany();
