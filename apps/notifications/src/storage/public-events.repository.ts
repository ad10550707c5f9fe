import type { EntityManager } from 'typeorm';
import type { Environment, EventId, PartnerId, WebhookId } from '#libs/contracts';

/** What is told, as it is sent. */
export interface PublicEventRow {
  id: EventId;
  /** Null: the provider alone is concerned. */
  partnerId: PartnerId | null;
  type: string;
  body: string;
  occurredAt: string;
}

/** Once, whoever tells it again. */
export async function insertPublicEvents(
  manager: EntityManager,
  environment: Environment,
  events: PublicEventRow[],
): Promise<void> {
  await manager.query(
    `insert into notifications.public_events (environment, id, partner_id, type, body, occurred_at)
     select $1, id, "partnerId", type, body, "occurredAt"
     from jsonb_to_recordset($2::jsonb)
       as event (id uuid, "partnerId" uuid, type text, body text, "occurredAt" timestamptz)
     on conflict (environment, id) do nothing`,
    [environment, JSON.stringify(events)],
  );
}

/**
 * One delivery of each event for each webhook that wants it: those of the partner's account and the provider's own; of what
 * concerns the provider alone, its own.
 * What is told of a webhook is not sent to it.
 *
 * @returns how many
 */
export async function insertDeliveries(
  manager: EntityManager,
  environment: Environment,
  events: (Pick<PublicEventRow, 'id' | 'partnerId' | 'type'> & { about?: WebhookId | undefined })[],
  newIds: (count: number) => string[],
): Promise<number> {
  const wanted = await manager.query<object[]>(
    `select w.id as "webhookId", w.partner_id as "partnerId", w.generation, event.id as "eventId", event.type
     from jsonb_to_recordset($2::jsonb) as event (id uuid, "partnerId" uuid, type text, about uuid)
     join notifications.webhooks w on w.environment = $1 and w.enabled and w.deleted_at is null
       and (w.partner_id = event."partnerId" or w.partner_id is null)
       and (w.events is null or event.type = any (w.events)) and w.id is distinct from event.about`,
    [environment, JSON.stringify(events)],
  );
  if (wanted.length === 0) return 0;
  const ids = newIds(wanted.length);
  await insertThese(
    manager,
    environment,
    wanted.map((one, index) => ({ ...one, id: ids[index] })),
  );
  return wanted.length;
}

/** Each is due at once. What was switched off meanwhile is of a generation that is sent no more. */
async function insertThese(manager: EntityManager, environment: Environment, deliveries: object[]): Promise<void> {
  await manager.query(
    `insert into notifications.deliveries
       (environment, id, partner_id, webhook_id, generation, event_id, type, next_attempt_at)
     select $1, id, "partnerId", "webhookId", generation, "eventId", type, now()
     from jsonb_to_recordset($2::jsonb)
       as delivery (id uuid, "partnerId" uuid, "webhookId" uuid, generation integer, "eventId" uuid, type text)
     on conflict (environment, webhook_id, event_id) do nothing`,
    [environment, JSON.stringify(deliveries)],
  );
}

/** For this webhook, whatever its filter. */
export const insertDelivery = (
  manager: EntityManager,
  environment: Environment,
  delivery: {
    id: string;
    partnerId: PartnerId | null;
    webhookId: WebhookId;
    generation: number;
    eventId: EventId;
    type: string;
  },
): Promise<void> => insertThese(manager, environment, [delivery]);

export async function bodyOf(manager: EntityManager, environment: Environment, eventId: EventId): Promise<string> {
  const rows = await manager.query<{ body: string }[]>(
    'select body from notifications.public_events where environment = $1 and id = $2',
    [environment, eventId],
  );
  return rows[0]?.body ?? '';
}
