import { actorOf, identity, subscriptions, type RequestOf } from '#libs/contracts';
import { fail } from '#libs/errors';
import { asService, RpcClient, RpcHandler, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { describeSubscription } from '../../views/subscription.view';
import type { Subscription } from '../../storage/entities';
import { openProductionIfNothingLacks } from '../../workflows/opening-production';
import { lockAny } from '../../storage/subscriptions.repository';
import { advance, wasUndone } from '../../storage/transitions.repository';
import { aggregateOf, subscriptionEventData } from '../../views/subscription.event-data';
import { AccountSideReader } from '../../workflows/account-sides';

/**
 * B46: the payment of a paid plan is complete. Opens production where nothing else is lacking.
 *
 * @throws invalid_request, not_found, subscriptions.nothing_to_pay, subscriptions.already_paid
 */
@UseCase()
export class RecordPayment {
  constructor(
    private readonly rpc: RpcClient,
    private readonly transaction: IdempotentTransaction,
    private readonly sides: AccountSideReader,
  ) {}

  @RpcHandler(subscriptions.recordPayment)
  async execute(request: RequestOf<typeof subscriptions.recordPayment>, context: RpcContext) {
    const { reference } = request;
    const by = actorOf(context.caller);
    const sides = await this.sides.ofSubscription(request.subscriptionId, context);
    const { reply } = await this.transaction.run(context, request, async (tx) => {
      const due = await lockAny(tx.manager, request.subscriptionId);
      requireDue(due.subscription);
      const payment = { paymentState: 'paid', paymentReference: reference, paidAt: tx.now } as const;
      const withPlan = await advance(tx, due, { action: 'payment_recorded', to: due.subscription.phase, by }, payment);
      await tx.publishEvent(subscriptions.paymentRecorded, aggregateOf(withPlan), {
        ...subscriptionEventData(withPlan, by),
        reference,
      });
      const { subscription } = await openProductionIfNothingLacks(tx, withPlan, by, sides);
      const { partnerId, id: subscriptionId } = subscription;
      const stopped = (await wasUndone(tx, subscriptionId))
        ? { partnerId, subscriptionId, version: withPlan.subscription.version }
        : null;
      return { stopped, ...(await describeSubscription(tx.manager, subscription, sides)) };
    });
    const { stopped, ...subscription } = reply;
    if (stopped) await this.letKeysGoOn(stopped, context);
    return subscription;
  }

  /** They were stopped when the payment before was undone. The event does the same, should nobody answer here. */
  private async letKeysGoOn(stopped: RequestOf<typeof identity.restoreSubscriptionKeys>, context: RpcContext) {
    await this.rpc.call(identity.restoreSubscriptionKeys, 'production', stopped, asService('subscriptions', context));
  }
}

function requireDue({ paymentState }: Subscription): void {
  if (paymentState === 'not_required') fail('subscriptions.nothing_to_pay', 'The plan of this subscription is free.');
  if (paymentState === 'paid')
    fail('subscriptions.already_paid', 'The payment of this subscription is recorded already.');
}
