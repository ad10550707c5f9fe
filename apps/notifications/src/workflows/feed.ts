import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Broadcasts } from '#libs/broker';
import {
  environments,
  notifications,
  type CloudEvent,
  type Environment,
  type EventId,
  type PartnerId,
  type SubscriptionId,
} from '#libs/contracts';
import { Database, type Tx } from '#libs/database';
import { Stalls, Worker, type AttemptResult, type Work } from '#libs/events';
import { newTraceId } from '#libs/rpc';
import { ordered, type FeedEntry, type Ordered, type VersionEntry } from '../domain/feed-order';
import {
  appendToFeeds,
  heldBack,
  holdBack,
  holdBackNoLonger,
  lockFeeds,
  noteVersions,
  versionsInFeed,
} from '../storage/feeds.repository';

/** What has happened, for the feeds. */
export type FeedNews = Pick<CloudEvent, 'type' | 'aggregateversion' | 'aggregatefollows' | 'data'> & {
  id: EventId;
  partnerId: PartnerId | null;
};

interface HeldBack extends Work {
  id: EventId;
  subscription_id: SubscriptionId;
  partner_id: PartnerId;
}

const { everyone, fed, fedAtOnceMax } = notifications;
const afterFaultMs = 5_000;

/** B52: what has happened, in one order for each partner and one for everybody's (docs/adr/0037). */
@Injectable()
export class Feed implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly workers: Worker<HeldBack>[];
  private readonly listeners: ((environment: Environment) => void)[] = [];

  constructor(
    private readonly database: Database,
    private readonly broadcasts: Broadcasts,
    stalls: Stalls,
  ) {
    this.workers = environments.map((environment) => this.workerOf(environment, stalls));
  }

  onApplicationBootstrap(): void {
    for (const worker of this.workers) worker.start();
  }

  /** Before the database is closed. */
  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.stop()));
  }

  /** Called after each commit that has put something into a feed. */
  onFed(listener: (environment: Environment) => void): void {
    this.listeners.push(listener);
  }

  /** In the transaction that makes it true; each is given once. */
  async append(tx: Tx, environment: Environment, news: FeedNews[]): Promise<void> {
    const given = news.map(entryOf);
    const subscriptionIds = given.flatMap((entry) => ('version' in entry ? [entry.subscriptionId] : []));
    await lockFeeds(tx.manager, environment, partnersOf(given));
    const known = await versionsInFeed(tx.manager, environment, subscriptionIds);
    const early = await heldBack(tx.manager, environment, subscriptionIds);
    await this.put(tx, environment, early, ordered(given, early, known));
  }

  /** What it follows has not come for minutes: it is told without. */
  private waitNoLonger(environment: Environment, row: HeldBack): Promise<AttemptResult> {
    return this.database.transaction(environment, newTraceId(), async (tx) => {
      const { partner_id: partnerId, subscription_id: subscriptionId } = row;
      await lockFeeds(tx.manager, environment, [partnerId]);
      const early = await heldBack(tx.manager, environment, [subscriptionId]);
      await this.put(tx, environment, early, ordered([], early, new Map([[subscriptionId, null]])));
      return { done: true };
    });
  }

  /** @param early what was held back before */
  private async put(tx: Tx, environment: Environment, early: VersionEntry[], outcome: Ordered): Promise<void> {
    const { manager } = tx;
    const { next, early: stillEarly, versions } = outcome;
    const isNext = new Set(next.map(({ eventId }) => eventId));
    const comeTrue = early.map(({ eventId }) => eventId).filter((id) => isNext.has(id));
    await holdBackNoLonger(manager, environment, comeTrue);
    await holdBack(manager, environment, stillEarly);
    await noteVersions(manager, environment, versions);
    await appendToFeeds(manager, environment, next);
    if (next.length > 0) this.sayAfter(tx, environment, [everyone, ...partnersOf(next)]);
  }

  private sayAfter(tx: Tx, environment: Environment, partnerIds: PartnerId[]): void {
    tx.afterCommit(() => {
      for (let from = 0; from < partnerIds.length; from += fedAtOnceMax)
        this.broadcasts.send(fed, environment, { partnerIds: partnerIds.slice(from, from + fedAtOnceMax) });
      this.listeners.forEach((listener) => listener(environment));
    });
  }

  private workerOf(environment: Environment, stalls: Stalls): Worker<HeldBack> {
    return new Worker<HeldBack>(this.database, stalls, {
      table: 'held_back',
      scope: environment,
      concurrency: 1,
      leaseSeconds: 30,
      attempt: (row) => this.waitNoLonger(environment, row),
      retryDelayMs: () => afterFaultMs,
    });
  }
}

const partnersOf = (entries: FeedEntry[]): PartnerId[] =>
  [...new Set(entries.map(({ partnerId }) => partnerId))].filter((id) => id !== null);

/** Subscriptions alone are told of in the order of their versions: each version is told of. */
function entryOf({
  id,
  partnerId,
  type,
  aggregateversion: version,
  aggregatefollows,
  data,
}: FeedNews): FeedEntry | VersionEntry {
  const { subscriptionId = null } = data as { subscriptionId?: SubscriptionId };
  const isOfVersion = type.startsWith('subscriptions.');
  if (!isOfVersion || partnerId === null || subscriptionId === null) return { eventId: id, partnerId, subscriptionId };
  return { eventId: id, partnerId, subscriptionId, version, follows: aggregatefollows ?? version - 1 };
}
