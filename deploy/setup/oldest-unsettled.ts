import type { Client } from 'pg';
import { parsePostgresUrl } from '#libs/config';
import { durableName, services, type ConsumerSpec } from '#libs/contracts';
import { PrimaryClient } from '#libs/database';
import { connectionOf } from './database';

const undefinedTableCode = '42P01';

/**
 * Where a durable that is made again has to begin: with the oldest event that not everybody has recorded, or now where there
 * is none. Beginning with all that the stream keeps would give it the events of a month once more, before any new one.
 * Undefined: it has never taken anything, or nobody can say.
 */
export async function oldestUnsettled(databaseUrl: string, spec: ConsumerSpec): Promise<Date | undefined> {
  const { username, password } = parsePostgresUrl(databaseUrl);
  const admin: Client = new PrimaryClient(connectionOf(databaseUrl, { user: username, password }));
  try {
    await admin.connect();
    if (!(await hasTaken(admin, spec))) return undefined;
    const publishers = services.filter((service) => spec.events.some(({ app }) => app === service));
    const unsettled = publishers.map(
      (service) => `select written_at from ${service}.outbox where scope = $1 and settled_at is null`,
    );
    const { rows } = await admin.query<{ oldest: Date }>(
      `select coalesce(min(written_at), now()) as oldest from (${unsettled.join(' union all ')}) as event`,
      [spec.from],
    );
    return rows[0]?.oldest;
  } catch (error) {
    // The broker is set up before the database is, at the first start.
    if ((error as { code?: string }).code === undefinedTableCode) return undefined;
    throw error;
  } finally {
    await admin.end();
  }
}

async function hasTaken(admin: Client, spec: ConsumerSpec): Promise<boolean> {
  const { rows } = await admin.query(
    `select 1 from ${spec.service}.consumed_events where scope = $1 and consumer = $2 limit 1`,
    [spec.into, durableName(spec)],
  );
  return rows.length > 0;
}
