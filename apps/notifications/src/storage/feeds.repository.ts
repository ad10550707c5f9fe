import type { EntityManager } from 'typeorm';
import { notifications, type Environment, type EventId, type PartnerId, type SubscriptionId } from '#libs/contracts';
import type { FeedEntry, KnownVersion, VersionEntry } from '../domain/feed-order';

const { everyone } = notifications;

/** How long is waited for what an event follows. By then it was given up, or a copy without feeds has taken it. */
const heldBackSeconds = 300;

/** Keeps everybody else from the ends of these feeds until the commit. In one order, so that nobody waits in a circle. */
export async function lockFeeds(manager: EntityManager, environment: Environment, partnerIds: PartnerId[]) {
  await manager.query(
    // Rows that are there are locked though nothing is changed.
    `insert into notifications.feeds as f (environment, partner_id)
     select $1, id from unnest($2::uuid[]) as partner (id) order by id
     on conflict (environment, partner_id) do update set last_number = f.last_number where false`,
    [environment, partnerIds],
  );
}

/** Of those of which anything is known. */
export async function versionsInFeed(
  manager: EntityManager,
  environment: Environment,
  subscriptionIds: SubscriptionId[],
): Promise<Map<SubscriptionId, number | null>> {
  const rows = await manager.query<{ id: SubscriptionId; version: number | null }[]>(
    `select subscription_id as id, version from notifications.fed_subscriptions
     where environment = $1 and subscription_id = any($2)`,
    [environment, subscriptionIds],
  );
  return new Map(rows.map(({ id, version }) => [id, version]));
}

export const heldBack = (
  manager: EntityManager,
  environment: Environment,
  subscriptionIds: SubscriptionId[],
): Promise<VersionEntry[]> =>
  manager.query<VersionEntry[]>(
    `select id as "eventId", partner_id as "partnerId", subscription_id as "subscriptionId", version, follows
     from notifications.held_back where environment = $1 and subscription_id = any($2)`,
    [environment, subscriptionIds],
  );

export async function holdBack(
  manager: EntityManager,
  environment: Environment,
  entries: VersionEntry[],
): Promise<void> {
  if (entries.length === 0) return;
  await manager.query(
    `insert into notifications.held_back
       (environment, id, partner_id, subscription_id, version, follows, next_attempt_at)
     select $1, "eventId", "partnerId", "subscriptionId", version, follows, now() + make_interval(secs => $3)
     from jsonb_to_recordset($2::jsonb)
       as entry ("eventId" uuid, "partnerId" uuid, "subscriptionId" uuid, version integer, follows integer)
     on conflict (environment, id) do nothing`,
    [environment, JSON.stringify(entries), heldBackSeconds],
  );
}

export async function holdBackNoLonger(
  manager: EntityManager,
  environment: Environment,
  eventIds: EventId[],
): Promise<void> {
  if (eventIds.length === 0) return;
  await manager.query('delete from notifications.held_back where environment = $1 and id = any($2)', [
    environment,
    eventIds,
  ]);
}

export async function noteVersions(
  manager: EntityManager,
  environment: Environment,
  versions: ReadonlyMap<SubscriptionId, KnownVersion>,
): Promise<void> {
  if (versions.size === 0) return;
  await manager.query(
    `insert into notifications.fed_subscriptions as f (environment, subscription_id, partner_id, version)
     select $1, id, partner_id, version
     from unnest($2::uuid[], $3::uuid[], $4::integer[]) as subscription (id, partner_id, version)
     on conflict (environment, subscription_id) do update set version = greatest(f.version, excluded.version)`,
    [
      environment,
      [...versions.keys()],
      [...versions.values()].map(({ partnerId }) => partnerId),
      [...versions.values()].map(({ version }) => version),
    ],
  );
}

/**
 * Puts entries at the end, in their order: of their partners' feeds, which are locked, and of that of everyone, which is
 * locked from here to the commit. Who commits later has the higher numbers, so a reader who stops at one misses nothing.
 */
export async function appendToFeeds(
  manager: EntityManager,
  environment: Environment,
  entries: readonly FeedEntry[],
): Promise<void> {
  if (entries.length === 0) return;
  await manager.query(
    `with given as (
       select *, row_number() over (partition by "partnerId" order by place) as nth
       from jsonb_to_recordset($2::jsonb)
         as entry ("eventId" uuid, "partnerId" uuid, "subscriptionId" uuid, place integer)
     ), counted as (
       select "partnerId", count(*) as entries from given where "partnerId" is not null group by 1
     ), feed as (
       update notifications.feeds f set last_number = f.last_number + counted.entries
       from counted where f.environment = $1 and f.partner_id = counted."partnerId"
       returning f.partner_id, f.last_number - counted.entries as before
     ), everyones as (
       insert into notifications.feeds as f (environment, partner_id, last_number) values ($1, $3, $4)
       on conflict (environment, partner_id) do update set last_number = f.last_number + excluded.last_number
       returning last_number - $4 as before
     )
     insert into notifications.feed_entries
       (environment, number, partner_id, partner_number, event_id, subscription_id)
     select $1, everyones.before + given.place, "partnerId", feed.before + given.nth, "eventId", "subscriptionId"
     from given cross join everyones left join feed on feed.partner_id = given."partnerId"`,
    [
      environment,
      JSON.stringify(
        entries.map(({ eventId, partnerId, subscriptionId }, index) => ({
          ...{ eventId, partnerId, subscriptionId },
          place: index + 1,
        })),
      ),
      everyone,
      entries.length,
    ],
  );
}

/** Whose events: a partner's, or of one of its subscriptions; or everyone's. */
export interface Followed {
  partnerId: PartnerId;
  subscriptionId?: SubscriptionId;
}

export interface FedEvent {
  number: number;
  id: EventId;
  /** As webhooks are sent it. */
  body: string;
}

/** Some of a feed, and how far all of it reaches, at one moment. */
export interface PartOfFeed {
  /** Of the newest entry there ever was; 0: there was none. */
  last: number;
  /** Of the oldest that is kept; one more than `last` where none is. */
  first: number;
  /** Oldest first. */
  events: FedEvent[];
}

/** @param after a number; those that are kept from the first on, unless given */
export async function partOfFeed(
  manager: EntityManager,
  environment: Environment,
  { partnerId, subscriptionId }: Followed,
  after: number | undefined,
  limit: number,
): Promise<PartOfFeed> {
  const isEveryones = partnerId === everyone;
  const number = isEveryones ? 'number' : 'partner_number';
  const own = isEveryones ? '' : 'and e.partner_id = $2';
  const [part] = await manager.query<PartOfFeed[]>(
    `select f.last_number::float8 as last,
       coalesce((select e.${number} from notifications.feed_entries e
                 where e.environment = $1 ${own} order by e.${number} limit 1), f.last_number + 1)::float8 as first,
       coalesce((select json_agg(next order by next.number) from (
         select e.${number} as number, e.event_id as id, event.body
         from notifications.feed_entries e
         join notifications.public_events event on event.environment = $1 and event.id = e.event_id
         where e.environment = $1 ${own} and e.${number} > $3 ${subscriptionId ? 'and e.subscription_id = $5' : ''}
         order by e.${number} limit $4) as next), '[]') as events
     from notifications.feeds f where f.environment = $1 and f.partner_id = $2`,
    [environment, partnerId, after ?? 0, limit, ...(subscriptionId ? [subscriptionId] : [])],
  );
  return part ?? { last: 0, first: 1, events: [] };
}

export async function endOfFeed(
  manager: EntityManager,
  environment: Environment,
  partnerId: PartnerId,
): Promise<number> {
  const [feed] = await manager.query<{ last: number }[]>(
    'select last_number::float8 as last from notifications.feeds where environment = $1 and partner_id = $2',
    [environment, partnerId],
  );
  return feed?.last ?? 0;
}
