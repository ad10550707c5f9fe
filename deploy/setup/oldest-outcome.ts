import type { Client } from 'pg';
import { parsePostgresUrl } from '#libs/config';
import type { Environment } from '#libs/contracts';
import { PrimaryClient } from '#libs/database';
import { connectionOf } from './database';

const undefinedTableCode = '42P01';

/** The cursor with which a stream of outcomes begins that is made, or made again: the oldest that is kept, or the next. */
export async function oldestOutcome(databaseUrl: string | undefined, environment: Environment): Promise<number> {
  if (databaseUrl === undefined) return 1;
  const { username, password } = parsePostgresUrl(databaseUrl);
  const admin: Client = new PrimaryClient(connectionOf(databaseUrl, { user: username, password }));
  try {
    await admin.connect();
    const { rows } = await admin.query<{ oldest: number }>(
      `select coalesce((select min(number) from notifications.feed_entries where environment = $1),
         (select max(last_number) + 1 from notifications.feeds where environment = $1
          and partner_id = '00000000-0000-0000-0000-000000000000'), 1)::float8 as oldest`,
      [environment],
    );
    return rows[0]?.oldest ?? 1;
  } catch (error) {
    // The broker is set up before the database is, at the first start.
    if ((error as { code?: string }).code === undefinedTableCode) return 1;
    throw error;
  } finally {
    await admin.end();
  }
}
