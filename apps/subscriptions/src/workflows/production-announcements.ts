import { isDeepStrictEqual } from 'node:util';
import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { subscriptions, type identity, type PartnerId } from '#libs/contracts';
import { Database, recordAct, type Tx } from '#libs/database';
import { Stalls, Worker, type AttemptResult, type Work } from '#libs/events';
import { newTraceId, RpcClient } from '#libs/rpc';
import { productionNews, type ProductionNews } from '../domain/production-news';
import { slipway } from '../domain/slipway';
import { isLastLook, lockRunningOf } from '../storage/account-looks.repository';
import type { Grant } from '../storage/entities';
import { notePublished, productionGrantsOf } from '../storage/grants.repository';
import { getAny } from '../storage/subscriptions.repository';
import { aggregateOf, subscriptionEventData } from '../views/subscription.event-data';
import { AccountSideReader } from './account-sides';

type Missing = identity.AccountBlocker[];

interface Look extends Work {
  id: PartnerId;
  lease_epoch: string;
}

/** Whoever has production open is looked at this often, whatever was heard: nothing that went astray stays withoutKnown for longer. */
const everyMs = 3_600_000;
const afterFaultMs = 5_000;

/**
 * B34: tells of each subscription whose production is open that the account has come to lack something for it, and that
 * nothing is lacking any more (docs/adr/0024). Events say when to look; what is told is what `identity` answers, compared
 * with what was told last.
 */
@Injectable()
export class ProductionAnnouncements implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly worker: Worker<Look>;

  constructor(
    private readonly database: Database,
    private readonly rpc: RpcClient,
    private readonly sides: AccountSideReader,
    stalls: Stalls,
  ) {
    this.worker = new Worker(database, stalls, {
      table: 'account_looks',
      scope: 'shared',
      concurrency: 2,
      leaseSeconds: 60,
      attempt: (look) => this.attempt(look),
      retryDelayMs: () => afterFaultMs,
    });
  }

  onApplicationBootstrap(): void {
    this.worker.start();
  }

  /** Before the database is closed. */
  beforeApplicationShutdown(): Promise<void> {
    return this.worker.stop();
  }

  /** Asked before the transaction, so that no connection is held meanwhile. Who was asked too early gives up inside. */
  async attempt(look: Look): Promise<AttemptResult> {
    const traceId = newTraceId();
    const missing = (await this.sides.blockersOf([look.id], this.rpc.systemContext(traceId))).get(look.id) ?? [];
    return this.database.transaction('shared', traceId, (tx) => this.announce(tx, look, missing, traceId));
  }

  /** The subscriptions are locked first, as whoever opens production does: both take the same way, and neither waits in a circle. */
  private async announce(tx: Tx, look: Look, missing: Missing, traceId: string): Promise<AttemptResult> {
    const running = await lockRunningOf(tx, look.id);
    if (!(await isLastLook(tx, look.id, look.lease_epoch))) return { done: false, retryAfterMs: 0 };
    const ids = running.map(({ id }) => id);
    const open = await productionGrantsOf(tx, ids);
    const outdated = open.filter(({ publishedMissing }) => !isDeepStrictEqual(publishedMissing, missing));
    for (const grant of outdated) await announceOne(tx, grant, missing);
    const act = { by: { kind: 'system', id: null }, action: 'subscriptions.announce-production' } as const;
    if (outdated.length > 0) await recordAct(tx, { ...act, targets: { partnerId: look.id }, traceId });
    return open.length > 0 ? { done: false, retryAfterMs: everyMs } : { done: true };
  }
}

async function announceOne(tx: Tx, { subscriptionId, publishedMissing }: Grant, missing: Missing): Promise<void> {
  await notePublished(tx, subscriptionId, missing);
  const news = productionNews(publishedMissing, missing);
  if (news === 'none') return;
  const withPlan = await getAny(tx.manager, subscriptionId);
  const data = { ...subscriptionEventData(withPlan, slipway), missing };
  await tx.publishEvent(eventOf[news], aggregateOf(withPlan), data);
}

const eventOf = {
  unlocked: subscriptions.productionUnlocked,
  locked: subscriptions.productionLocked,
} as const satisfies Record<Exclude<ProductionNews, 'none'>, unknown>;
