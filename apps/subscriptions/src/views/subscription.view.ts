import { In, type EntityManager } from 'typeorm';
import { subscriptions, type SubscriptionId } from '#libs/contracts';
import { nudgeFrom } from '../domain/nudge';
import { titles } from '../domain/phases';
import { productionBlockers } from '../domain/production-blockers';
import { stepsOf } from '../domain/stepper';
import { submitBlockers } from '../domain/submit-blockers';
import type { AccountSide, AccountSides } from '../domain/account-side';
import { priceOf } from './catalogue.view';
import { changeItemsOf } from './change-items.view';
import { Plan, Submission, Transition, type Subscription } from '../storage/entities';

type Notice = subscriptions.Subscription['notices'][number];

/** Subscriptions as both sides see them, in the order given. */
export async function describeSubscriptions(
  manager: EntityManager,
  rows: Subscription[],
  sides: AccountSides,
): Promise<subscriptions.Subscription[]> {
  const ids = rows.map(({ id }) => id);
  const plans = await manager.find(Plan, {
    where: { id: In(rows.map(({ planId }) => planId)) },
    relations: { product: true },
  });
  const notices = [...(await decisionsOf(manager, ids)), ...(await reopeningsOf(manager, ids))];
  const counts = await submissionCounts(manager, ids);
  const reviewed = await pendingOrApproved(manager, ids);
  return rows.map((subscription) => {
    const plan = plans.find(({ id }) => id === subscription.planId);
    if (!plan) throw new Error(`no plan of subscription ${subscription.id}`);
    return describe(subscription, plan, {
      side: sides(subscription),
      submissions: counts.get(subscription.id) ?? 0,
      reviewed: reviewed.filter(({ subscriptionId }) => subscriptionId === subscription.id),
      notices: notices.flatMap(({ of, notice }) => (of === subscription.id ? [notice] : [])).sort(newestFirst),
    });
  });
}

export async function describeSubscription(
  manager: EntityManager,
  row: Subscription,
  sides: AccountSides,
): Promise<subscriptions.Subscription> {
  const [described] = await describeSubscriptions(manager, [row], sides);
  if (!described) throw new Error(`subscription ${row.id} was not described`);
  return described;
}

interface NoticeOf {
  of: SubscriptionId;
  notice: Notice;
}

const newestFirst = (a: Notice, b: Notice): number => b.at.localeCompare(a.at);

/** B40: one for each decision, without the answers, which may be long. */
async function decisionsOf(manager: EntityManager, ids: SubscriptionId[]): Promise<NoticeOf[]> {
  const decided = await manager.find(Submission, {
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
  });
  const describeItems = await changeItemsOf(manager, ids);
  return decided.flatMap(({ id, subscriptionId, state, decidedAt, decidedBy, notes, items, formVersion }) => {
    if (state === 'pending' || state === 'withdrawn' || !decidedAt || !decidedBy) return [];
    const at = decidedAt.toISOString();
    const shown = describeItems({ id, items });
    const said = { title: titles[state], notes, items: shown, at, by: decidedBy, submissionId: id, formVersion };
    return [{ of: subscriptionId, notice: { kind: state, ...said } }];
  });
}

/** B42: what was rejected and may go on says so. */
async function reopeningsOf(manager: EntityManager, ids: SubscriptionId[]): Promise<NoticeOf[]> {
  const reopened = await manager.findBy(Transition, { subscriptionId: In(ids), action: 'reopened' });
  return reopened.flatMap(({ subscriptionId, submissionId, at, actor, notes }) => {
    if (!submissionId) return [];
    const said = { title: titles.reopened, notes, items: [], at: at.toISOString(), by: actor };
    return [{ of: subscriptionId, notice: { kind: 'reopened' as const, ...said, submissionId, formVersion: null } }];
  });
}

/** Numbers have no gaps: the last is how many there have been. */
async function submissionCounts(manager: EntityManager, ids: SubscriptionId[]): Promise<Map<SubscriptionId, number>> {
  const rows = await manager.query<{ id: SubscriptionId; count: number }[]>(
    `select subscription_id as id, max(number) as count from subscriptions.submissions
     where subscription_id = any($1) group by subscription_id`,
    [ids],
  );
  return new Map(rows.map(({ id, count }) => [id, count]));
}

type PendingOrApproved = Pick<
  Submission,
  'id' | 'subscriptionId' | 'number' | 'state' | 'submittedAt' | 'decidedAt' | 'nudgedAt'
>;

/** What waits, and what was approved, newest first; without the answers, which may be long. */
const pendingOrApproved = (manager: EntityManager, ids: SubscriptionId[]): Promise<PendingOrApproved[]> =>
  manager.find(Submission, {
    select: {
      id: true,
      subscriptionId: true,
      number: true,
      state: true,
      submittedAt: true,
      decidedAt: true,
      nudgedAt: true,
    },
    where: { subscriptionId: In(ids), state: In(['pending', 'approved']) },
    order: { number: 'DESC' },
  });

interface Beside {
  side: AccountSide;
  submissions: number;
  reviewed: PendingOrApproved[];
  notices: Notice[];
}

function describe(
  subscription: Subscription,
  plan: Plan,
  { side, submissions: count, reviewed, notices }: Beside,
): subscriptions.Subscription {
  const reasons = [...productionBlockers(plan, subscription), ...side.blockers];
  const pending = reviewed.find(({ state }) => state === 'pending');
  const approved = reviewed.find(({ state }) => state === 'approved');
  const blockers = submitBlockers({
    ...subscription,
    hasSandbox: plan.sandbox,
    isUnderReview: pending !== undefined,
    submissions: count,
    hasSandboxKey: side.hasSandboxKey,
  });
  return {
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
    canSubmit: blockers.length === 0,
    submitBlockers: blockers,
    production: {
      unlocked: reasons.length === 0,
      reasons,
      approvedAt: subscription.approvedAt?.toISOString() ?? null,
    },
    cancellation: subscription.cancelledAt && {
      at: subscription.cancelledAt.toISOString(),
      restorableUntil: subscription.restorableUntil?.toISOString() ?? null,
    },
    inForce: approved?.decidedAt
      ? { submissionId: approved.id, number: approved.number, approvedAt: approved.decidedAt.toISOString() }
      : null,
    underReview: pending ? describePending(pending) : null,
    createdAt: subscription.createdAt.toISOString(),
  };
}

const describePending = ({ id: submissionId, number, submittedAt, nudgedAt }: PendingOrApproved) => ({
  submissionId,
  number,
  submittedAt: submittedAt.toISOString(),
  nudgeFrom: nudgeFrom(submittedAt).toISOString(),
  nudgedAt: nudgedAt?.toISOString() ?? null,
});
