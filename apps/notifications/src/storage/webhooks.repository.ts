import { IsNull, LessThan, type EntityManager } from 'typeorm';
import type { Environment, PartnerId, WebhookId } from '#libs/contracts';
import { Webhook } from './entities';

/** Whose: a partner's account in the environment, or the provider's own (null). */
export interface Owner {
  environment: Environment;
  partnerId: PartnerId | null;
}

const ofOwner = ({ environment, partnerId }: Owner) => ({
  environment,
  partnerId: partnerId ?? IsNull(),
  deletedAt: IsNull(),
});

/** Two who add a webhook to an account at once take turns: both would find room. */
export async function lockWebhooksOf(manager: EntityManager, { environment, partnerId }: Owner): Promise<void> {
  await manager.query('select pg_advisory_xact_lock(hashtextextended($1, 12))', [
    `webhooks of ${partnerId ?? 'the provider'} in ${environment}`,
  ]);
}

export const countWebhooks = (manager: EntityManager, owner: Owner): Promise<number> =>
  manager.countBy(Webhook, ofOwner(owner));

export const pageOfWebhooks = (
  manager: EntityManager,
  owner: Owner,
  after: string | null,
  limit: number,
): Promise<Webhook[]> =>
  manager.find(Webhook, {
    where: { ...ofOwner(owner), ...(after && { id: LessThan(after as WebhookId) }) },
    order: { id: 'DESC' },
    take: limit,
  });

export const findWebhook = (manager: EntityManager, owner: Owner, id: WebhookId): Promise<Webhook | null> =>
  manager.findOneBy(Webhook, { ...ofOwner(owner), id });

/** Whosoever's it is: for staff. */
export const findAnyWebhook = (
  manager: EntityManager,
  environment: Environment,
  id: WebhookId,
): Promise<Webhook | null> => manager.findOneBy(Webhook, { environment, id, deletedAt: IsNull() });

/** Locked: whoever else changes it waits. */
export const lockWebhook = (manager: EntityManager, owner: Owner, id: WebhookId): Promise<Webhook | null> =>
  manager.findOne(Webhook, { where: { ...ofOwner(owner), id }, lock: { mode: 'pessimistic_write' } });

/** That it is looked at now; whoever looks at it already has nothing to write any more. */
const lookNow = 'next_attempt_at = now(), attempts = 0, lease_until = null, lease_epoch = w.lease_epoch + 1';

/** What its owner is told of one. */
export type NamedWebhook = Pick<Webhook, 'id' | 'partnerId' | 'url' | 'description' | 'generation'>;

/**
 * Switches it off, and what waits with it, by the count of its generation: in one row, however much waits. Whoever looks
 * after it sets the deliveries themselves straight. @returns it, where it was on
 */
export async function switchOff(
  manager: EntityManager,
  environment: Environment,
  id: WebhookId,
  reason: NonNullable<Webhook['disabledReason']>,
): Promise<NamedWebhook | undefined> {
  const rows = await manager.query<NamedWebhook[]>(
    `with off as (
       update notifications.webhooks w
       set enabled = false, disabled_reason = $3, generation = w.generation + 1, failing_since = null, warnings = 0,
           ${lookNow}
       where environment = $1 and id = $2 and enabled and deleted_at is null
       returning id, partner_id, url, description, w.generation
     ) select id, partner_id as "partnerId", url, description, generation from off`,
    [environment, id, reason],
  );
  return rows[0];
}

/** @returns those of them that had accepted nothing before */
export function markVerified(
  manager: EntityManager,
  environment: Environment,
  ids: WebhookId[],
): Promise<NamedWebhook[]> {
  return manager.query<NamedWebhook[]>(
    `with fresh as (
       select id from notifications.webhooks
       where environment = $1 and id = any($2) and verified_at is null order by id for no key update
     ), verified as (
       update notifications.webhooks w set verified_at = now()
       from fresh where w.environment = $1 and w.id = fresh.id
       returning w.id, partner_id, url, description, generation
     ) select id, partner_id as "partnerId", url, description, generation from verified order by id`,
    [environment, ids],
  );
}

/** As switched off, and for good; the row goes once nothing of it waits. */
export async function markDeleted(manager: EntityManager, { environment, id }: Webhook): Promise<void> {
  await manager.query(
    `update notifications.webhooks w
     set deleted_at = now(), enabled = false, disabled_reason = coalesce(disabled_reason, 'owner'),
         generation = w.generation + 1, ${lookNow}
     where environment = $1 and id = $2`,
    [environment, id],
  );
}

/** Nothing that it was before counts. */
export async function switchOn(manager: EntityManager, { environment, id }: Webhook): Promise<void> {
  await manager.query(
    `update notifications.webhooks set enabled = true, disabled_reason = null, failing_since = null, warnings = 0
     where environment = $1 and id = $2`,
    [environment, id],
  );
}

export interface WebhookChange {
  url?: string;
  description?: string;
  events?: string[] | null;
}

export async function changeWebhook(
  manager: EntityManager,
  { environment, id }: Webhook,
  change: WebhookChange,
): Promise<void> {
  await manager.update(Webhook, { environment, id }, change);
}

export interface WatchedWebhook extends NamedWebhook, Pick<Webhook, 'enabled' | 'warnings'> {
  deletedAt: Date | null;
  failingSince: Date | null;
  failingMs: number;
}

/** Locked, where whoever asks is the last who looks. */
export async function lockWatched(
  manager: EntityManager,
  environment: Environment,
  id: WebhookId,
  epoch: string,
): Promise<WatchedWebhook | undefined> {
  const rows = await manager.query<WatchedWebhook[]>(
    `select id, partner_id as "partnerId", url, description, generation, enabled, warnings, deleted_at as "deletedAt",
            failing_since as "failingSince",
            coalesce(extract(epoch from now() - failing_since), 0)::float8 * 1000 as "failingMs"
     from notifications.webhooks where environment = $1 and id = $2 and lease_epoch = $3 for update`,
    [environment, id, epoch],
  );
  return rows[0];
}

export async function noteWarnings(
  manager: EntityManager,
  environment: Environment,
  id: WebhookId,
  warnings: number,
): Promise<void> {
  await manager.update(Webhook, { environment, id }, { warnings });
}

/** What it was sent stays for as long as other deliveries do. */
export async function forget(manager: EntityManager, environment: Environment, id: WebhookId): Promise<void> {
  await manager.delete(Webhook, { environment, id });
}

/** Two secrets at most: what was before the last one signs no more, however short its time was. */
export async function replaceSecret(
  manager: EntityManager,
  { environment, id }: Webhook,
  secret: Buffer,
  overlapSeconds: number,
): Promise<Date | null> {
  const [{ until }] = await manager.query<[{ until: Date | null }]>(
    `with replaced as (
       update notifications.webhooks
       set previous_secret = case when $4 > 0 then secret end, secret = $3,
           previous_secret_until = case when $4 > 0 then now() + make_interval(secs => $4) end
       where environment = $1 and id = $2 returning previous_secret_until
     ) select previous_secret_until as until from replaced`,
    [environment, id, secret, overlapSeconds],
  );
  return until;
}
