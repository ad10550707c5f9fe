import type { EntityManager } from 'typeorm';
import type { ReplyOf, StaffCaller, subscriptions } from '#libs/contracts';
import type { Submission, Subscription } from '../storage/entities';
import type { AccountSides } from '../domain/account-side';
import { partnerSummaries } from './partner.view';
import { describeReviews, type DescribedReview } from './review.view';
import { describeSubscriptions } from './subscription.view';

/** Submissions as a reviewer finds them, in the order given. */
export async function describeQueue(
  manager: EntityManager,
  submissions: Submission[],
  sides: AccountSides,
  by: StaffCaller,
): Promise<Summary[]> {
  return (await describeReviews(manager, submissions, sides, by)).map(summaryOf);
}

/** Subscriptions with whose they are, in the order given. */
export async function describeFound(
  manager: EntityManager,
  rows: Subscription[],
  sides: AccountSides,
): Promise<ReplyOf<typeof subscriptions.searchSubscriptions>['items']> {
  const described = await describeSubscriptions(manager, rows, sides);
  const partnerOf = await partnerSummaries(
    manager,
    rows.map(({ partnerId }) => partnerId),
  );
  return rows.flatMap((row, index) => {
    const subscription = described[index];
    return subscription ? [{ ...subscription, state: stateOf(row), partner: partnerOf(row.partnerId) }] : [];
  });
}

type Summary = ReplyOf<typeof subscriptions.listReviews>['items'][number];

/** Answers and form can be large, and a queue is long: they are read one by one. */
const summaryOf = ({ answers: _answers, form: _form, ...review }: DescribedReview) => review;

const stateOf = ({ cancelledAt, restorableUntil }: Subscription): subscriptions.SubscriptionState => {
  if (!cancelledAt) return 'running';
  return restorableUntil ? 'cancelled' : 'ended';
};
