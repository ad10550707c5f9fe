import { LessThan, type EntityManager } from 'typeorm';
import type { DeliveryId, Environment, EventId, notifications, PartnerId, WebhookId } from '#libs/contracts';
import { notFound } from '#libs/errors';
import type { Claimed, Work } from '#libs/events';
import { Delivery, type Webhook } from './entities';

/** What an attempt needs to know, read when it is claimed. */
export interface DueDelivery extends Work {
  webhook_id: WebhookId;
  event_id: EventId;
  partner_id: PartnerId | null;
  is_failing: boolean;
  /** Whether it has never accepted anything. */
  is_new: boolean;
  url: string;
  secret: Buffer;
  /** While a rotation lasts. */
  previous_secret: Buffer | null;
  body: string;
}

export interface Bulkheads {
  /** All in all. */
  free: number;
  /** Of these to webhooks that fail: dead ones cannot take every place. */
  freeForFailing: number;
  /** Under way at once to one webhook, from all copies. */
  ofWebhook: number;
  /** To all of one partner. */
  ofPartner: number;
  leaseSeconds: number;
}

/** One that fails is tried one at a time: it may be dead, and each attempt takes its whole deadline. */
const ofFailingWebhook = 1;

/**
 * One that has accepted nothing for a second is tried once a second: who refuses at once would be tried as fast as it
 * refuses, for as long as anything waits. Who refuses some and accepts others is not slowed down.
 */
const pauseSeconds = 1;

/**
 * That of the index of what waits. By the webhook alone, Postgres walks the index of all deliveries where many wait,
 * and reads past whatever was delivered to each webhook before.
 */
const walkingOrder = 'order by webhook_id, generation, next_attempt_at, id';

/**
 * Webhook by webhook, so that it does not matter how much waits for another. Of each, the oldest that are due are looked at, as
 * many as may be under way at once, those that are leased among them: what is over takes its place. Partners take turns;
 * those whose webhooks work come first. Copies that claim at once get different rows.
 */
export const claimStatement = `
  with recursive waiting (webhook_id) as (
    (select webhook_id from notifications.deliveries
     where environment = $1 and next_attempt_at is not null ${walkingOrder} limit 1)
    union all
    select (select d.webhook_id from notifications.deliveries d
            where d.environment = $1 and d.next_attempt_at is not null and d.webhook_id > waiting.webhook_id
            ${walkingOrder} limit 1)
    from waiting where waiting.webhook_id is not null
  ), heads as (
    select head.id, w.partner_id, w.failing_since is not null as is_failing, head.next_attempt_at,
           head.lease_until is null or head.lease_until <= now() as is_free
    from waiting
    join notifications.webhooks w on w.environment = $1 and w.id = waiting.webhook_id and w.enabled
      and w.deleted_at is null and (w.failing_since is null or w.paused_until is null or w.paused_until <= now())
    cross join lateral (
      select d.id, d.next_attempt_at, d.lease_until from notifications.deliveries d
      where d.environment = $1 and d.webhook_id = w.id and d.generation = w.generation and d.next_attempt_at <= now()
      order by d.next_attempt_at, d.id limit case when w.failing_since is null then $4::int else ${ofFailingWebhook} end
    ) head
  ), turns as (
    select *, row_number() over (partition by partner_id order by is_free, next_attempt_at) as turn from heads
  ), free as (
    select *, row_number() over (partition by is_failing order by turn, next_attempt_at) as place
    from turns where is_free and turn <= $5
  ), claimed as (
    update notifications.deliveries d
    set lease_until = now() + make_interval(secs => $6), lease_epoch = d.lease_epoch + 1, attempts = d.attempts + 1
    where d.environment = $1 and d.id in (
      select id from notifications.deliveries
      where environment = $1 and next_attempt_at <= now() and (lease_until is null or lease_until <= now())
        and id = any (array(
          select id from free where not is_failing or place <= $3 order by is_failing, turn, next_attempt_at limit $2))
      for update skip locked)
    returning d.id, d.webhook_id, d.event_id, d.attempts, d.lease_epoch
  )
  select claimed.*, w.partner_id, w.failing_since is not null as is_failing, w.verified_at is null as is_new, w.url, w.secret,
         case when w.previous_secret_until > now() then w.previous_secret end as previous_secret, event.body
  from claimed
  join notifications.webhooks w on w.environment = $1 and w.id = claimed.webhook_id
  join notifications.public_events event on event.environment = $1 and event.id = claimed.event_id`;

export async function claimDeliveries(
  pool: { query<Row extends object>(text: string, values: unknown[]): Promise<{ rows: Row[] }> },
  environment: Environment,
  { free, freeForFailing, ofWebhook, ofPartner, leaseSeconds }: Bulkheads,
): Promise<Claimed<DueDelivery>[]> {
  const { rows } = await pool.query<Claimed<DueDelivery>>(claimStatement, [
    ...[environment, free, freeForFailing, ofWebhook, ofPartner, leaseSeconds],
  ]);
  return rows;
}

/** An attempt that is over. */
export interface MadeAttempt {
  id: string;
  /** Under which it was made. */
  epoch: string;
  partnerId: PartnerId | null;
  webhookId: WebhookId;
  state: notifications.DeliveryState;
  /** Null: it is not tried again. */
  retrySeconds: number | null;
  at: string;
  status: number | null;
  latencyMs: number;
  excerpt: string | null;
  error: string | null;
}

/**
 * What became of attempts, however many, in one statement. The log has each that was made; the delivery what the newest
 * epoch says. A webhook fails from its first failure after a success until its next success.
 */
export async function recordAttempts(
  manager: EntityManager,
  environment: Environment,
  made: MadeAttempt[],
): Promise<void> {
  await lockWhatTurns(manager, environment, made);
  await manager.query(
    `with made as (
       select * from jsonb_to_recordset($2::jsonb) as made (id uuid, epoch bigint, "partnerId" uuid, "webhookId" uuid, state text,
         "retrySeconds" float8, at timestamptz, status integer, "latencyMs" integer, excerpt text, error text)
     ), logged as (
       insert into notifications.delivery_attempts
         (environment, partner_id, delivery_id, number, at, status, latency_ms, excerpt, error)
       select $1, "partnerId", id, epoch, at, status, "latencyMs", excerpt, error from made
       on conflict (environment, delivery_id, number) do nothing
     ), turned as (
       select "webhookId" as id, bool_or(error is null) as works from made group by 1
     ), paused as (
       update notifications.webhooks w set paused_until = now() + make_interval(secs => ${pauseSeconds})
       from turned
       where w.environment = $1 and w.id = turned.id and not works
         and w.failing_since < now() - make_interval(secs => ${pauseSeconds})
     ), marked as (
       update notifications.webhooks w
       set failing_since = case when not works then now() end, warnings = 0,
           -- Something else may be to be looked at before; and who finds that it works again has nothing to do.
           next_attempt_at = case when works then w.next_attempt_at
             else least(w.next_attempt_at, now() + interval '1 day') end,
           lease_until = null, lease_epoch = w.lease_epoch + 1
       from turned
       where w.environment = $1 and w.id = turned.id and works = (w.failing_since is not null) and w.enabled
         and w.deleted_at is null
     )
     update notifications.deliveries d
     set state = made.state, last_status = made.status, lease_until = null,
         next_attempt_at = now() + make_interval(secs => made."retrySeconds")
     from made
     where d.environment = $1 and d.id = made.id and d.lease_epoch = made.epoch
       and (d.state = 'waiting' or made.state = 'delivered')`,
    [environment, JSON.stringify(made)],
  );
}

/** In their order, as who turns or is paused is written: two copies that write at once would wait for each other in a circle. */
async function lockWhatTurns(manager: EntityManager, environment: Environment, made: MadeAttempt[]): Promise<void> {
  const working = new Set(made.filter(({ error }) => error === null).map(({ webhookId }) => webhookId));
  const all = [...new Set(made.map(({ webhookId }) => webhookId))];
  await manager.query(
    `select from notifications.webhooks
     where environment = $1 and id = any ($2) and (failing_since is not null or not id = any ($3))
     order by id for no key update`,
    [environment, all, [...working]],
  );
}

/** Of generations before: switched off, or deleted. @returns how many */
export async function endStale(
  manager: EntityManager,
  environment: Environment,
  webhookId: WebhookId,
  atMost: number,
): Promise<number> {
  const [{ count }] = await manager.query<[{ count: number }]>(
    `with ended as (
       update notifications.deliveries d set state = 'ended', next_attempt_at = null, lease_until = null
       where d.environment = $1 and d.id = any (array(
         select d.id from notifications.deliveries d
         join notifications.webhooks w on w.environment = $1 and w.id = d.webhook_id
         where d.environment = $1 and d.webhook_id = $2 and d.generation < w.generation
           and d.next_attempt_at is not null
         limit $3 for update of d))
       returning 1
     ) select count(*)::int as count from ended`,
    [environment, webhookId, atMost],
  );
  return count;
}

/** From the first attempt on, the same body; whatever it was sent for before. */
const again = `generation = w.generation, state = 'waiting', attempts = 0, next_attempt_at = now(), lease_until = null`;

/** One that is being sent at this moment is what is asked for already. */
export async function replayOne(
  manager: EntityManager,
  environment: Environment,
  webhookId: WebhookId,
  id: DeliveryId,
): Promise<void> {
  await manager.query(
    `update notifications.deliveries d set ${again} from notifications.webhooks w
     where d.environment = $1 and d.webhook_id = $2 and d.id = $3 and w.environment = $1 and w.id = d.webhook_id
       and (d.lease_until is null or d.lease_until <= now())`,
    [environment, webhookId, id],
  );
}

/** Whatever failed, or was ended, oldest first. @returns how many; as many as it may: there may be more */
export async function replaySince(
  manager: EntityManager,
  environment: Environment,
  webhookId: WebhookId,
  since: string,
  atMost: number,
): Promise<number> {
  const [{ count }] = await manager.query<[{ count: number }]>(
    `with replayed as (
       update notifications.deliveries d set ${again} from notifications.webhooks w
       where d.environment = $1 and w.environment = $1 and w.id = d.webhook_id and d.id = any (array(
         select id from notifications.deliveries
         where environment = $1 and webhook_id = $2 and state in ('failed', 'ended') and created_at >= $3
         order by created_at limit $4 for update))
       returning 1
     ) select count(*)::int as count from replayed`,
    [environment, webhookId, since, atMost],
  );
  return count;
}

export interface LoggedAttempt {
  at: Date;
  status: number | null;
  latency_ms: number;
  excerpt: string | null;
  error: string | null;
}

/** The newest first. */
export const attemptsOf = (
  manager: EntityManager,
  environment: Environment,
  id: DeliveryId,
  atMost: number,
): Promise<LoggedAttempt[]> =>
  manager.query(
    `select at, status, latency_ms, excerpt, error from notifications.delivery_attempts
     where environment = $1 and delivery_id = $2 order by number desc limit $3`,
    [environment, id, atMost],
  );

export const pageOfDeliveries = (
  manager: EntityManager,
  { environment, id: webhookId }: Webhook,
  state: notifications.DeliveryState | undefined,
  after: string | null,
  limit: number,
): Promise<Delivery[]> =>
  manager.find(Delivery, {
    where: { environment, webhookId, ...(state && { state }), ...(after && { id: LessThan(after as DeliveryId) }) },
    order: { id: 'DESC' },
    take: limit,
  });

/** @throws not_found */
export async function requireDelivery(
  manager: EntityManager,
  { environment, id: webhookId }: Webhook,
  id: DeliveryId,
): Promise<Delivery> {
  const delivery = await manager.findOneBy(Delivery, { environment, webhookId, id });
  if (!delivery) throw notFound();
  return delivery;
}
