import { In, IsNull, type EntityManager } from 'typeorm';
import type { SubmissionId, subscriptions } from '#libs/contracts';
import { notFound } from '#libs/errors';
import { describeSubscriptions } from './subscription.view';
import { FormVersion, Subscription, type Submission } from '../storage/entities';
import { getSubmission } from '../storage/submissions.repository';

type Review = ReturnType<typeof describe>;

/**
 * Submissions as reviewers see them, in the order given: each with the form as it stood when it was answered (B41).
 * Those of a cancelled subscription are left out.
 */
export async function describeReviews(manager: EntityManager, submissions: Submission[]): Promise<Review[]> {
  const ids = submissions.map(({ subscriptionId }) => subscriptionId);
  const rows = await manager.findBy(Subscription, { id: In(ids), cancelledAt: IsNull() });
  const described = await describeSubscriptions(manager, rows);
  const forms = await formsOf(manager, rows, submissions);
  return submissions.flatMap((submission) => {
    const index = rows.findIndex(({ id }) => id === submission.subscriptionId);
    const [row, subscription] = [rows[index], described[index]];
    if (!row || !subscription) return [];
    const form = forms.find(({ planId, version }) => planId === row.planId && version === submission.formVersion);
    return [describe(submission, row, subscription, form)];
  });
}

/** @throws not_found */
export async function describeReview(manager: EntityManager, id: SubmissionId): Promise<Review> {
  const [review] = await describeReviews(manager, [await getSubmission(manager, id)]);
  if (!review) throw notFound();
  return review;
}

function formsOf(manager: EntityManager, rows: Subscription[], submissions: Submission[]): Promise<FormVersion[]> {
  const versions = submissions.flatMap(({ formVersion }) => (formVersion === null ? [] : [formVersion]));
  return manager.findBy(FormVersion, { planId: In(rows.map(({ planId }) => planId)), version: In(versions) });
}

const describe = (
  submission: Submission,
  { partnerId }: Subscription,
  subscription: subscriptions.Subscription,
  form: FormVersion | undefined,
) => ({
  submissionId: submission.id,
  number: submission.number,
  state: submission.state,
  partnerId,
  subscription,
  form: form ? { version: form.version, steps: form.steps } : null,
  answers: submission.answers,
  submittedAt: submission.submittedAt.toISOString(),
  submittedBy: submission.submittedBy,
  decidedAt: submission.decidedAt?.toISOString() ?? null,
  decidedBy: submission.decidedBy,
  notes: submission.notes,
  items: submission.items,
});
