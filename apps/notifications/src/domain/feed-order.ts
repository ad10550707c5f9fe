import type { EventId, PartnerId, SubscriptionId } from '#libs/contracts';

/** Something for the feeds. */
export interface FeedEntry {
  eventId: EventId;
  /** Null: the provider alone is concerned. */
  partnerId: PartnerId | null;
  subscriptionId: SubscriptionId | null;
}

/** What tells of a version of a subscription, after what told of another. */
export interface VersionEntry extends FeedEntry {
  partnerId: PartnerId;
  subscriptionId: SubscriptionId;
  version: number;
  follows: number;
}

export interface KnownVersion {
  partnerId: PartnerId;
  version: number;
}

export interface Ordered {
  /** To be put at the end, in this order. */
  next: FeedEntry[];
  /** What is still missing before these has not come. */
  early: VersionEntry[];
  /** Up to which version each subscription is told of then. */
  versions: Map<SubscriptionId, KnownVersion>;
}

/**
 * What of a subscription is told in the order of its versions, whichever copy was given what first. What tells of nobody's
 * version is put where it comes. What repeats a version, or comes after later ones, is not held back.
 *
 * @param known up to which version the feed has what was told; null: from before there was a feed, so that anything may come
 * @param early what was held back of the same subscriptions
 */
export function ordered(
  given: readonly (FeedEntry | VersionEntry)[],
  early: readonly VersionEntry[],
  known: ReadonlyMap<SubscriptionId, number | null>,
): Ordered {
  const next = given.filter((entry) => !isOfVersion(entry));
  const waiting = [...early, ...given.filter(isOfVersion)].sort(
    (a, b) => a.version - b.version || a.follows - b.follows,
  );
  const versions = new Map<SubscriptionId, KnownVersion>();
  const rest: VersionEntry[] = [];
  for (const entry of waiting) {
    const { partnerId, subscriptionId, version, follows } = entry;
    const before = versions.get(subscriptionId)?.version ?? versionBefore(known, subscriptionId);
    if (before !== null && follows > before) {
      rest.push(entry);
      continue;
    }
    next.push(entry);
    versions.set(subscriptionId, { partnerId, version: Math.max(version, before ?? 0) });
  }
  return { next, early: rest, versions };
}

/** Of a subscription of which nothing was told, there is only what comes first. */
const versionBefore = (known: ReadonlyMap<SubscriptionId, number | null>, id: SubscriptionId): number | null =>
  known.has(id) ? (known.get(id) ?? null) : 0;

const isOfVersion = (entry: FeedEntry | VersionEntry): entry is VersionEntry => 'version' in entry;
