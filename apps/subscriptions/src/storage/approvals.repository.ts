import { In, type EntityManager } from 'typeorm';
import { actorOf, type StaffCaller, type SubmissionId } from '#libs/contracts';
import type { Tx } from '#libs/database';
import { Approval } from './entities';

/** Oldest first. */
export const approvalsOf = (manager: EntityManager, ids: SubmissionId[]): Promise<Approval[]> =>
  manager.find(Approval, { where: { submissionId: In(ids) }, order: { at: 'ASC' } });

export async function insertApproval(
  { manager, now }: Tx,
  submissionId: SubmissionId,
  by: StaffCaller,
  notes: string | null,
): Promise<void> {
  await manager.insert(Approval, { submissionId, staffId: by.staffId, approvedBy: actorOf(by), notes, at: now });
}
