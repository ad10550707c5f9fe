import { In, type EntityManager } from 'typeorm';
import type { PlanId, StaffCaller, SubmissionId, subscriptions } from '#libs/contracts';
import { notFound } from '#libs/errors';
import { changeItemsOf } from './change-items.view';
import { partnerSummaries } from './partner.view';
import { describeResubmission } from './resubmission.view';
import { describeSubscriptions } from './subscription.view';
import { FormVersion, Plan, Subscription, type Approval, type Claim, type Submission } from '../storage/entities';
import { approvalsOf } from '../storage/approvals.repository';
import { claimsOf } from '../storage/claims.repository';
import { countEarlierAttempts, earlierAttemptsOf, type EarlierAttempt } from '../storage/earlier-attempts.sql';
import { limitedTo } from '../storage/reviewer-groups.repository';
import { getSubmission } from '../storage/submissions.repository';
import type { AccountSides } from '../domain/account-side';

/** Without the earlier attempts, and what is new since the last. */
export type DescribedReview = ReturnType<typeof describe>;

/**
 * Submissions as reviewers see them, in the order given: each with the form as it stood when it was answered (B41). Of what
 * was tried before, with what they may see.
 */
export async function describeReviews(
  manager: EntityManager,
  submissions: Submission[],
  sides: AccountSides,
  by: StaffCaller,
): Promise<DescribedReview[]> {
  const ids = submissions.map(({ subscriptionId }) => subscriptionId);
  const rows = await manager.findBy(Subscription, { id: In(ids) });
  const described = await describeSubscriptions(manager, rows, sides);
  const forms = await formsOf(manager, rows, submissions);
  const attempts = await countEarlierAttempts(manager, submissions, limitedTo(by));
  const describeItems = await changeItemsOf(manager, ids);
  const claims = await claimsOf(
    manager,
    submissions.map(({ id }) => id),
  );
  const given = await approvalsOf(
    manager,
    submissions.map(({ id }) => id),
  );
  const plans = await fourEyesOf(manager, rows);
  const partnerOf = await partnerSummaries(
    manager,
    rows.map(({ partnerId }) => partnerId),
  );
  return submissions.flatMap((submission) => {
    const index = rows.findIndex(({ id }) => id === submission.subscriptionId);
    const [row, subscription] = [rows[index], described[index]];
    if (!row || !subscription) return [];
    const form = forms.find(({ planId, version }) => planId === row.planId && version === submission.formVersion);
    const earlierAttempts = attempts.get(submission.id) ?? 0;
    const items = describeItems(submission);
    const claim = claims.get(submission.id) ?? null;
    const approvals = given.filter(({ submissionId }) => submissionId === submission.id);
    const fourEyes = plans.get(row.planId) ?? false;
    return [
      describe(submission, {
        ...{ subscription, form, earlierAttempts, items, claim, fourEyes, approvals },
        partner: partnerOf(row.partnerId),
      }),
    ];
  });
}

/** @throws not_found */
export async function describeReview(
  manager: EntityManager,
  id: SubmissionId,
  sides: AccountSides,
  by: StaffCaller,
): Promise<subscriptions.Review> {
  const submission = await getSubmission(manager, id);
  const [review] = await describeReviews(manager, [submission], sides, by);
  if (!review) throw notFound();
  const earlier = (await earlierAttemptsOf(manager, id, limitedTo(by))).map(describeAttempt);
  return { ...review, earlier, ...(await describeResubmission(manager, submission)) };
}

async function fourEyesOf(manager: EntityManager, rows: Subscription[]): Promise<Map<PlanId, boolean>> {
  const plans = await manager.find(Plan, {
    select: { id: true, fourEyes: true },
    where: { id: In(rows.map(({ planId }) => planId)) },
  });
  return new Map(plans.map(({ id, fourEyes }) => [id, fourEyes]));
}

function formsOf(manager: EntityManager, rows: Subscription[], submissions: Submission[]): Promise<FormVersion[]> {
  const versions = submissions.flatMap(({ formVersion }) => (formVersion === null ? [] : [formVersion]));
  return manager.findBy(FormVersion, { planId: In(rows.map(({ planId }) => planId)), version: In(versions) });
}

interface Beside {
  subscription: subscriptions.Subscription;
  form: FormVersion | undefined;
  earlierAttempts: number;
  items: subscriptions.ShownChangeItem[];
  claim: Claim | null;
  fourEyes: boolean;
  approvals: Approval[];
  partner: subscriptions.PartnerSummary;
}

const describe = (
  submission: Submission,
  { subscription, form, earlierAttempts, items, claim, fourEyes, approvals, partner }: Beside,
) => ({
  submissionId: submission.id,
  number: submission.number,
  state: submission.state,
  partnerId: partner.id,
  partner,
  subscription,
  changesRequestedBefore: subscription.notices.some((notice) => isOfEarlier(notice, submission)),
  missingAfterApproval: subscription.production.reasons.filter((reason) => reason !== 'review'),
  earlierAttempts,
  form: form ? { version: form.version, steps: form.steps } : null,
  answers: submission.answers,
  submittedAt: submission.submittedAt.toISOString(),
  submittedBy: submission.submittedBy,
  decidedAt: submission.decidedAt?.toISOString() ?? null,
  decidedBy: submission.decidedBy,
  notes: submission.notes,
  items,
  fourEyes,
  dueAt: submission.dueAt?.toISOString() ?? null,
  nudgedAt: submission.nudgedAt?.toISOString() ?? null,
  approvals: approvals.map(({ approvedBy: by, at, notes }) => ({ by, at: at.toISOString(), notes })),
  claim: claim && { by: claim.claimedBy, at: claim.claimedAt.toISOString() },
});

/** Ids are made in the order of time. */
const isOfEarlier = ({ kind, submissionId }: subscriptions.Notice, { id }: Submission): boolean =>
  kind === 'changes_requested' && submissionId < id;

const describeAttempt = ({ submittedAt, decidedAt, ...attempt }: EarlierAttempt) => ({
  ...attempt,
  submittedAt: submittedAt.toISOString(),
  decidedAt: decidedAt?.toISOString() ?? null,
});
