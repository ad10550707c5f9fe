import { randomUUID } from 'node:crypto';
import { Client, Pool } from 'pg';
import type { RunningSystem } from '../system';

/** A database of a spec's own: a copy of one that was migrated once, in a server that all specs share. */
export interface SpecDatabase {
  /** Without credentials; services log in as themselves. */
  url: string;
  /** An administrator's, for a look behind the policies. */
  admin: Client;
  /** The same, for looks that several calls at once may take. */
  onlooker: Pool;
  masterKey: string;
  drop(): Promise<void>;
}

/** Postgres and NATS for the specs, started by test/run.mjs; no service runs in it. */
export function specSystem(): RunningSystem {
  const text = process.env['SLIPWAY_TEST_SPECS'];
  if (!text) throw new Error('Run the specs with `npm test -- --level unit`: it starts the Postgres they need.');
  return JSON.parse(text) as RunningSystem;
}

export async function cloneDatabase(): Promise<SpecDatabase> {
  const { databaseUrl, masterKey } = specSystem();
  const name = `spec_${randomUUID().replaceAll('-', '')}`;
  await administer(databaseUrl, (client, template) => client.query(`create database ${name} template ${template}`));
  const address = new URL(databaseUrl);
  address.pathname = `/${name}`;
  const admin = new Client({ connectionString: address.toString() });
  await admin.connect();
  const onlooker = new Pool({ connectionString: address.toString(), max: 1 });
  address.username = '';
  address.password = '';
  return {
    url: address.toString(),
    admin,
    onlooker,
    masterKey,
    drop: async () => {
      await Promise.all([admin.end(), onlooker.end()]);
      await administer(databaseUrl, (client) => client.query(`drop database ${name} with (force)`));
    },
  };
}

/** From another database: the template must have nobody in it while it is copied, nor the copy while it is dropped. */
async function administer(
  databaseUrl: string,
  work: (client: Client, template: string) => Promise<unknown>,
): Promise<void> {
  const address = new URL(databaseUrl);
  const template = address.pathname.slice(1);
  address.pathname = '/postgres';
  const client = new Client({ connectionString: address.toString() });
  await client.connect();
  try {
    await oneAtATime(client, () => work(client, template));
  } finally {
    await client.end();
  }
}

/** Two copies at once would each be in the other's way. */
async function oneAtATime(client: Client, work: () => Promise<unknown>): Promise<void> {
  await client.query('select pg_advisory_lock(1)');
  await work();
}
