import { actorOf, subscriptions, type Actor, type RequestOf, type SubscriptionId } from '#libs/contracts';
import { newId, type Tx } from '#libs/database';
import { notFound } from '#libs/errors';
import { Answers, personOf, UseCase, Writes, type Call } from '#libs/messaging';
import { firstPhase } from '../../domain/phases';
import { requireStorable } from '../../domain/storable';
import { describeSubscription } from '../../storage/describe-subscriptions';
import { Plan, Subscription } from '../../storage/entities';
import { openGrant, openProductionIfNothingLacks } from '../../storage/grants.repository';
import { insertSubmission, submissionFact } from '../../storage/submissions.repository';
import { aggregateOf, subscriptionFact, type Held } from '../../storage/subscriptions.repository';
import { recordCreation } from '../../storage/transitions.repository';

/**
 * Subscribes a partner to a plan. With a sandbox it starts there, at once with the right to sandbox keys (B33);
 * without one it is in production as soon as the plan asks for nothing more (B32). @throws not_found
 */
@UseCase()
export class CreateSubscription {
  constructor(private readonly writes: Writes) {}

  @Answers(subscriptions.createSubscription)
  async execute(request: RequestOf<typeof subscriptions.createSubscription>, call: Call) {
    requireStorable(request);
    const { partnerId } = personOf(call);
    const by = actorOf(call.caller);
    const { reply } = await this.writes.once(call, request, async (tx) => {
      const plan = await tx.manager.findOne(Plan, { where: { id: request.planId }, relations: { product: true } });
      if (!plan) throw notFound();
      const subscription = newSubscription(tx, plan, { partnerId, name: request.name });
      await tx.manager.insert(Subscription, subscription);
      await this.begin(tx, { subscription, plan, product: plan.product }, by);
      return describeSubscription(tx.manager, subscription);
    });
    return reply;
  }

  private async begin(tx: Tx, held: Held, by: Actor): Promise<void> {
    const { subscription, plan } = held;
    const submission = isAwaitingApproval(held) ? await insertSubmission(tx, ofItself(subscription.id, by)) : undefined;
    await recordCreation(tx, subscription, by, submission?.id);
    const fact = subscriptionFact(held, by);
    await tx.emit(subscriptions.subscriptionCreated, aggregateOf(held), { ...fact, phase: subscription.phase });
    if (submission)
      await tx.emit(subscriptions.submissionReceived, aggregateOf(held), submissionFact(held, submission, by));
    if (plan.sandbox) await openGrant(tx, subscription.id, 'sandbox');
    await openProductionIfNothingLacks(tx, held, by);
  }
}

/** B32: without a sandbox there is nothing to submit; staff is asked at once. */
const isAwaitingApproval = ({ subscription, plan }: Held): boolean =>
  subscription.phase === 'in_review' && plan.approval;

const ofItself = (subscriptionId: SubscriptionId, by: Actor) => ({
  subscriptionId,
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
    phase: firstPhase(plan, paymentState),
    version: 1,
    changesRequested: false,
    paymentState,
    paymentReference: null,
    paidAt: null,
    approvedAt: null,
    cancelledAt: null,
    createdAt: new Date(),
  });
}
