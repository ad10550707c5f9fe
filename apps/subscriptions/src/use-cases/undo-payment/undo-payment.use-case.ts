import { actorOf, identity, subscriptions, type PartnerId, type RequestOf } from '#libs/contracts';
import { Database, type Tx } from '#libs/database';
import { fail } from '#libs/errors';
import { asService, RpcClient, RpcHandler, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { closeGrant } from '../../storage/grants.repository';
import { getAny, lockAny } from '../../storage/subscriptions.repository';
import { advance } from '../../storage/transitions.repository';
import { aggregateOf, subscriptionEventData } from '../../views/subscription.event-data';
import { describeSubscription } from '../../views/subscription.view';
import { AccountSideReader } from '../../workflows/account-sides';

type Request = RequestOf<typeof subscriptions.undoPayment>;

/**
 * For a payment that was recorded by mistake: production is locked as it was before (B46). Refused once there are
 * production keys, which may carry somebody's business: no slip in the books switches that off. Whoever means to do that
 * suspends the partner, or has it delete its keys.
 *
 * @throws not_found, subscriptions.cancelled, subscriptions.not_paid, subscriptions.has_production_keys
 */
@UseCase()
export class UndoPayment {
  constructor(
    private readonly database: Database,
    private readonly rpc: RpcClient,
    private readonly transaction: IdempotentTransaction,
    private readonly sides: AccountSideReader,
  ) {}

  @RpcHandler(subscriptions.undoPayment)
  async execute(request: Request, context: RpcContext) {
    const keys = await this.keysOf(request);
    // Called before the transaction, so that no connection is held meanwhile, and judged inside, after a possible replay.
    const isLive = await this.isLive(keys, context);
    const sides = await this.sides.ofSubscription(request.subscriptionId, context);
    const { reply } = await this.transaction.run(context, request, async (tx) => {
      const { subscription } = await this.undo(tx, request, isLive, context);
      return { version: subscription.version, ...(await describeSubscription(tx.manager, subscription, sides)) };
    });
    const { version, ...subscription } = reply;
    await this.stopKeys({ ...keys, version, reason: 'payment' }, context);
    return subscription;
  }

  private keysOf({ subscriptionId }: Request) {
    return this.database.reading('shared', async (manager) => {
      const { subscription } = await getAny(manager, subscriptionId);
      return { partnerId: subscription.partnerId, subscriptionId };
    });
  }

  private async isLive(keys: Keys, context: RpcContext): Promise<boolean> {
    const { live } = await this.rpc.call(identity.hasLiveKey, 'production', keys, asService('subscriptions', context));
    return live;
  }

  private async undo(tx: Tx, { subscriptionId, notes: given }: Request, isLive: boolean, { caller }: RpcContext) {
    const notes = given ?? null;
    const paid = await lockAny(tx.manager, subscriptionId);
    const { paymentState, phase } = paid.subscription;
    if (paymentState !== 'paid') fail('subscriptions.not_paid', 'No payment of this subscription is recorded.');
    if (isLive)
      fail(
        'subscriptions.has_production_keys',
        'This subscription has production keys. Its partner deletes them first, or staff suspends the partner.',
      );
    const by = actorOf(caller);
    const unpaid = { paymentState: 'due', paymentReference: null, paidAt: null } as const;
    const due = await advance(tx, paid, { action: 'payment_undone', to: phase, by, notes }, unpaid);
    await closeGrant(tx, subscriptionId, 'production');
    const data = { ...subscriptionEventData(due, by), notes };
    await tx.publishEvent(subscriptions.paymentUndone, aggregateOf(due), data);
    return due;
  }

  /** A key that was being made in this very moment gets no token. The event does the same, should nobody answer here. */
  private async stopKeys(keys: Keys & { version: number; reason: 'payment' }, context: RpcContext): Promise<void> {
    await this.rpc.call(identity.stopSubscriptionKeys, 'production', keys, asService('subscriptions', context));
  }
}

interface Keys {
  partnerId: PartnerId;
  subscriptionId: Request['subscriptionId'];
}
