// Webhooks and what waits for them, put into the tables of notifications as it would put them there itself.
import { randomUUID } from 'node:crypto';
import { eventType } from '../key-created.mjs';

/** @typedef {{ id: string, partnerId: string }} Webhook */
/** @typedef {Pick<import('pg').Client, 'query'>} Client */

/** What partners are sent of a key. */
export const body = JSON.stringify({
  type: eventType,
  timestamp: '2026-11-29T10:00:00.000Z',
  data: {
    ...{ partnerId: randomUUID(), accountId: randomUUID(), keyId: randomUUID(), subscriptionId: randomUUID() },
    ...{
      applicationId: 'app_sbx_0123456789abcdef',
      sequence: 1,
      url: `https://partners.example/v1/keys/${randomUUID()}`,
    },
  },
});

/**
 * @param {Client} database
 * @param {string} masterKey
 * @param {string[]} urls a webhook for each, and a partner for each webhook
 * @returns {Promise<Webhook[]>}
 */
export async function addWebhooks(database, masterKey, urls) {
  const { deriveServiceKey, purposeKey, seal } = await import('#libs/crypto');
  /** @type {typeof import('../../../apps/notifications/src/domain/signature.js')} */
  const { newSecret } = await import('#built/apps/notifications/src/domain/signature.js');
  const sealingKey = purposeKey(deriveServiceKey(masterKey, 'notifications'), 'webhook-secrets');
  const webhooks = urls.map((url) => ({ id: randomUUID(), partnerId: randomUUID(), url }));
  for (const { id, partnerId, url } of webhooks)
    await database.query(
      `insert into notifications.webhooks (environment, id, partner_id, url, description, secret, created_at)
       values ('sandbox', $1, $2, $3, 'of a benchmark', $4, now())`,
      [id, partnerId, url, seal(sealingKey, `webhook ${id}`, newSecret())],
    );
  return webhooks;
}

/**
 * As many as are asked for, due at once, and the same number for each webhook.
 * @param {Client} database
 * @param {Webhook[]} webhooks
 * @param {number} count
 */
export async function addWaiting(database, webhooks, count) {
  await database.query('begin');
  await database.query(
    `with event as (
       insert into notifications.public_events (environment, id, partner_id, type, body, occurred_at)
       select 'sandbox', gen_random_uuid(), ($2::uuid[])[1 + n % cardinality($2::uuid[])], $3, $4, now()
       from generate_series(1, $1::int) n
       returning id, partner_id
     )
     insert into notifications.deliveries
       (environment, id, partner_id, webhook_id, generation, event_id, type, next_attempt_at)
     select 'sandbox', gen_random_uuid(), w.partner_id, w.id, w.generation, event.id, $3, now()
     from event join notifications.webhooks w on w.environment = 'sandbox' and w.partner_id = event.partner_id`,
    [count, webhooks.map(({ partnerId }) => partnerId), eventType, body],
  );
  // As autovacuum keeps a table that lives for longer.
  await database.query('analyze notifications.deliveries, notifications.public_events, notifications.webhooks');
  await database.query('commit');
}

/** In the order in which notifications locks them, which works on them meanwhile, where that has one. @param {Client} database */
export async function removeDeliveries(database) {
  for (;;)
    try {
      await database.query(
        'truncate notifications.delivery_attempts, notifications.deliveries, notifications.public_events',
      );
      return;
    } catch (error) {
      if (/** @type {{ code?: string }} */ (error).code !== deadlock) throw error;
    }
}

const deadlock = '40P01';
