import type { EntityManager } from 'typeorm';
import type { SubscriptionId } from '#libs/contracts';
import type { Tx } from '#libs/database';
import { Draft } from './entities';
import { insertRow } from './insert-row';

export const findDraft = (manager: EntityManager, subscriptionId: SubscriptionId): Promise<Draft | null> =>
  manager.findOneBy(Draft, { subscriptionId });

/** In the place of the one before; the subscription is locked. */
export async function replaceDraft(tx: Tx, draft: Draft): Promise<void> {
  await deleteDraft(tx, draft.subscriptionId);
  await insertRow(tx, Draft, draft);
}

/** It was submitted, or never will be. */
export async function deleteDraft({ manager }: Tx, subscriptionId: SubscriptionId): Promise<void> {
  await manager.delete(Draft, { subscriptionId });
}
