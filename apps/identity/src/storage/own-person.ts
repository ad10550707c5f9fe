import { MoreThan, type EntityManager } from 'typeorm';
import type { PersonCaller } from '#libs/contracts';
import { expired } from './callers';
import { EmailVerification, Person } from './entities';

/** Whoever calls, to be changed. @throws session_expired, where they were removed meanwhile */
export async function lockOwnPerson(
  manager: EntityManager,
  { environment, accountId, personId: id }: PersonCaller,
): Promise<Person> {
  const where = { environment, accountId, id };
  const person = await manager.findOne(Person, { where, lock: { mode: 'for_no_key_update' } });
  if (!person) throw expired();
  return person;
}

/** With which they can prove an address, while it is good. */
export const findVerification = (
  manager: EntityManager,
  { environment, id: personId }: Pick<Person, 'environment' | 'id'>,
  now: Date,
): Promise<EmailVerification | null> =>
  manager.findOneBy(EmailVerification, { environment, personId, expiresAt: MoreThan(now) });
