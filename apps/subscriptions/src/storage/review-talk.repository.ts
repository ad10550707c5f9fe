import { LessThan, type EntityManager } from 'typeorm';
import type { PartnerId, ReviewMessageId, SubscriptionId } from '#libs/contracts';
import { InternalNote, ReviewMessage, type Side } from './entities';

interface Page {
  after: string | null;
  limit: number;
}

/** Newest first; one more than `limit` where there is a next page. */
export const listReviewMessages = (
  manager: EntityManager,
  subscriptionId: SubscriptionId,
  { after, limit }: Page,
): Promise<ReviewMessage[]> =>
  manager.find(ReviewMessage, {
    where: { subscriptionId, ...(after && { id: LessThan(after as ReviewMessageId) }) },
    order: { id: 'DESC' },
    take: limit + 1,
  });

export const listInternalNotes = (
  manager: EntityManager,
  subscriptionId: SubscriptionId,
  { after, limit }: Page,
): Promise<InternalNote[]> =>
  manager.find(InternalNote, {
    where: { subscriptionId, ...(after && { id: LessThan(after as ReviewMessageId) }) },
    order: { id: 'DESC' },
    take: limit + 1,
  });

/** Messages or notes. */
export type Talk = typeof ReviewMessage | typeof InternalNote;

/** Until the transaction ends nobody else writes to, or as, this partner: who counts takes turns. */
export async function lockTalkOf(manager: EntityManager, partnerId: PartnerId): Promise<void> {
  await manager.query(`select pg_advisory_xact_lock(hashtextextended($1, 12))`, [`review talk of ${partnerId}`]);
}

/** How many one side has written about a subscription. */
export const countOfSide = (
  manager: EntityManager,
  talk: Talk,
  subscriptionId: SubscriptionId,
  side: Side,
): Promise<number> => manager.countBy(talk, { subscriptionId, side });

/** When one side has written, of a partner, the last but so many. Null: it has not written as many. */
export async function lastButOf(
  manager: EntityManager,
  talk: Talk,
  { partnerId, side }: { partnerId: PartnerId; side: Side },
  many: number,
): Promise<Date | null> {
  const [row] = await manager.find(talk, {
    select: { id: true, at: true },
    where: { partnerId, side },
    order: { at: 'DESC' },
    skip: many - 1,
    take: 1,
  });
  return row?.at ?? null;
}
