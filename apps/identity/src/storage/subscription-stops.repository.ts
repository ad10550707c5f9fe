import type { EntityManager } from 'typeorm';
import type { Environment, PartnerId, SubscriptionId } from '#libs/contracts';

interface Stop {
  environment: Environment;
  partnerId: PartnerId;
  subscriptionId: SubscriptionId;
  /** Of the subscription, after it was cancelled or restored. */
  version: number;
  stopped: boolean;
}

/** @returns whether that is news; what is as old as the last that was heard, or older, changes nothing */
export async function noteStop(
  manager: EntityManager,
  { environment, partnerId, subscriptionId, version, stopped }: Stop,
): Promise<boolean> {
  const noted = await manager.query<unknown[]>(
    `insert into identity.subscription_stops as known (environment, subscription_id, partner_id, version, stopped)
     values ($1, $2, $3, $4, $5)
     on conflict (environment, partner_id, subscription_id) do update set version = excluded.version, stopped = excluded.stopped
       where known.version < excluded.version
     returning version`,
    [environment, subscriptionId, partnerId, version, stopped],
  );
  return noted.length > 0;
}

export async function isStopped(
  manager: EntityManager,
  { environment, partnerId, subscriptionId }: Omit<Stop, 'version' | 'stopped'>,
): Promise<boolean> {
  const stops = await manager.query<unknown[]>(
    'select 1 from identity.subscription_stops where environment = $1 and partner_id = $2 and subscription_id = $3 and stopped',
    [environment, partnerId, subscriptionId],
  );
  return stops.length > 0;
}
