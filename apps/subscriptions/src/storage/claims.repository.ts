import { In, type EntityManager } from 'typeorm';
import { actorOf, type StaffCaller, type StaffId, type SubmissionId } from '#libs/contracts';
import type { Tx } from '#libs/database';
import { Claim, Staff, Submission } from './entities';

/** Whoever asks holds the lock of the subscription: nobody claims meanwhile. */
export const claimOf = (manager: EntityManager, submissionId: SubmissionId): Promise<Claim | null> =>
  manager.findOneBy(Claim, { submissionId });

export async function claimsOf(manager: EntityManager, ids: SubmissionId[]): Promise<Map<SubmissionId, Claim>> {
  const claims = await manager.findBy(Claim, { submissionId: In(ids) });
  return new Map(claims.map((claim) => [claim.submissionId, claim]));
}

/** Instead of whoever had it. */
export async function putClaim(tx: Tx, submissionId: SubmissionId, by: StaffCaller): Promise<void> {
  const { staffId, role } = by;
  await tx.manager.upsert(Claim, { submissionId, staffId, role, claimedBy: actorOf(by), claimedAt: tx.now }, [
    'submissionId',
  ]);
}

export async function endClaim({ manager }: Tx, submissionId: SubmissionId): Promise<void> {
  await manager.delete(Claim, { submissionId });
}

export async function endClaimsOfStaff({ manager }: Tx, staffId: StaffId): Promise<void> {
  await manager.delete(Claim, { staffId });
}

/** @returns whether nobody had claimed it before */
export async function noteTakenUp({ manager, now }: Tx, { id, takenUpAt }: Submission): Promise<boolean> {
  if (takenUpAt !== null) return false;
  await manager.update(Submission, { id }, { takenUpAt: now });
  return true;
}

/** @returns whether that was news: what is as old as what is known, or older, changes nothing */
export async function keepStaff({ manager }: Tx, { id, active, version }: Staff): Promise<boolean> {
  const kept = await manager.query<unknown[]>(
    `insert into subscriptions.staff as known (id, active, version) values ($1, $2, $3)
     on conflict (id) do update set active = excluded.active, version = excluded.version
       where known.version < excluded.version
     returning id`,
    [id, active, version],
  );
  return kept.length > 0;
}

/**
 * Whether they are staff as far as is known. Until the transaction ends they are not switched off: whoever does that ends
 * this claim, too.
 */
export async function isStillStaff({ manager }: Tx, id: StaffId): Promise<boolean> {
  const known = await manager.findOne(Staff, { where: { id }, lock: { mode: 'pessimistic_read' } });
  return known?.active ?? true;
}
