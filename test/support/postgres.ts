import { Client } from 'pg';
import { databasePassword, deriveServiceKey } from '#libs/crypto';
import type { Scope, Service } from '#libs/contracts';
import type { RunningSystem } from '#libs/testing';

type Work<Result> = (client: Client) => Promise<Result>;

async function connected<Result>(client: Client, work: Work<Result>): Promise<Result> {
  // A server that a test stops tells its connections so.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

export const asAdministrator = <Result>({ databaseUrl }: RunningSystem, work: Work<Result>): Promise<Result> =>
  connected(new Client({ connectionString: databaseUrl }), work);

/** The owner's is derived from another key than the service's, which no service is given. */
export const rolePassword = (masterKey: string, service: Service, role: Scope | 'owner'): string =>
  databasePassword(deriveServiceKey(masterKey, role === 'owner' ? `owner of ${service}` : service), role);

/** As a service logs in, or as the owner of its schema, with the password derived from the master key. */
export function asRole<Result>(
  { databaseUrl, masterKey }: Pick<RunningSystem, 'databaseUrl' | 'masterKey'>,
  service: Service,
  role: Scope | 'owner',
  work: Work<Result>,
  password = rolePassword(masterKey, service, role),
): Promise<Result> {
  const { hostname, port, pathname } = new URL(databaseUrl);
  const client = new Client({
    host: hostname,
    port: Number(port),
    database: pathname.slice(1),
    user: `${service}_${role}`,
    password,
  });
  return connected(client, work);
}

/** Whatever is tried leaves nothing behind. Resolves to the SQLSTATE of the refusal, or to how many rows it touched. */
export async function attempt(client: Client, sql: string, values: unknown[] = []): Promise<string | number> {
  await client.query('begin');
  try {
    return (await client.query(sql, values)).rowCount ?? 0;
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  } finally {
    await client.query('rollback');
  }
}

/** SQLSTATEs. */
export const refused = '42501';
export const uniqueViolation = '23505';
export const wrongPassword = '28P01';
/** By a trigger of ours. */
export const raised = 'P0001';
export const deadlock = '40P01';
