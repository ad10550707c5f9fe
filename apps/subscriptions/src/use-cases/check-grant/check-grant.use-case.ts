import type { EntityManager } from 'typeorm';
import { subscriptions, type ReplyOf, type RequestOf } from '#libs/contracts';
import { Database } from '#libs/database';
import { RpcHandler, UseCase } from '#libs/rpc';
import { productionBlockers } from '../../domain/production-blockers';
import { Plan, Subscription } from '../../storage/entities';
import { hasGrant } from '../../storage/grants.repository';

type Request = RequestOf<typeof subscriptions.checkGrant>;
type Reply = ReplyOf<typeof subscriptions.checkGrant>;

/**
 * For `identity`, whenever a key is made: may this subscription hold keys there (B34)? A negative verdict is no
 * error. Reads the primary, so a grant counts from the moment the call that opened it has returned (B45).
 */
@UseCase()
export class CheckGrant {
  constructor(private readonly database: Database) {}

  @RpcHandler(subscriptions.checkGrant)
  execute(request: Request) {
    return this.database.reading('shared', (manager) => verdict(manager, request));
  }
}

async function verdict(manager: EntityManager, { partnerId, subscriptionId, environment }: Request): Promise<Reply> {
  const subscription = await manager.findOneBy(Subscription, { partnerId, id: subscriptionId });
  if (!subscription) return { verdict: 'unknown' };
  if (subscription.cancelledAt) return { verdict: 'cancelled' };
  const plan = await manager.findOneByOrFail(Plan, { id: subscription.planId });
  if (environment === 'sandbox' && !plan.sandbox) return { verdict: 'no_sandbox' };
  if (await hasGrant(manager, subscriptionId, environment)) {
    const { productId, keyLifetimeDays, keySlotsPer } = plan;
    return { verdict: 'granted', productId, keyLifetimeDays, keySlotsPer };
  }
  return { verdict: 'locked', reasons: productionBlockers(plan, subscription) };
}
