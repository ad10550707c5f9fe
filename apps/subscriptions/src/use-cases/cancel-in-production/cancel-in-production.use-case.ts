import { Inject } from '@nestjs/common';
import { actorOf, environments, identity, subscriptions, type PersonCaller, type RequestOf } from '#libs/contracts';
import type { Tx } from '#libs/database';
import { fail, invalid } from '#libs/errors';
import { asService, personOf, RpcClient, RpcHandler, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { SubscriptionsConfig } from '../../config';
import type { AccountSides } from '../../domain/account-side';
import { requirePrimaryAccount } from '../../domain/primary-account';
import { Cancellation } from '../../storage/entities';
import { hasGrant } from '../../storage/grants.repository';
import { lockOwnEvenCancelled, requireRunning } from '../../storage/subscriptions.repository';
import { advance } from '../../storage/transitions.repository';
import { aggregateOf, subscriptionEventData } from '../../views/subscription.event-data';
import { describeSubscription } from '../../views/subscription.view';
import { withdrawPending } from '../../workflows/withdrawing-pending';
import { AccountSideReader } from '../../workflows/account-sides';

type Request = RequestOf<typeof subscriptions.cancelInProduction>;

/**
 * Cancels a subscription that is in production. Its keys stop in both environments before this answers and keep their
 * slots; until the time to restore it is over they can come back. May be repeated, as `CancelSubscription` may.
 *
 * @throws not_found, forbidden, subscriptions.cancelled, subscriptions.not_in_production, invalid_request where the name is not confirmed
 */
@UseCase()
export class CancelInProduction {
  constructor(
    private readonly rpc: RpcClient,
    private readonly transaction: IdempotentTransaction,
    private readonly sides: AccountSideReader,
    @Inject(SubscriptionsConfig) private readonly config: SubscriptionsConfig,
  ) {}

  @RpcHandler(subscriptions.cancelInProduction)
  async execute(request: Request, context: RpcContext) {
    const person = personOf(context);
    const sides = await this.sides.of([{ id: request.subscriptionId, partnerId: person.partnerId }], context);
    const { reply } = await this.transaction.run(context, request, (tx) => this.cancel(tx, person, request, sides));
    await this.stopKeys(person, request, reply.version, context);
    return reply.subscription;
  }

  private async cancel(
    tx: Tx,
    person: PersonCaller,
    { subscriptionId, confirm, revokeTokens }: Request,
    sides: AccountSides,
  ) {
    const withPlan = await lockOwnEvenCancelled(tx.manager, person.partnerId, subscriptionId);
    requirePrimaryAccount(person);
    const { subscription } = withPlan;
    const { cancelledAt, restorableUntil: known, phase, version } = subscription;
    if (cancelledAt && !known) requireRunning(withPlan);
    if (cancelledAt) return { version, subscription: await describeSubscription(tx.manager, subscription, sides) };
    if (!(await hasGrant(tx.manager, subscriptionId, 'production')))
      fail('subscriptions.not_in_production', 'This subscription is not in production. DELETE cancels it.');
    if (confirm !== subscription.name)
      throw invalid([{ pointer: '/confirm', detail: 'must be the name of the subscription, letter by letter' }]);
    const restorableUntil = new Date(tx.now.getTime() + this.config.SLIPWAY_CANCELLATION_SECONDS * 1_000);
    const by = actorOf(person);
    const change = { cancelledAt: tx.now, restorableUntil };
    const outOfReview = await withdrawPending(tx, withPlan, by);
    const cancelled = await advance(tx, outOfReview, { action: 'cancelled', to: phase, by }, change);
    await tx.manager.insert(Cancellation, { id: subscriptionId, nextAttemptAt: restorableUntil });
    // The withdrawal before it is told of by no event.
    const aggregate = { ...aggregateOf(cancelled), follows: version };
    await tx.publishEvent(subscriptions.subscriptionCancelled, aggregate, {
      ...subscriptionEventData(cancelled, by),
      revokeTokens,
      restorableUntil: restorableUntil.toISOString(),
    });
    return {
      version: cancelled.subscription.version,
      subscription: await describeSubscription(tx.manager, cancelled.subscription, sides),
    };
  }

  private async stopKeys(
    { partnerId }: PersonCaller,
    { subscriptionId, revokeTokens }: Request,
    version: number,
    context: RpcContext,
  ): Promise<void> {
    const keys = { partnerId, subscriptionId, revokeTokens, version };
    const stop = asService('subscriptions', context);
    await Promise.all(environments.map((each) => this.rpc.call(identity.stopSubscriptionKeys, each, keys, stop)));
  }
}
