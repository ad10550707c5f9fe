import type { subscriptions } from '#libs/contracts';
import type { Submission } from '../storage/entities';

/** As its partner sees it. */
export const describeSubmission = (submission: Submission): subscriptions.OwnSubmission => ({
  submissionId: submission.id,
  number: submission.number,
  state: submission.state,
  formVersion: submission.formVersion,
  answers: submission.answers,
  submittedAt: submission.submittedAt.toISOString(),
  submittedBy: submission.submittedBy,
  decision: decisionOf(submission),
});

const decisionOf = ({ state, decidedAt, decidedBy, notes, items }: Submission) =>
  decidedAt && decidedBy ? { state, at: decidedAt.toISOString(), by: decidedBy, notes, items } : null;
