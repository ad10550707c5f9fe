import type { EntityManager } from 'typeorm';
import type { PersonCaller, StaffCaller } from '#libs/contracts';
import { SlipwayError } from '#libs/errors';
import { Person, StaffMember } from './entities';

/*
 * Who acts was read when the request arrived. Each act looks again, in its transaction and under a lock: whoever removes
 * them waits for acts under way, and what comes later finds nobody. So nothing of theirs takes effect once the removal
 * has been answered.
 */

const stillSo = { mode: 'pessimistic_read' } as const;

/**
 * After the account's lock, where the act takes it: `remove-person` has the account before the person, and two who take
 * them in turn would wait for each other. @throws session_expired, forbidden where they had more rights a moment ago
 */
export async function requireStillThere(
  manager: EntityManager,
  { environment, accountId, personId: id, roles }: PersonCaller,
): Promise<void> {
  const person = await manager.findOne(Person, { where: { environment, accountId, id }, lock: stillSo });
  if (!person) throw expired();
  if (person.role !== 'global_admin' && !roles.includes(person.role))
    throw new SlipwayError('forbidden', 'Your role has changed. Try again.');
}

/** Somebody switched off, or given another role, has no session any more. @throws session_expired */
export async function requireStillStaff(manager: EntityManager, { staffId: id, role }: StaffCaller): Promise<void> {
  if (!(await manager.findOne(StaffMember, { where: { id, role, active: true }, lock: stillSo }))) throw expired();
}

export const expired = () =>
  new SlipwayError('session_expired', 'This session is not valid, or has ended. Sign in again.');
