import { Injectable } from '@nestjs/common';
import { identity, type PartnerId, type SubmissionId, type SubscriptionId } from '#libs/contracts';
import { Database } from '#libs/database';
import { asService, RpcClient, type RequestContext } from '#libs/rpc';
import type { AccountSides, Own } from '../domain/account-side';
import { Subscription } from '../storage/entities';
import { subscriptionsOf } from '../storage/submissions.repository';

/**
 * The part of a subscription's card that `identity` knows. To be called before a transaction, so that no connection is
 * held meanwhile, and no change is made that could not be answered for.
 */
@Injectable()
export class AccountSideReader {
  constructor(
    private readonly rpc: RpcClient,
    private readonly database: Database,
  ) {}

  /** @throws unavailable */
  async of(rows: readonly Own[], context: RequestContext): Promise<AccountSides> {
    const partnerIds = [...new Set(rows.map(({ partnerId }) => partnerId))];
    const [blockers, live] = await Promise.all([this.blockersOf(partnerIds, context), this.liveOf(rows, context)]);
    return ({ id, partnerId }) => {
      const own = blockers.get(partnerId);
      if (!own) throw new Error(`the account of partner ${partnerId} was not looked up`);
      return { blockers: own, hasSandboxKey: live.has(id) };
    };
  }

  /** Of one that does not exist yet. @throws unavailable */
  async ofNew(partnerId: PartnerId, context: RequestContext): Promise<AccountSides> {
    const blockers = await this.blockersOf([partnerId], context);
    return () => ({ blockers: blockers.get(partnerId) ?? [], hasSandboxKey: false });
  }

  /** For staff, who name no partner; of what does not exist, nothing is known. @throws unavailable */
  async ofSubscription(id: SubscriptionId, context: RequestContext): Promise<AccountSides> {
    return this.of(await this.database.reading('shared', (manager) => manager.findBy(Subscription, { id })), context);
  }

  /** @throws unavailable */
  async ofSubmissions(ids: SubmissionId[], context: RequestContext): Promise<AccountSides> {
    const rows = await this.database.reading('shared', (manager) => subscriptionsOf(manager, ids));
    return this.of(rows, context);
  }

  /** What of each partner's primary account keeps it from making production keys. @throws unavailable */
  async blockersOf(partnerIds: PartnerId[], context: RequestContext) {
    if (partnerIds.length === 0) return new Map<PartnerId, identity.AccountBlocker[]>();
    const caller = asService('subscriptions', context);
    const { items } = await this.rpc.call(identity.getAccountBlockers, 'production', { partnerIds }, caller);
    const found = new Map(items.map(({ partnerId, blockers }) => [partnerId, blockers]));
    // Whose account is not there yet, or no more, has none to switch on.
    return new Map(partnerIds.map((partnerId) => [partnerId, found.get(partnerId) ?? ['api_access_off' as const]]));
  }

  private async liveOf(rows: readonly Own[], context: RequestContext) {
    const subscriptions = rows.map(({ id, partnerId }) => ({ subscriptionId: id, partnerId }));
    if (rows.length === 0) return new Set<SubscriptionId>();
    const caller = asService('subscriptions', context);
    const { subscriptionIds } = await this.rpc.call(identity.findLiveKeys, 'sandbox', { subscriptions }, caller);
    return new Set(subscriptionIds);
  }
}
