import type { Actor } from '#libs/contracts';
import type { Submission } from '../storage/entities';
import type { SubscriptionWithPlan } from '../storage/subscriptions.repository';

/** The members that every event of a subscription has. */
export const subscriptionEventData = ({ subscription, product }: SubscriptionWithPlan, by: Actor) => ({
  partnerId: subscription.partnerId,
  subscriptionId: subscription.id,
  subscriptionName: subscription.name,
  productName: product.name,
  by,
});

/** What an event of the subscription is about, as it stands now. */
export const aggregateOf = ({ subscription: { id, version } }: SubscriptionWithPlan) => ({ id, version });

/** The members that every event of a submission has. */
export const submissionEventData = (withPlan: SubscriptionWithPlan, { id, number }: Submission, by: Actor) => ({
  ...subscriptionEventData(withPlan, by),
  submissionId: id,
  number,
  phase: withPlan.subscription.phase,
});
