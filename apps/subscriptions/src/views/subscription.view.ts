import { In, type EntityManager } from 'typeorm';
import { subscriptions } from '#libs/contracts';
import { titles } from '../domain/phases';
import { productionBlockers } from '../domain/production-blockers';
import { stepsOf } from '../domain/stepper';
import { priceOf } from './catalogue.view';
import { Grant, Plan, Submission, type Subscription } from '../storage/entities';

type Notice = subscriptions.Subscription['notices'][number];

/** Subscriptions as both sides see them, in the order given. */
export async function describeSubscriptions(
  manager: EntityManager,
  rows: Subscription[],
): Promise<subscriptions.Subscription[]> {
  const ids = rows.map(({ id }) => id);
  const plans = await manager.find(Plan, {
    where: { id: In(rows.map(({ planId }) => planId)) },
    relations: { product: true },
  });
  const opened = await manager.findBy(Grant, { subscriptionId: In(ids), environment: 'production' });
  const decided = await decisionsOf(manager, ids);
  return rows.map((subscription) => {
    const plan = plans.find(({ id }) => id === subscription.planId);
    if (!plan) throw new Error(`no plan of subscription ${subscription.id}`);
    return describe(subscription, plan, {
      unlocked: opened.some(({ subscriptionId }) => subscriptionId === subscription.id),
      notices: decided.filter(({ subscriptionId }) => subscriptionId === subscription.id).flatMap(noticesOf),
    });
  });
}

export async function describeSubscription(
  manager: EntityManager,
  row: Subscription,
): Promise<subscriptions.Subscription> {
  const [described] = await describeSubscriptions(manager, [row]);
  if (!described) throw new Error(`subscription ${row.id} was not described`);
  return described;
}

type DecidedSubmission = Pick<
  Submission,
  'id' | 'subscriptionId' | 'state' | 'decidedAt' | 'decidedBy' | 'notes' | 'items' | 'formVersion'
>;

/** Without the answers, which may be long. */
const decisionsOf = (manager: EntityManager, ids: Subscription['id'][]): Promise<DecidedSubmission[]> =>
  manager.find(Submission, {
    select: {
      id: true,
      subscriptionId: true,
      state: true,
      decidedAt: true,
      decidedBy: true,
      notes: true,
      items: true,
      formVersion: true,
    },
    where: { subscriptionId: In(ids), state: In(subscriptions.decision.options) },
    order: { number: 'DESC' },
  });

/** B40: one for each decision. */
function noticesOf({ id, state, decidedAt, decidedBy, notes, items, formVersion }: DecidedSubmission): Notice[] {
  if (state === 'pending' || state === 'withdrawn' || !decidedAt || !decidedBy) return [];
  const at = decidedAt.toISOString();
  return [{ kind: state, title: titles[state], notes, items, at, by: decidedBy, submissionId: id, formVersion }];
}

const describe = (
  subscription: Subscription,
  plan: Plan,
  { unlocked, notices }: { unlocked: boolean; notices: Notice[] },
): subscriptions.Subscription => ({
  id: subscription.id,
  name: subscription.name,
  product: { id: plan.product.id, name: plan.product.name, slug: plan.product.slug },
  plan: { id: plan.id, name: plan.name, sandbox: plan.sandbox, hasForm: plan.formVersion !== null },
  phase: subscription.phase,
  changesRequested: subscription.changesRequested,
  steps: stepsOf(plan, subscription.phase),
  payment: {
    state: subscription.paymentState,
    price: priceOf(plan),
    reference: subscription.paymentReference,
    paidAt: subscription.paidAt?.toISOString() ?? null,
  },
  notices,
  production: {
    unlocked,
    reasons: productionBlockers(plan, subscription),
    approvedAt: subscription.approvedAt?.toISOString() ?? null,
  },
  cancellation:
    subscription.cancelledAt && subscription.restorableUntil
      ? { at: subscription.cancelledAt.toISOString(), restorableUntil: subscription.restorableUntil.toISOString() }
      : null,
  createdAt: subscription.createdAt.toISOString(),
});
