import { actorOf, subscriptions, type PersonCaller, type RequestOf } from '#libs/contracts';
import type { Tx } from '#libs/database';
import { fail } from '#libs/errors';
import { RpcHandler, personOf, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import type { AccountSides } from '../../domain/account-side';
import { leadsTo, phaseInWords } from '../../domain/phases';
import { requireSandboxPhase } from '../../domain/sandbox-phase';
import { describeSubscription } from '../../views/subscription.view';
import { closeSubmission, pendingSubmissionOf } from '../../storage/submissions.repository';
import { lockOwn } from '../../storage/subscriptions.repository';
import { advance } from '../../storage/transitions.repository';
import { aggregateOf, submissionEventData } from '../../views/subscription.event-data';
import { AccountSideReader } from '../../workflows/account-sides';

type Request = RequestOf<typeof subscriptions.withdrawSubmission>;

/**
 * B42: the partner takes a submission back while nobody has decided on it.
 *
 * @throws not_found, subscriptions.no_sandbox_phase, subscriptions.wrong_phase
 */
@UseCase()
export class WithdrawSubmission {
  constructor(
    private readonly transaction: IdempotentTransaction,
    private readonly sides: AccountSideReader,
  ) {}

  @RpcHandler(subscriptions.withdrawSubmission)
  async execute(request: Request, context: RpcContext) {
    const person = personOf(context);
    const sides = await this.sides.of([{ id: request.subscriptionId, partnerId: person.partnerId }], context);
    const { reply } = await this.transaction.run(context, request, (tx) => this.withdraw(tx, person, request, sides));
    return reply;
  }

  private async withdraw(tx: Tx, person: PersonCaller, { subscriptionId }: Request, sides: AccountSides) {
    const withPlan = await lockOwn(tx.manager, person.partnerId, subscriptionId);
    requireSandboxPhase(withPlan.plan);
    const { phase } = withPlan.subscription;
    const pending = await pendingSubmissionOf(tx.manager, subscriptionId);
    const to = leadsTo('withdrawn', phase);
    if (!pending || !to) {
      fail(
        'subscriptions.wrong_phase',
        `Only a submission in review can be withdrawn; this subscription is ${phaseInWords[phase]}.`,
        {
          phase,
        },
      );
    }
    const by = actorOf(person);
    await closeSubmission(tx, pending.id, { state: 'withdrawn', by });
    const recorded = { action: 'withdrawn', to, by, submissionId: pending.id } as const;
    const withdrawn = await advance(tx, withPlan, recorded);
    await tx.publishEvent(
      subscriptions.submissionWithdrawn,
      aggregateOf(withdrawn),
      submissionEventData(withdrawn, pending, by),
    );
    return describeSubscription(tx.manager, withdrawn.subscription, sides);
  }
}
