import type { EntityManager } from 'typeorm';
import { identity, type SubmissionId } from '#libs/contracts';
import type { Tx } from '#libs/database';
import { ReviewClock, Submission } from './entities';

/** The day at whose end something is due. */
export interface DueDay {
  begins: Date;
  ends: Date;
}

/**
 * The how manieth working day after the day of something, where the provider is: the day itself does not count, and the
 * last one counts until its end (as Regulation (EEC, Euratom) 1182/71, article 3, has it). Postgres knows every time zone and
 * its summers.
 */
export async function workingDayAfter(
  manager: EntityManager,
  at: Date,
  workingDays: number,
  { timeZone, workingDays: weekdays, holidays }: identity.ProviderCalendar,
): Promise<DueDay> {
  // One working day a week, and all holidays on these: further than that it cannot be.
  const daysAhead = 7 * (workingDays + holidays.length + 1);
  const [found] = await manager.query<[DueDay | undefined]>(
    `select day::timestamp at time zone $2 as begins, (day + 1)::timestamp at time zone $2 as ends
     from generate_series(1, $4) as ahead,
       lateral (select ($1::timestamptz at time zone $2)::date + ahead as day) as calendar
     where extract(isodow from day)::int = any ($5::int[]) and day <> all ($6::date[])
     order by day limit 1 offset $3::int - 1`,
    [
      ...[at, timeZone, workingDays, daysAhead],
      weekdays.map((weekday) => identity.weekdays.indexOf(weekday) + 1),
      holidays.map(({ date }) => date),
    ],
  );
  if (!found) throw new Error('the calendar has no working days');
  return found;
}

/** When it is due is found out when there is time, with the calendar. */
export async function startClock({ manager, now }: Tx, id: SubmissionId, workingDays: number): Promise<void> {
  await manager.insert(ReviewClock, { id, workingDays, remindedAt: null, nextAttemptAt: now });
}

export async function noteDue({ manager }: Tx, id: SubmissionId, { ends }: DueDay): Promise<void> {
  await manager.update(Submission, { id }, { dueAt: ends });
}

export async function noteReminded({ manager, now }: Tx, id: SubmissionId): Promise<void> {
  await manager.update(ReviewClock, { id }, { remindedAt: now });
}

/** There is nothing more to say. */
export async function stopClock({ manager }: Tx, id: SubmissionId): Promise<void> {
  await manager.delete(ReviewClock, { id });
}
