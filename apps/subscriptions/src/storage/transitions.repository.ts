import type { Actor, SubmissionId, subscriptions, SubscriptionId } from '#libs/contracts';
import type { Tx } from '#libs/database';
import { SlipwayError } from '#libs/errors';
import { isLegal, type Action } from '../domain/phases';
import { Subscription, Transition } from './entities';
import type { SubscriptionWithPlan } from './subscriptions.repository';

interface Recorded {
  action: Action;
  to: subscriptions.Phase;
  by: Actor;
  notes?: string | null;
  submissionId?: SubmissionId;
}

type Change = Partial<Omit<Subscription, 'id' | 'partnerId' | 'planId' | 'phase' | 'version'>>;

/**
 * Changes a subscription: one compare-and-set on (phase, version) and one row of the record, which nobody edits. This
 * is the only way to another phase.
 *
 * @throws conflict if the subscription is no longer what was read
 */
export async function advance(
  tx: Tx,
  withPlan: SubscriptionWithPlan,
  recorded: Recorded,
  change: Change = {},
): Promise<SubscriptionWithPlan> {
  const { id, phase, version } = withPlan.subscription;
  requireLegal(recorded.action, phase, recorded.to);
  const next = { ...change, phase: recorded.to, version: version + 1 };
  const { affected } = await tx.manager.update(Subscription, { id, phase, version }, next);
  if (affected !== 1)
    throw new SlipwayError('conflict', 'The subscription has changed in the meantime. Read it again.');
  await insertTransition(tx, id, { ...recorded, from: phase, version: version + 1 });
  return { ...withPlan, subscription: { ...withPlan.subscription, ...next } };
}

/** Whether a payment of it was taken back: then its production keys were stopped. */
export const wasUndone = ({ manager }: Tx, subscriptionId: SubscriptionId): Promise<boolean> =>
  manager.existsBy(Transition, { subscriptionId, action: 'payment_undone' });

/** The first row of the record. */
export async function recordCreation(
  tx: Tx,
  { id, phase }: Subscription,
  by: Actor,
  submissionId?: SubmissionId,
): Promise<void> {
  requireLegal('created', null, phase);
  await insertTransition(tx, id, { action: 'created', from: null, to: phase, version: 1, by, submissionId });
}

async function insertTransition(
  tx: Tx,
  subscriptionId: SubscriptionId,
  { by, notes = null, submissionId, ...row }: Recorded & Pick<Transition, 'from' | 'version'>,
): Promise<void> {
  await tx.manager.insert(Transition, {
    ...row,
    subscriptionId,
    actor: by,
    notes,
    submissionId: submissionId ?? null,
    at: tx.now,
  });
}

function requireLegal(action: Action, from: subscriptions.Phase | null, to: subscriptions.Phase): void {
  if (!isLegal(action, from, to)) throw new Error(`${action} does not lead from ${from} to ${to}`);
}
