import { until } from '../eventually';
import type { OpenedService } from './open-service';

/**
 * Has calls meet: the rows that all of them are after (all writing to the table, where no rows are named) are held
 * until each call waits, and let go. Who reads before the lock that it should have waited for has then read what is no
 * longer so.
 *
 * @param table with its schema; where no row is named, all writing to it is held
 */
export async function racing<Reply>(
  { admin }: OpenedService,
  { table, ids }: { table: string; ids?: readonly string[] },
  calls: readonly (() => Promise<Reply>)[],
): Promise<PromiseSettledResult<Reply>[]> {
  await admin.query('begin');
  let begun: Promise<PromiseSettledResult<Reply>[]>;
  try {
    if (ids) await admin.query(`select from ${table} where id = any($1) for update`, [ids]);
    else await admin.query(`lock table ${table} in share mode`);
    begun = Promise.allSettled(calls.map((call) => call()));
    await allWaiting(admin, calls.length);
  } finally {
    await admin.query('commit');
  }
  return begun;
}

/**
 * Has something happen in the middle of a call: it is written on a second connection, and committed once the call waits
 * for it, having read before what is so no longer.
 */
export async function overtaken<Reply>(
  { admin }: OpenedService,
  write: (admin: OpenedService['admin']) => Promise<unknown>,
  call: () => Promise<Reply>,
): Promise<PromiseSettledResult<Reply>> {
  await admin.query('begin');
  let begun: Promise<PromiseSettledResult<Reply>[]>;
  try {
    await write(admin);
    begun = Promise.allSettled([call()]);
    await allWaiting(admin, 1);
  } finally {
    await admin.query('commit');
  }
  const [result] = await begun;
  if (!result) throw new Error('one call, one result');
  return result;
}

const allWaiting = (admin: OpenedService['admin'], calls: number): Promise<unknown> =>
  until('each call to wait', async () => {
    await admin.query('select pg_stat_clear_snapshot()');
    const { rows } = await admin.query<{ waiting: number }>(
      `select count(*)::int as waiting from pg_stat_activity
       where datname = current_database() and wait_event_type = 'Lock'`,
    );
    return rows[0]?.waiting === calls;
  });

/** What the refused of several calls were refused with. */
export const refusals = (results: PromiseSettledResult<unknown>[]): unknown[] =>
  results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
