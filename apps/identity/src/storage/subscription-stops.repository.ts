import type { EntityManager } from 'typeorm';
import type { Environment, identity, PartnerId, SubscriptionId } from '#libs/contracts';

interface Stop {
  environment: Environment;
  partnerId: PartnerId;
  subscriptionId: SubscriptionId;
  /** Of the subscription, after it was cancelled or restored. */
  version: number;
  /** Null: its keys go on. */
  stopped: identity.StopReason | null;
}

/** @returns whether that is news; what is as old as the last that was heard, or older, changes nothing */
export async function noteStop(
  manager: EntityManager,
  { environment, partnerId, subscriptionId, version, stopped }: Stop,
): Promise<boolean> {
  const noted = await manager.query<unknown[]>(
    `insert into identity.subscription_stops as known (environment, subscription_id, partner_id, version, stopped, reason)
     values ($1, $2, $3, $4, $5::text is not null, $5)
     on conflict (environment, partner_id, subscription_id) do update
       set version = excluded.version, stopped = excluded.stopped, reason = excluded.reason
       where known.version < excluded.version
     returning version`,
    [environment, subscriptionId, partnerId, version, stopped],
  );
  return noted.length > 0;
}

/** Why its keys are stopped; null where they are not. */
export async function whyStopped(
  manager: EntityManager,
  { environment, partnerId, subscriptionId }: Omit<Stop, 'version' | 'stopped'>,
): Promise<identity.StopReason | null> {
  const [stop] = await manager.query<{ reason: identity.StopReason | null }[]>(
    'select reason from identity.subscription_stops where environment = $1 and partner_id = $2 and subscription_id = $3 and stopped',
    [environment, partnerId, subscriptionId],
  );
  // Noted before there were reasons, or by a copy of that time.
  return stop ? (stop.reason ?? 'cancelled') : null;
}
