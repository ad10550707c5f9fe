import { actorOf, subscriptions, type RequestOf } from '#libs/contracts';
import { fail } from '#libs/errors';
import { Answers, UseCase, Writes, type Call } from '#libs/messaging';
import { phaseAfterPayment } from '../../domain/phases';
import { requireStorable } from '../../domain/storable';
import { requireWords } from '../../domain/words';
import { describeSubscription } from '../../storage/describe-subscriptions';
import type { Subscription } from '../../storage/entities';
import { openProductionIfNothingLacks } from '../../storage/grants.repository';
import { aggregateOf, lockAny, subscriptionFact } from '../../storage/subscriptions.repository';
import { advance } from '../../storage/transitions.repository';

/**
 * B46: the payment of a paid plan is complete. Opens production where nothing else is lacking.
 *
 * @throws invalid_request, not_found, subscriptions.nothing_to_pay, subscriptions.already_paid
 */
@UseCase()
export class RecordPayment {
  constructor(private readonly writes: Writes) {}

  @Answers(subscriptions.recordPayment)
  async execute(request: RequestOf<typeof subscriptions.recordPayment>, call: Call) {
    requireStorable(request);
    const reference = requireWords(request.reference, '/reference');
    const by = actorOf(call.caller);
    const { reply } = await this.writes.once(call, request, async (tx) => {
      const due = await lockAny(tx.manager, request.subscriptionId);
      requireDue(due.subscription);
      const to = phaseAfterPayment(due.plan, due.subscription.phase, due.subscription.approvedAt);
      const payment = { paymentState: 'paid', paymentReference: reference, paidAt: new Date() } as const;
      const held = await advance(tx, due, { action: 'payment_recorded', to, by }, payment);
      await tx.emit(subscriptions.paymentRecorded, aggregateOf(held), { ...subscriptionFact(held, by), reference });
      const { subscription } = await openProductionIfNothingLacks(tx, held, by);
      return describeSubscription(tx.manager, subscription);
    });
    return reply;
  }
}

function requireDue({ paymentState }: Subscription): void {
  if (paymentState === 'not_required') fail('subscriptions.nothing_to_pay', 'The plan of this subscription is free.');
  if (paymentState === 'paid')
    fail('subscriptions.already_paid', 'The payment of this subscription is recorded already.');
}
