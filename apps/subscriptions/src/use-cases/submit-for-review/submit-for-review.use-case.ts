import { actorOf, identity, subscriptions, type PersonCaller, type RequestOf } from '#libs/contracts';
import type { Tx } from '#libs/database';
import { fail, invalid } from '#libs/errors';
import { RpcHandler, asService, personOf, RpcClient, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { moves, phaseInWords } from '../../domain/phases';
import { FormChecks } from '../../forms/form-checks';
import { formAt } from '../../storage/catalogue.repository';
import { describeSubscription } from '../../views/subscription.view';
import type { Plan, Submission, Subscription } from '../../storage/entities';
import { insertSubmission } from '../../storage/submissions.repository';
import { lockOwn, type SubscriptionWithPlan } from '../../storage/subscriptions.repository';
import { advance } from '../../storage/transitions.repository';
import { aggregateOf, submissionEventData } from '../../views/subscription.event-data';

type Request = RequestOf<typeof subscriptions.submitForReview>;

/**
 * Submits a subscription for review: from its sandbox phase (B37), with a live sandbox key of its own (B36), and with
 * complete and valid answers where the plan has a form (B37). Clears the flag of requested changes (B41).
 *
 * @throws not_found, subscriptions.wrong_phase, subscriptions.no_sandbox_key, invalid_request
 */
@UseCase()
export class SubmitForReview {
  constructor(
    private readonly rpc: RpcClient,
    private readonly transaction: IdempotentTransaction,
    private readonly forms: FormChecks,
  ) {}

  @RpcHandler(subscriptions.submitForReview)
  async execute(request: Request, context: RpcContext) {
    const person = personOf(context);
    // Asked before the transaction: identity asks this service while it makes a key, and with both holding
    // connections they would wait for each other.
    const { live } = await this.hasSandboxKey(person, request, context);
    const { reply } = await this.transaction.run(context, request, async (tx) => {
      const withPlan = await lockOwn(tx.manager, person.partnerId, request.subscriptionId);
      requireInSandbox(withPlan.subscription);
      if (!live) fail('subscriptions.no_sandbox_key', 'Make a sandbox key for this subscription first.');
      await this.requireAnswers(tx, withPlan.plan, request.answers);
      return this.submit(tx, withPlan, person, request);
    });
    return reply;
  }

  private hasSandboxKey({ partnerId }: PersonCaller, { subscriptionId }: Request, context: RpcContext) {
    return this.rpc.call(
      identity.hasLiveKey,
      'sandbox',
      { partnerId, subscriptionId },
      asService('subscriptions', context),
    );
  }

  private async requireAnswers({ manager }: Tx, plan: Plan, answers: subscriptions.FormAnswers): Promise<void> {
    const form = await formAt(manager, plan.id, plan.formVersion);
    const faults = form ? this.forms.of(plan.id, form)(answers) : faultsWithoutForm(answers);
    if (faults.length > 0) throw invalid(faults, 'The answers are not complete and valid.');
  }

  private async submit(tx: Tx, withPlan: SubscriptionWithPlan, person: PersonCaller, { answers }: Request) {
    const by = actorOf(person);
    const submission = await insertSubmission(tx, {
      subscriptionId: withPlan.subscription.id,
      formVersion: withPlan.plan.formVersion,
      answers,
      by,
    });
    const recorded = { action: 'submitted', to: moves.submitted.to, by, submissionId: submission.id } as const;
    const submitted = await advance(tx, withPlan, recorded, { changesRequested: false });
    await tx.publishEvent(
      subscriptions.submissionReceived,
      aggregateOf(submitted),
      submissionEventData(submitted, submission, by),
    );
    return describe(submission, await describeSubscription(tx.manager, submitted.subscription));
  }
}

function requireInSandbox({ phase }: Subscription): void {
  if (phase !== moves.submitted.from) {
    fail(
      'subscriptions.wrong_phase',
      `Only a subscription in sandbox can be submitted for review; this one is ${phaseInWords[phase]}.`,
      {
        phase,
      },
    );
  }
}

const faultsWithoutForm = (answers: subscriptions.FormAnswers) =>
  Object.keys(answers).length === 0
    ? []
    : [{ pointer: '/answers', detail: 'This plan has no submission form to answer.' }];

const describe = ({ id, number, state, formVersion }: Submission, subscription: subscriptions.Subscription) => ({
  submissionId: id,
  number,
  state,
  formVersion,
  subscription,
});
