import type { EntityManager } from 'typeorm';
import type { SubscriptionId } from '#libs/contracts';
import { titles } from '../domain/phases';
import { Transition } from '../storage/entities';

/** Newest first. */
export async function timelineOf(manager: EntityManager, subscriptionId: SubscriptionId) {
  const rows = await manager.find(Transition, { where: { subscriptionId }, order: { version: 'DESC' } });
  return rows.map(({ action, from, to, at, actor, notes, submissionId }) => ({
    action,
    title: titles[action],
    from,
    to,
    at: at.toISOString(),
    by: actor,
    notes,
    submissionId,
  }));
}
