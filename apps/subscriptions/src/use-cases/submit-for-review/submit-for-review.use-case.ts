import { actorOf, subscriptions, type PersonCaller, type RequestOf } from '#libs/contracts';
import { Database, type Tx } from '#libs/database';
import { fail, invalid, unavailable, type FieldFault } from '#libs/errors';
import { RpcHandler, personOf, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import type { AccountSides } from '../../domain/account-side';
import { itemId, responseFaults } from '../../domain/change-items';
import { leadsTo, moves } from '../../domain/phases';
import { isSubmittable, requireSubmittable } from '../../domain/submit-blockers';
import { FormChecks } from '../../forms/form-checks';
import { describeSubscription } from '../../views/subscription.view';
import { deleteDraft } from '../../storage/drafts.repository';
import { reachMilestone } from '../../storage/milestones.repository';
import type { Plan, Submission, Subscription } from '../../storage/entities';
import {
  insertSubmission,
  lastDecidedOf,
  pendingSubmissionOf,
  submissionsOf,
} from '../../storage/submissions.repository';
import { findForm, lockOwn, type SubscriptionWithPlan } from '../../storage/subscriptions.repository';
import { advance } from '../../storage/transitions.repository';
import { aggregateOf, submissionEventData } from '../../views/subscription.event-data';
import { AccountSideReader } from '../../workflows/account-sides';

type Request = RequestOf<typeof subscriptions.submitForReview>;

/** The answers, held against the version of the plan's form that was in force then; null: none. */
interface Checked {
  formVersion: number | null;
  faults: FieldFault[];
}

/** How often a form may be replaced between the check of the answers and the lock. */
const checksMax = 3;
class FormReplaced extends Error {}

/**
 * Submits a subscription for review: from its sandbox phase (B37), or from production, which goes on meanwhile (B59), with a live
 * sandbox key of its own (B36), and with complete and valid answers where the plan has a form (B37). Clears the flag of requested
 * changes, and says of each note that was pinned to a field whether it was addressed (B41).
 *
 * The answers are checked before the transaction, for as long as that takes, and judged in it: who may not submit, and
 * who only repeats a request, is never told of them.
 *
 * @throws not_found, subscriptions.wrong_phase, subscriptions.no_sandbox_key, invalid_request, unavailable,
 * subscriptions.submission_limit_reached, subscriptions.answers_too_costly, subscriptions.form_replaced
 */
@UseCase()
export class SubmitForReview {
  constructor(
    private readonly database: Database,
    private readonly transaction: IdempotentTransaction,
    private readonly forms: FormChecks,
    private readonly sides: AccountSideReader,
  ) {}

  @RpcHandler(subscriptions.submitForReview)
  async execute(request: Request, context: RpcContext) {
    const person = personOf(context);
    this.forms.requireAllowed(person.partnerId);
    const own = { id: request.subscriptionId, partnerId: person.partnerId };
    // Called before the transaction: identity calls this service while it makes a key, and with both holding
    // connections they would wait for each other.
    const sides = await this.sides.of([own], context);
    for (let checks = 1; ; checks += 1) {
      const checked = sides(own).hasSandboxKey ? await this.check(person, request, context) : null;
      try {
        return await this.submitChecked(person, request, context, { sides, checked });
      } catch (error) {
        if (!(error instanceof FormReplaced)) throw error;
        if (checks === checksMax) throw unavailable(error);
      }
    }
  }

  private async submitChecked(
    person: PersonCaller,
    request: Request,
    context: RpcContext,
    { sides, checked }: { sides: AccountSides; checked: Checked | null },
  ) {
    const { reply } = await this.transaction.run(context, request, async (tx) => {
      const withPlan = await lockOwn(tx.manager, person.partnerId, request.subscriptionId);
      const pending = await pendingSubmissionOf(tx.manager, withPlan.subscription.id);
      requireSubmittable(withPlan.subscription.phase, withPlan.plan, pending !== null);
      if (!sides(withPlan.subscription).hasSandboxKey)
        fail('subscriptions.no_sandbox_key', 'Make a sandbox key for this subscription first.');
      requireCurrent(request, withPlan.plan);
      requireValid(checked, withPlan.plan, await this.responseFaults(tx, request));
      await requireFew(tx, withPlan.subscription);
      return this.submit(tx, withPlan, person, request, sides);
    });
    return reply;
  }

  /** Null: there is nothing to submit, which the transaction will say. */
  private async check(person: PersonCaller, { subscriptionId, answers }: Request, { deadline }: RpcContext) {
    const { partnerId } = person;
    const found = await this.database.reading('shared', (manager) => findForm(manager, partnerId, subscriptionId));
    if (!found || !isSubmittable(found.phase, found.plan)) return null;
    const { plan, form } = found;
    const faults = form
      ? await this.forms.faultsOf(plan.id, form, answers, { of: partnerId, deadline })
      : faultsWithoutForm(answers);
    return { formVersion: form?.version ?? null, faults };
  }

  /** B41: each note that is pinned to a field is marked addressed, or not, with a word. */
  private async responseFaults({ manager }: Tx, { subscriptionId, responses = [] }: Request): Promise<FieldFault[]> {
    const last = await lastDecidedOf(manager, subscriptionId);
    const requested = last?.state === 'changes_requested' ? last : null;
    const open = requested?.items.map((item, index) => ({ id: itemId(requested.id, index), item })) ?? [];
    return responseFaults(open, responses);
  }

  private async submit(
    tx: Tx,
    withPlan: SubscriptionWithPlan,
    person: PersonCaller,
    { answers, responses }: Request,
    sides: AccountSides,
  ) {
    const by = actorOf(person);
    const submission = await insertSubmission(tx, {
      subscriptionId: withPlan.subscription.id,
      plan: withPlan.plan,
      formVersion: withPlan.plan.formVersion,
      answers,
      responses,
      by,
    });
    await deleteDraft(tx, submission.subscriptionId);
    await reachMilestone(tx, { partnerId: person.partnerId, milestone: 'submitted', at: tx.now });
    const to = leadsTo('submitted', withPlan.subscription.phase) ?? moves.submitted.to;
    const recorded = { action: 'submitted', to, by, submissionId: submission.id } as const;
    const submitted = await advance(tx, withPlan, recorded, { changesRequested: false });
    await tx.publishEvent(
      subscriptions.submissionReceived,
      aggregateOf(submitted),
      submissionEventData(submitted, submission, by),
    );
    return describe(submission, await describeSubscription(tx.manager, submitted.subscription, sides));
  }
}

/** Somebody reads each of them; whose subscription has come so far talks to the provider. */
async function requireFew({ manager }: Tx, { id }: Subscription): Promise<void> {
  if ((await submissionsOf(manager, id)) < subscriptions.submissionsMax) return;
  fail(
    'subscriptions.submission_limit_reached',
    `A subscription can be submitted ${subscriptions.submissionsMax} times. Subscribe anew, or ask the provider.`,
  );
}

/** Whoever says which form they answer is not held to another. */
function requireCurrent({ formVersion }: Request, plan: Plan): void {
  if (formVersion === undefined || formVersion === plan.formVersion) return;
  fail('subscriptions.form_replaced', 'Another version of the form is in force. Read it again, and answer that one.', {
    formVersion: plan.formVersion,
  });
}

/** @throws FormReplaced when the answers were held against another form, or none */
function requireValid(checked: Checked | null, { formVersion }: Plan, ofResponses: FieldFault[]): void {
  if (checked?.formVersion !== formVersion) throw new FormReplaced();
  const faults = [...checked.faults, ...ofResponses];
  if (faults.length > 0) throw invalid(faults, inWords(checked.faults.length > 0, ofResponses.length > 0));
}

const inWords = (ofForm: boolean, ofResponses: boolean): string =>
  [
    ofForm && 'The answers are not complete and valid.',
    ofResponses && 'Say of each note of the reviewer whether it was addressed, with a word.',
  ]
    .filter(Boolean)
    .join(' ');

const faultsWithoutForm = (answers: subscriptions.FormAnswers) =>
  Object.keys(answers).length === 0
    ? []
    : [{ pointer: '/answers', detail: 'This plan has no submission form to answer.' }];

const describe = ({ id, number, state, formVersion }: Submission, subscription: subscriptions.Subscription) => ({
  submissionId: id,
  number,
  state,
  formVersion,
  phase: subscription.phase,
  subscription,
});
