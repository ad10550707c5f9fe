import { actorOf, environments, identity, subscriptions, type PersonCaller, type RequestOf } from '#libs/contracts';
import type { Tx } from '#libs/database';
import { fail } from '#libs/errors';
import { asService, personOf, RpcClient, RpcHandler, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import type { AccountSides } from '../../domain/account-side';
import { requirePrimaryAccount } from '../../domain/primary-account';
import { lookAgainAt } from '../../storage/account-looks.repository';
import { Cancellation } from '../../storage/entities';
import { lockOwnEvenCancelled } from '../../storage/subscriptions.repository';
import { advance } from '../../storage/transitions.repository';
import { aggregateOf, subscriptionEventData } from '../../views/subscription.event-data';
import { describeSubscription } from '../../views/subscription.view';
import { AccountSideReader } from '../../workflows/account-sides';

type Request = RequestOf<typeof subscriptions.restoreSubscription>;

/**
 * Takes a cancellation back: the keys get tokens again, with the secrets they had, before this answers. Ended tokens stay
 * ended. @throws not_found, forbidden, subscriptions.not_cancelled, subscriptions.restoring_too_late
 */
@UseCase()
export class RestoreSubscription {
  constructor(
    private readonly rpc: RpcClient,
    private readonly transaction: IdempotentTransaction,
    private readonly sides: AccountSideReader,
  ) {}

  @RpcHandler(subscriptions.restoreSubscription)
  async execute(request: Request, context: RpcContext) {
    const person = personOf(context);
    const sides = await this.sides.of([{ id: request.subscriptionId, partnerId: person.partnerId }], context);
    const { reply } = await this.transaction.run(context, request, (tx) => this.restore(tx, person, request, sides));
    const keys = { partnerId: person.partnerId, ...request, version: reply.version };
    const restore = asService('subscriptions', context);
    await Promise.all(environments.map((each) => this.rpc.call(identity.restoreSubscriptionKeys, each, keys, restore)));
    return reply.subscription;
  }

  private async restore(tx: Tx, person: PersonCaller, { subscriptionId }: Request, sides: AccountSides) {
    const withPlan = await lockOwnEvenCancelled(tx.manager, person.partnerId, subscriptionId);
    requirePrimaryAccount(person);
    const { cancelledAt, restorableUntil, phase } = withPlan.subscription;
    if (!cancelledAt) fail('subscriptions.not_cancelled', 'This subscription is not cancelled.');
    if (!restorableUntil || restorableUntil <= tx.now)
      fail('subscriptions.restoring_too_late', 'The time in which this subscription could be restored is over.');
    const by = actorOf(person);
    const change = { cancelledAt: null, restorableUntil: null };
    const restored = await advance(tx, withPlan, { action: 'restored', to: phase, by }, change);
    await tx.manager.delete(Cancellation, { id: subscriptionId });
    // Nothing was told of it while it was cancelled.
    await lookAgainAt(tx, person.partnerId);
    await tx.publishEvent(
      subscriptions.subscriptionRestored,
      aggregateOf(restored),
      subscriptionEventData(restored, by),
    );
    return {
      version: restored.subscription.version,
      subscription: await describeSubscription(tx.manager, restored.subscription, sides),
    };
  }
}
