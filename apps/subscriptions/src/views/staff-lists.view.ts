import type { EntityManager } from 'typeorm';
import type { PartnerId, ReplyOf, subscriptions } from '#libs/contracts';
import type { Partner, Submission, Subscription } from '../storage/entities';
import { findPartners } from '../storage/partners.repository';
import type { AccountSides } from '../domain/account-side';
import { describeReviews, type DescribedReview } from './review.view';
import { describeSubscriptions } from './subscription.view';

/** Submissions with what a reviewer finds them by, in the order given. */
export async function describeQueue(
  manager: EntityManager,
  submissions: Submission[],
  sides: AccountSides,
): Promise<Summary[]> {
  const reviews = await describeReviews(manager, submissions, sides);
  const partnerOf = summaries(
    await findPartners(
      manager,
      reviews.map(({ partnerId }) => partnerId),
    ),
  );
  return reviews.map((review) => ({
    ...summaryOf(review),
    partner: partnerOf(review.partnerId),
    changesRequestedBefore: isAgain(review),
  }));
}

/** Subscriptions with whose they are, in the order given. */
export async function describeFound(
  manager: EntityManager,
  rows: Subscription[],
  sides: AccountSides,
): Promise<ReplyOf<typeof subscriptions.searchSubscriptions>['items']> {
  const described = await describeSubscriptions(manager, rows, sides);
  const partnerOf = summaries(
    await findPartners(
      manager,
      rows.map(({ partnerId }) => partnerId),
    ),
  );
  return rows.flatMap((row, index) => {
    const subscription = described[index];
    return subscription ? [{ ...subscription, state: stateOf(row), partner: partnerOf(row.partnerId) }] : [];
  });
}

type Summary = ReplyOf<typeof subscriptions.listReviews>['items'][number];

/** Answers and form can be large, and a queue is long: they are read one by one. */
const summaryOf = ({ answers: _answers, form: _form, ...review }: DescribedReview) => review;

/** Ids are made in the order of time. */
const isAgain = ({ submissionId, subscription: { notices } }: DescribedReview): boolean =>
  notices.some((notice) => notice.kind === 'changes_requested' && notice.submissionId < submissionId);

const summaries =
  (partners: Partner[]) =>
  (id: PartnerId): subscriptions.PartnerSummary => {
    const { name, domain, verified, suspended } = partners.find((partner) => partner.id === id) ?? unknown;
    return { id, name, domain, verified, suspended };
  };

/** What identity has published of it is still on its way. */
const unknown = { name: null, domain: null, verified: false, suspended: false };

const stateOf = ({ cancelledAt, restorableUntil }: Subscription): subscriptions.SubscriptionState => {
  if (!cancelledAt) return 'running';
  return restorableUntil ? 'cancelled' : 'ended';
};
