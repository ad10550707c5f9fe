import { actorOf, identity, subscriptions, type PersonCaller, type RequestOf } from '#libs/contracts';
import type { Tx } from '#libs/database';
import { fail, invalid } from '#libs/errors';
import { Answers, asService, personOf, QuestionClient, UseCase, Writes, type Call } from '#libs/messaging';
import { moves, phaseInWords } from '../../domain/phases';
import { requireStorable } from '../../domain/storable';
import { FormChecks } from '../../form-checks';
import { formAt } from '../../storage/catalogue.repository';
import { describeSubscription } from '../../storage/describe-subscriptions';
import type { Plan, Submission, Subscription } from '../../storage/entities';
import { insertSubmission, submissionFact } from '../../storage/submissions.repository';
import { aggregateOf, lockOwn, type Held } from '../../storage/subscriptions.repository';
import { advance } from '../../storage/transitions.repository';

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
    private readonly questions: QuestionClient,
    private readonly writes: Writes,
    private readonly forms: FormChecks,
  ) {}

  @Answers(subscriptions.submitForReview)
  async execute(request: Request, call: Call) {
    requireStorable(request);
    const person = personOf(call);
    // Asked before the transaction: identity asks this service while it makes a key, and with both holding
    // connections they would wait for each other.
    const { live } = await this.hasSandboxKey(person, request, call);
    const { reply } = await this.writes.once(call, request, async (tx) => {
      const held = await lockOwn(tx.manager, person.partnerId, request.subscriptionId);
      requireInSandbox(held.subscription);
      if (!live) fail('subscriptions.no_sandbox_key', 'Make a sandbox key for this subscription first.');
      await this.requireAnswers(tx, held.plan, request.answers);
      return this.submit(tx, held, person, request);
    });
    return reply;
  }

  private hasSandboxKey({ partnerId }: PersonCaller, { subscriptionId }: Request, call: Call) {
    return this.questions.ask(
      identity.hasLiveKey,
      'sandbox',
      { partnerId, subscriptionId },
      asService('subscriptions', call),
    );
  }

  private async requireAnswers({ manager }: Tx, plan: Plan, answers: subscriptions.Answers): Promise<void> {
    const form = await formAt(manager, plan.id, plan.formVersion);
    const faults = form ? this.forms.of(plan.id, form)(answers) : faultsWithoutForm(answers);
    if (faults.length > 0) throw invalid(faults, 'The answers are not complete and valid.');
  }

  private async submit(tx: Tx, held: Held, person: PersonCaller, { answers }: Request) {
    const by = actorOf(person);
    const submission = await insertSubmission(tx, {
      subscriptionId: held.subscription.id,
      formVersion: held.plan.formVersion,
      answers,
      by,
    });
    const recorded = { action: 'submitted', to: moves.submitted.to, by, submissionId: submission.id } as const;
    const submitted = await advance(tx, held, recorded, { changesRequested: false });
    await tx.emit(subscriptions.submissionReceived, aggregateOf(submitted), submissionFact(submitted, submission, by));
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

const faultsWithoutForm = (answers: subscriptions.Answers) =>
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
