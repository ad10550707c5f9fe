// `npm run bench:events [-- --rounds 5 --events 20000]`: how many events a second the consumer of notifications takes, from
// the stream to a message in an inbox, beside bare inserts, 256 to a transaction: of as many messages, and of the three rows that
// the consumer writes for each event.
import { randomUUID } from 'node:crypto';
import { jetstream } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import pg from 'pg';
import { machine, markdownTable, summaryOf, summaryOfPairs, withRange } from './figures.mjs';
import { keyCreated } from './key-created.mjs';
import { startLoneSystem } from './lone-system.mjs';
import { alternate, numbersFromArguments } from './rounds.mjs';

const { rounds, events } = numbersFromArguments({ rounds: 5, events: 20_000 }).numbers;
const batch = 256;
const durable = 'notifications_sandbox_into_sandbox';
const rowsGiven = `jsonb_to_recordset($1::jsonb)
  as row (id uuid, partner uuid, event uuid, type text, title text, text text, targets jsonb)`;
const messages = `insert into notifications.messages (environment, id, partner_id, event_id, type, title, text, occurred_at)
  select 'sandbox', id, partner, event, type, title, text, now() from ${rowsGiven}`;
const consumed = `insert into notifications.consumed_events (scope, consumer, event_id)
  select 'sandbox', '${durable}', event from ${rowsGiven}`;
const audited = `insert into notifications.audit (scope, id, at, actor_kind, actor_id, action, targets, trace_id)
  select 'sandbox', id, now(), 'event', event, type, targets, replace(id::text, '-', '') from ${rowsGiven}`;
const partners = Array.from({ length: 500 }, () => randomUUID());

const { system, end } = await startLoneSystem(['notifications']);
const database = new pg.Client({ connectionString: system.databaseUrl });
try {
  await database.connect();
  const contenders = [() => bareInsert([messages]), () => bareInsert([consumed, messages, audited]), consume];
  const [bare, bareOfAll, consumer] = await alternate(contenders, rounds, (contender) => contender());
  print(bare ?? [], bareOfAll ?? [], consumer ?? []);
} finally {
  await database.end();
  await end();
}

/**
 * @param {string[]} inserts each of a batch
 * @returns {Promise<number>} events a second that Postgres takes, in the batches of a consumer and nothing besides
 */
async function bareInsert(inserts) {
  await empty();
  const batches = Array.from({ length: Math.ceil(events / batch) }, (_, index) =>
    JSON.stringify(Array.from({ length: Math.min(batch, events - index * batch) }, row)),
  );
  const startedAt = performance.now();
  for (const rows of batches) {
    await database.query('begin');
    for (const insert of inserts) await database.query(insert, [rows]);
    await database.query('commit');
  }
  return events / ((performance.now() - startedAt) / 1_000);
}

function row() {
  const text = 'Ada Lovelace made the key “one” (app_sbx_0123456789abcdef).';
  const ids = { id: randomUUID(), partner: aPartner(), event: randomUUID() };
  const targets = { aggregateId: randomUUID(), partnerId: ids.partner, accountId: randomUUID(), keyId: randomUUID() };
  return { ...ids, type: 'identity.key-created.v1', title: 'Key made', text, targets };
}

/** @returns {Promise<number>} events a second, from the first transaction that takes some to the last */
async function consume() {
  await system.stopChild('notifications');
  await empty();
  await publish();
  await system.startChild('notifications');
  for (;;) {
    const { rows } = await database.query(
      `select count(*)::int as taken, extract(epoch from max(recorded_at) - min(recorded_at))::float8 as seconds,
              (select count(*)::int from notifications.messages) as messages,
              count(*) filter (where recorded_at = (select max(recorded_at) from notifications.consumed_events))::int as last
       from notifications.consumed_events where consumer = $1`,
      [durable],
    );
    const { taken, messages, seconds, last } = rows[0];
    if (taken === events && messages === events) return (events - last) / seconds;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** As the relay does, a batch at a time. */
async function publish() {
  const { username, password, host } = new URL(system.natsUrl);
  const connection = await connect({ servers: host, user: username, pass: decodeURIComponent(password) });
  const stream = jetstream(connection);
  for (let sent = 0; sent < events; sent += batch) {
    const some = Array.from({ length: Math.min(batch, events - sent) }, () => keyCreated(aPartner()));
    await Promise.all(
      some.map((event) =>
        stream.publish('events.sandbox.identity.key-created.v1', JSON.stringify(event), { msgID: event.id }),
      ),
    );
  }
  await connection.close();
}

function aPartner() {
  return partners[Math.floor(Math.random() * partners.length)] ?? '';
}

async function empty() {
  await database.query('truncate notifications.messages, notifications.consumed_events');
}

/** @param {number[]} bare @param {number[]} bareOfAll @param {number[]} consumer */
function print(bare, bareOfAll, consumer) {
  const ratioTo = (/** @type {number[]} */ other) =>
    withRange(
      summaryOfPairs(consumer, other, (ours, theirs) => ours / theirs),
      2,
    );
  console.log(`${rounds} rounds of ${events} events, interleaved; ${machine}. Medians (and range).\n`);
  console.log(
    markdownTable(
      ['', 'a second'],
      [
        [`bare insert of messages, ${batch} to a transaction`, withRange(summaryOf(bare))],
        ['bare inserts of consumed, message, audit', withRange(summaryOf(bareOfAll))],
        ['consumer of notifications: consumed, message, audit', withRange(summaryOf(consumer))],
        ['consumer / messages', ratioTo(bare)],
        ['consumer / consumed, message, audit', ratioTo(bareOfAll)],
      ],
    ),
  );
}
