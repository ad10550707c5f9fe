import { In, type EntityManager } from 'typeorm';
import type { PartnerId } from '#libs/contracts';
import type { Tx } from '#libs/database';
import { Partner } from './entities';

/** @returns whether that was news: what is as old as what is known, or older, changes nothing */
export async function keepPartner(tx: Tx, partner: Partner): Promise<boolean> {
  const { id, name, domain, verified, suspended, version } = partner;
  const kept = await tx.manager.query<unknown[]>(
    `insert into subscriptions.partners as known (id, name, domain, verified, suspended, version)
     values ($1, $2, $3, $4, $5, $6)
     on conflict (id) do update set name = excluded.name, domain = excluded.domain, verified = excluded.verified,
         suspended = excluded.suspended, version = excluded.version
       where known.version < excluded.version
     returning id`,
    [id, name, domain, verified, suspended, version],
  );
  return kept.length > 0;
}

export const findPartners = (manager: EntityManager, ids: readonly PartnerId[]): Promise<Partner[]> =>
  manager.findBy(Partner, { id: In(ids) });
