import { actorOf, subscriptions, type PersonCaller, type RequestOf } from '#libs/contracts';
import type { Tx } from '#libs/database';
import { fail } from '#libs/errors';
import { Answers, personOf, UseCase, Writes, type Call } from '#libs/messaging';
import { moves, phaseInWords } from '../../domain/phases';
import { requireSandboxPhase } from '../../sandbox-phase';
import { describeSubscription } from '../../storage/describe-subscriptions';
import { closeSubmission, pendingSubmissionOf, submissionFact } from '../../storage/submissions.repository';
import { aggregateOf, lockOwn } from '../../storage/subscriptions.repository';
import { advance } from '../../storage/transitions.repository';

type Request = RequestOf<typeof subscriptions.withdrawSubmission>;

/**
 * B42: the partner takes a submission back while nobody has decided on it.
 *
 * @throws not_found, subscriptions.no_sandbox_phase, subscriptions.wrong_phase
 */
@UseCase()
export class WithdrawSubmission {
  constructor(private readonly writes: Writes) {}

  @Answers(subscriptions.withdrawSubmission)
  async execute(request: Request, call: Call) {
    const person = personOf(call);
    const { reply } = await this.writes.once(call, request, (tx) => this.withdraw(tx, person, request));
    return reply;
  }

  private async withdraw(tx: Tx, person: PersonCaller, { subscriptionId }: Request) {
    const held = await lockOwn(tx.manager, person.partnerId, subscriptionId);
    requireSandboxPhase(held.plan);
    const { phase } = held.subscription;
    const pending = await pendingSubmissionOf(tx.manager, subscriptionId);
    if (!pending || phase !== moves.withdrawn.from) {
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
    const recorded = { action: 'withdrawn', to: moves.withdrawn.to, by, submissionId: pending.id } as const;
    const withdrawn = await advance(tx, held, recorded);
    await tx.emit(subscriptions.submissionWithdrawn, aggregateOf(withdrawn), submissionFact(withdrawn, pending, by));
    return describeSubscription(tx.manager, withdrawn.subscription);
  }
}
