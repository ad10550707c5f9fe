import type { EntityManager } from 'typeorm';
import type { Environment, EventId, PartnerId } from '#libs/contracts';

/**
 * For good: what is remembered of other events goes when nobody can publish them again (docs/retention.md), and who publishes
 * these has no memory of its own. @returns those that were not told before
 */
export async function noteOnceEvents(
  manager: EntityManager,
  environment: Environment,
  events: { id: EventId; partnerId: PartnerId }[],
): Promise<Set<EventId>> {
  if (events.length === 0) return new Set();
  const rows = await manager.query<{ id: EventId }[]>(
    `insert into notifications.once_events (environment, partner_id, event_id)
       select $1, "partnerId", id from jsonb_to_recordset($2::jsonb) as event (id uuid, "partnerId" uuid) order by id
     on conflict do nothing returning event_id as id`,
    [environment, JSON.stringify(events)],
  );
  return new Set(rows.map(({ id }) => id));
}
