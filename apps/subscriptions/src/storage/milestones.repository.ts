import type { EntityManager } from 'typeorm';
import type { PartnerId, subscriptions } from '#libs/contracts';
import type { Tx } from '#libs/database';

interface Reached {
  partnerId: PartnerId;
  milestone: subscriptions.Milestone;
  at: Date | string;
  requestId?: string;
}

/** The earliest counts, in whatever order it becomes known. @returns whether that was news */
export async function reachMilestone(
  { manager }: Tx,
  { partnerId, milestone, at, requestId }: Reached,
): Promise<boolean> {
  const reached = await manager.query<unknown[]>(
    `insert into subscriptions.milestones as known (partner_id, milestone, reached_at, request_id) values ($1, $2, $3, $4)
     on conflict (partner_id, milestone) do update set reached_at = excluded.reached_at, request_id = excluded.request_id
       where known.reached_at > excluded.reached_at
     returning partner_id`,
    [partnerId, milestone, at, requestId ?? null],
  );
  return reached.length > 0;
}

export function milestonesOf(
  manager: EntityManager,
  partnerId: PartnerId,
): Promise<{ milestone: subscriptions.Milestone; reachedAt: Date; requestId: string | null }[]> {
  return manager.query(
    `select milestone, reached_at as "reachedAt", request_id as "requestId" from subscriptions.milestones where partner_id = $1`,
    [partnerId],
  );
}
