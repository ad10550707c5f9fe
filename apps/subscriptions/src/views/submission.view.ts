import type { subscriptions } from '#libs/contracts';
import type { Submission } from '../storage/entities';
import type { DescribeItems } from './change-items.view';

/** As its partner sees it. */
export const describeSubmission = (
  submission: Submission,
  describeItems: DescribeItems,
): subscriptions.OwnSubmission => ({
  submissionId: submission.id,
  number: submission.number,
  state: submission.state,
  formVersion: submission.formVersion,
  answers: submission.answers,
  submittedAt: submission.submittedAt.toISOString(),
  submittedBy: submission.submittedBy,
  decision: decisionOf(submission, describeItems(submission)),
});

const decisionOf = ({ state, decidedAt, decidedBy, notes }: Submission, items: subscriptions.ShownChangeItem[]) =>
  decidedAt && decidedBy ? { state, at: decidedAt.toISOString(), by: decidedBy, notes, items } : null;
