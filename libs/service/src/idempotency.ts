import { createHmac } from 'node:crypto';
import type { Caller } from '#libs/contracts';
import { fail } from '#libs/errors';
import type { Tx } from '#libs/database';
import { Refusal } from './refusal';

/** A request that may come twice (Idempotency-Key, draft-ietf-httpapi-idempotency-key-header). */
export interface Repeatable {
  caller: Caller;
  subject: string;
  idempotencyKey?: string;
  request: unknown;
}

interface Recorded {
  fingerprint: string;
  reply: unknown;
}

/**
 * One caller cannot see another's keys. Of those who are nobody yet, whoever sends the same again is the same: what they
 * send holds the password that they choose, so no stranger can; and an address may change between two attempts.
 */
function callerId(caller: Caller, fingerprint: string): string {
  switch (caller.kind) {
    case 'person':
      return `person:${caller.personId}`;
    case 'staff':
      return `staff:${caller.staffId}`;
    case 'service':
      return `service:${caller.name}`;
    case 'anonymous':
      return `anonymous:${fingerprint}`;
  }
}

/** Equal for equal values, whatever the order in which the members were sent. */
const canonical = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => [name, canonical(member)]),
  );
};

/**
 * Runs `work` once per Idempotency-Key and answers a repetition with what was recorded, in the same transaction as
 * the effect. `record` says what may be stored: never a secret. The fingerprint is an HMAC, so that a stored row does
 * not betray a password in the request. What was refused is not recorded: corrected, it may be sent with the same key.
 *
 * @throws idempotency.in_progress (409) while the first still runs; idempotency.key_reused (422) with another body,
 *   where the caller is somebody
 */
export async function runOnce<Reply>(
  tx: Tx,
  fingerprintKey: Buffer,
  repeatable: Repeatable,
  work: () => Promise<Reply | Refusal>,
  record: (reply: Reply) => unknown = (reply) => reply,
): Promise<{ reply: Reply | Refusal; replayed: boolean }> {
  if (repeatable.idempotencyKey === undefined) return { reply: await work(), replayed: false };
  const fingerprint = createHmac('sha256', fingerprintKey)
    .update(JSON.stringify([repeatable.subject, canonical(repeatable.request)]))
    .digest('hex');
  const key = [callerId(repeatable.caller, fingerprint), repeatable.idempotencyKey];

  const [lock] = await tx.manager.query<{ held: boolean }[]>(
    `select pg_try_advisory_xact_lock(hashtextextended($1, 7)) as held`,
    [JSON.stringify([tx.service, tx.scope, ...key])],
  );
  if (!lock?.held)
    fail('idempotency.in_progress', 'A request with this Idempotency-Key is still running. Try again shortly.');

  const [recorded] = await tx.manager.query<Recorded[]>(
    `select fingerprint, reply from ${tx.service}.idempotency where scope = $1 and caller = $2 and key = $3`,
    [tx.scope, ...key],
  );
  if (recorded) {
    if (recorded.fingerprint !== fingerprint) {
      fail(
        'idempotency.key_reused',
        'This Idempotency-Key was used with another request. Use a new one for each request.',
      );
    }
    return { reply: recorded.reply as Reply, replayed: true };
  }

  const reply = await work();
  if (reply instanceof Refusal) return { reply, replayed: false };
  const row = [tx.scope, ...key, fingerprint, JSON.stringify(record(reply) ?? {})];
  tx.insertLast(
    (parameter) =>
      `insert into ${tx.service}.idempotency (scope, caller, key, fingerprint, reply) values (${row.map(parameter).join(', ')})`,
  );
  return { reply, replayed: false };
}
