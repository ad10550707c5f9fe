import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DeliverPolicy, jetstream } from '@nats-io/jetstream';
import type { RunningSystem } from '#libs/testing';
import { asBrokerAdministrator } from './broker';
import { asAdministrator } from './postgres';

/** Something stored, and where. */
export interface Stored {
  place: string;
  data: Buffer | string;
}

export function* filesBelow(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path);
    else if (entry.isFile()) yield path;
  }
}

export function* storedInFiles(folder: string): Generator<Stored> {
  for (const place of filesBelow(folder)) if (statSync(place).size > 0) yield { place, data: readFileSync(place) };
}

/** Every value of every row of every table; binary values as their bytes. */
export const storedInTables = (system: RunningSystem): Promise<Stored[]> =>
  asAdministrator(system, async (client) => {
    const tables = await client.query<{ name: string }>(
      `select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where c.relkind = 'r' and n.nspname !~ '^(pg_|information_schema)'`,
    );
    const stored: Stored[] = [];
    for (const { name } of tables.rows) {
      const { rows } = await client.query<Record<string, unknown>>(`select * from ${name}`);
      for (const row of rows)
        for (const [column, value] of Object.entries(row)) {
          if (value === null) continue;
          const data = Buffer.isBuffer(value) ? value : typeof value === 'string' ? value : JSON.stringify(value);
          stored.push({ place: `${name}.${column}`, data });
        }
    }
    return stored;
  });

/** Every message of every stream, as a consumer would get it; since some moment, where one is named. */
export const storedInStreams = (system: RunningSystem, since?: Date): Promise<Stored[]> =>
  asBrokerAdministrator(system, async (connection, manager) => {
    const stored: Stored[] = [];
    for await (const { config, state } of manager.streams.list()) {
      if (state.messages === 0 || (since && new Date(state.last_ts) < since)) continue;
      const start = since && { deliver_policy: DeliverPolicy.StartTime, opt_start_time: since.toISOString() };
      const consumer = await jetstream(connection).consumers.get(config.name, start);
      const pending = since ? (await consumer.info()).num_pending : state.messages;
      for await (const message of await consumer.fetch({ max_messages: pending, expires: 10_000 })) {
        const headers = [...(message.headers ?? [])].join('\n');
        stored.push({ place: `${config.name} ${message.subject}`, data: `${headers}\n${message.string()}` });
      }
    }
    return stored;
  });
