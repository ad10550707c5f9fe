// `npm run bench:outbox [-- --rounds 7 --transactions 2000]`: what an event costs the transaction that publishes it. The
// same transaction with and without, in identity's own way to Postgres; nobody relays what is published.
import { randomBytes, randomUUID } from 'node:crypto';
import { machine, markdownTable, summaryOf, summaryOfPairs, withRange } from './figures.mjs';
import { startLoneSystem } from './lone-system.mjs';
import { alternate, numbersFromArguments } from './rounds.mjs';

/** @typedef {import('#libs/database').Tx} Tx */

const { rounds, transactions, callers } = numbersFromArguments({ rounds: 7, transactions: 2_000, callers: 32 }).numbers;

// Sets up the database; identity itself, which would relay, is not started.
const { system, masterKey, end } = await startLoneSystem(['notifications']);
const { SystemClock } = await import('#libs/clock');
const { identity } = await import('#libs/contracts');
const { deriveServiceKey } = await import('#libs/crypto');
const { Database, recordAct } = await import('#libs/database');
const { host, pathname } = new URL(system.databaseUrl);
const database = await Database.open({
  ...{ service: 'identity', serviceKey: deriveServiceKey(masterKey, 'identity'), entities: [] },
  ...{ url: `postgres://${host}${pathname}`, scopes: ['sandbox'], clock: new SystemClock() },
});
try {
  const [without, withEvent] = await alternate([act, actAndPublish], rounds, commitsPerSecond);
  print(without ?? [], withEvent ?? []);
} finally {
  await database.onApplicationShutdown();
  await end();
}

/** What making a key reads and writes, but for the key: it would need a partner. @param {Tx} tx */
async function act(tx) {
  const ids = { keyId: randomUUID(), accountId: randomUUID(), partnerId: randomUUID(), subscriptionId: randomUUID() };
  await tx.manager.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [ids.keyId]);
  await tx.manager.query(
    `select fingerprint, reply from identity.idempotency where scope = 'sandbox' and caller = $1 and key = $2`,
    [ids.accountId, ids.keyId],
  );
  for (const table of ['accounts', 'accounts', 'subscription_stops', 'ended_subscriptions', 'access_keys'])
    await tx.manager.query(`select * from identity.${table} where environment = 'sandbox' and partner_id = $1`, [
      ids.partnerId,
    ]);
  await tx.manager.query(
    `insert into identity.idempotency (scope, caller, key, fingerprint, reply) values ('sandbox', $1, $2, $3, '{}')`,
    [ids.accountId, ids.keyId, randomBytes(32).toString('hex')],
  );
  await recordAct(tx, {
    ...{ by: { kind: 'person', id: randomUUID() }, action: 'identity.create-key.v1', targets: ids },
    traceId: randomBytes(16).toString('hex'),
  });
  return ids.keyId;
}

/** @param {Tx} tx */
async function actAndPublish(tx) {
  const keyId = await act(tx);
  await tx.publishEvent(
    identity.keyCreated,
    { id: keyId, version: 1 },
    /** @type {import('#libs/contracts').DataOf<typeof identity.keyCreated>} */ ({
      ...{ partnerId: randomUUID(), accountId: randomUUID(), subscriptionId: randomUUID() },
      ...{ keyId, keyName: 'one', applicationId: 'app_sbx_0123456789abcdef' },
      by: { kind: 'person', id: randomUUID(), displayName: 'Ada Lovelace' },
    }),
  );
}

/** @param {(tx: Tx) => Promise<unknown>} work */
async function commitsPerSecond(work) {
  let left = transactions;
  const startedAt = performance.now();
  await Promise.all(
    Array.from({ length: callers }, async () => {
      while (left-- > 0) await database.transaction('sandbox', randomUUID(), work);
    }),
  );
  return transactions / ((performance.now() - startedAt) / 1_000);
}

/** @param {number[]} without @param {number[]} withEvent */
function print(without, withEvent) {
  const added = summaryOfPairs(withEvent, without, (ours, base) => base / ours - 1);
  console.log(
    `${rounds} rounds of ${transactions} transactions, ${callers} callers, interleaved; ${machine}. Medians (and range).\n`,
  );
  console.log(
    markdownTable(
      ['', 'a second'],
      [
        ['commits without an event', withRange(summaryOf(without))],
        ['commits with one', withRange(summaryOf(withEvent))],
        ['an event adds', withRange(added, 3)],
      ],
    ),
  );
}
