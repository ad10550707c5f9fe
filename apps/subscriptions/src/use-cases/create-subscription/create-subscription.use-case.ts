import { Inject } from '@nestjs/common';
import {
  actorOf,
  subscriptions,
  type Actor,
  type PartnerId,
  type RequestOf,
  type SubscriptionId,
} from '#libs/contracts';
import { newId, type Tx } from '#libs/database';
import { fail, notFound } from '#libs/errors';
import { RpcHandler, personOf, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { SubscriptionsConfig } from '../../config';
import type { AccountSides } from '../../domain/account-side';
import { firstPhase } from '../../domain/phases';
import { describeSubscription } from '../../views/subscription.view';
import { Plan, Subscription } from '../../storage/entities';
import { openSandboxGrant } from '../../storage/grants.repository';
import { openProductionIfNothingLacks } from '../../workflows/opening-production';
import { insertSubmission } from '../../storage/submissions.repository';
import { countForOneMore, type SubscriptionWithPlan } from '../../storage/subscriptions.repository';
import { recordCreation } from '../../storage/transitions.repository';
import { aggregateOf, submissionEventData, subscriptionEventData } from '../../views/subscription.event-data';
import { AccountSideReader } from '../../workflows/account-sides';

const everPerLive = 10;

/**
 * Subscribes a partner to a plan. With a sandbox it starts there, at once with the right to sandbox keys (B33);
 * without one it is in production at once, or as soon as it is approved (B32).
 * @throws not_found, subscriptions.limit_reached
 */
@UseCase()
export class CreateSubscription {
  constructor(
    private readonly transaction: IdempotentTransaction,
    private readonly sides: AccountSideReader,
    @Inject(SubscriptionsConfig) private readonly config: SubscriptionsConfig,
  ) {}

  @RpcHandler(subscriptions.createSubscription)
  async execute(request: RequestOf<typeof subscriptions.createSubscription>, context: RpcContext) {
    const { partnerId } = personOf(context);
    const by = actorOf(context.caller);
    const sides = await this.sides.ofNew(partnerId, context);
    const { reply } = await this.transaction.run(context, request, async (tx) => {
      const plan = await tx.manager.findOne(Plan, { where: { id: request.planId }, relations: { product: true } });
      if (!plan) throw notFound();
      await this.requirePlace(tx, partnerId);
      const subscription = newSubscription(tx, plan, { partnerId, name: request.name });
      await tx.manager.insert(Subscription, subscription);
      await this.begin(tx, { subscription, plan, product: plan.product }, by, sides);
      return describeSubscription(tx.manager, subscription, sides);
    });
    return reply;
  }

  /** Those that were cancelled are kept (B40), so they count too, against a number that only a program reaches. */
  private async requirePlace({ manager }: Tx, partnerId: PartnerId): Promise<void> {
    const limit = this.config.SLIPWAY_SUBSCRIPTION_LIMIT;
    const { live, ever } = await countForOneMore(manager, partnerId);
    if (live < limit && ever < everPerLive * limit) return;
    fail(
      'subscriptions.limit_reached',
      `An organisation may have ${limit} subscriptions. Cancel one it does not need.`,
      {
        limit,
      },
    );
  }

  private async begin(tx: Tx, withPlan: SubscriptionWithPlan, by: Actor, sides: AccountSides): Promise<void> {
    const { subscription, plan } = withPlan;
    const submission = isAwaitingApproval(withPlan) ? await insertSubmission(tx, ofItself(withPlan, by)) : undefined;
    await recordCreation(tx, subscription, by, submission?.id);
    const event = subscriptionEventData(withPlan, by);
    await tx.publishEvent(subscriptions.subscriptionCreated, aggregateOf(withPlan), {
      ...event,
      phase: subscription.phase,
    });
    if (submission)
      await tx.publishEvent(
        subscriptions.submissionReceived,
        aggregateOf(withPlan),
        submissionEventData(withPlan, submission, by),
      );
    if (plan.sandbox) await openSandboxGrant(tx, subscription.id);
    await openProductionIfNothingLacks(tx, withPlan, by, sides);
  }
}

/** B32: without a sandbox there is nothing to submit; staff is asked at once. */
const isAwaitingApproval = ({ subscription }: SubscriptionWithPlan): boolean => subscription.phase === 'in_review';

const ofItself = ({ subscription, plan }: SubscriptionWithPlan, by: Actor) => ({
  subscriptionId: subscription.id,
  plan,
  formVersion: null,
  answers: {},
  by,
});

function newSubscription(tx: Tx, plan: Plan, given: Pick<Subscription, 'partnerId' | 'name'>): Subscription {
  const paymentState = plan.priceAmountMinor === null ? 'not_required' : 'due';
  return tx.manager.create(Subscription, {
    ...given,
    id: newId<SubscriptionId>(),
    planId: plan.id,
    phase: firstPhase(plan),
    version: 1,
    changesRequested: false,
    paymentState,
    paymentReference: null,
    paidAt: null,
    approvedAt: null,
    cancelledAt: null,
    restorableUntil: null,
    createdAt: tx.now,
  });
}
