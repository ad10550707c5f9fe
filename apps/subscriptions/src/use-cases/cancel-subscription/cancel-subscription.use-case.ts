import {
  actorOf,
  identity,
  subscriptions,
  type PersonCaller,
  type RequestOf,
  type SubscriptionId,
} from '#libs/contracts';
import type { Tx } from '#libs/database';
import { fail } from '#libs/errors';
import { RpcHandler, asService, personOf, RpcClient, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { deleteDraft } from '../../storage/drafts.repository';
import { hasGrant } from '../../storage/grants.repository';
import { lockOwnEvenCancelled, requireRunning } from '../../storage/subscriptions.repository';
import { advance } from '../../storage/transitions.repository';
import { withdrawPending } from '../../workflows/withdrawing-pending';
import { aggregateOf, subscriptionEventData } from '../../views/subscription.event-data';

type Request = RequestOf<typeof subscriptions.cancelSubscription>;

/**
 * Ends a subscription that has no production keys; its sandbox keys end before this answers. May be repeated: should
 * identity not have answered, the event ends the keys, and whoever asks again is told when it is done.
 * @throws not_found, subscriptions.has_production_keys, subscriptions.cancelled
 */
@UseCase()
export class CancelSubscription {
  constructor(
    private readonly rpc: RpcClient,
    private readonly transaction: IdempotentTransaction,
  ) {}

  @RpcHandler(subscriptions.cancelSubscription)
  async execute(request: Request, context: RpcContext) {
    const person = personOf(context);
    // Called before the transaction, so that no connection is held meanwhile, and judged inside, after a possible replay.
    const isLive = await this.hasProductionKey(person, request, context);
    await this.transaction.run(context, request, async (tx) => {
      await this.cancel(tx, person, request, isLive);
      return {};
    });
    await this.endKeys(person, request, context);
    return {};
  }

  private async hasProductionKey(
    { partnerId }: PersonCaller,
    { subscriptionId }: Request,
    context: RpcContext,
  ): Promise<boolean> {
    const request = { partnerId, subscriptionId };
    const { live } = await this.rpc.call(
      identity.hasLiveKey,
      'production',
      request,
      asService('subscriptions', context),
    );
    return live;
  }

  private async cancel(
    tx: Tx,
    person: PersonCaller,
    { subscriptionId, revokeTokens }: Request,
    isLive: boolean,
  ): Promise<void> {
    const withPlan = await lockOwnEvenCancelled(tx.manager, person.partnerId, subscriptionId);
    const { cancelledAt, restorableUntil } = withPlan.subscription;
    if (cancelledAt && !restorableUntil) return;
    requireRunning(withPlan);
    await this.requireAdminOnceLive(tx, person, subscriptionId);
    if (isLive) {
      fail(
        'subscriptions.has_production_keys',
        'This subscription has production keys. A global admin of the primary account cancels it with POST …/cancellation, or deletes them first.',
      );
    }
    const by = actorOf(person);
    const outOfReview = await withdrawPending(tx, withPlan, by);
    const { phase } = outOfReview.subscription;
    const cancelled = await advance(tx, outOfReview, { action: 'cancelled', to: phase, by }, { cancelledAt: tx.now });
    await deleteDraft(tx, subscriptionId);
    // The withdrawal before it is told of by no event.
    const aggregate = { ...aggregateOf(cancelled), follows: withPlan.subscription.version };
    await tx.publishEvent(subscriptions.subscriptionCancelled, aggregate, {
      ...subscriptionEventData(cancelled, by),
      revokeTokens,
      restorableUntil: null,
    });
  }

  /** B3: production keys end with it. Whoever works in the sandbox needs more than a developer's role for that. */
  private async requireAdminOnceLive(tx: Tx, person: PersonCaller, subscriptionId: SubscriptionId): Promise<void> {
    if (person.environment === 'production' || person.roles.includes('global_admin')) return;
    if (!(await hasGrant(tx.manager, subscriptionId, 'production'))) return;
    fail('forbidden', 'This subscription is in production. A global admin, or the primary account, may cancel it.');
  }

  private async endKeys({ partnerId }: PersonCaller, request: Request, context: RpcContext): Promise<void> {
    const keys = { partnerId, ...request };
    await Promise.all([
      this.rpc.call(identity.endSubscriptionKeys, 'sandbox', keys, asService('subscriptions', context)),
      this.rpc.call(identity.endSubscriptionKeys, 'production', keys, asService('subscriptions', context)),
    ]);
  }
}
