// A process of its own that sends signed POSTs as notifications does, and does nothing besides: `fork` it, send it what to
// send, and it says how many seconds that took.
import { randomUUID } from 'node:crypto';

/** @typedef {{ urls: string[], body: string, count: number, atOnce: number }} Posts */
/** @typedef {typeof import('../../../apps/notifications/src/domain/signature.js')} Signing */

const { egressEnvironment } = await import('#libs/config');
const { AddressRules, egressAgent } = await import('#libs/egress');
/** @type {Signing} */
const { newSecret, signatures } = await import('#built/apps/notifications/src/domain/signature.js');

const secret = newSecret();
const rules = new AddressRules(egressEnvironment.parse({}));

/** @param {Posts} posts */
async function post({ urls, body, count, atOnce }) {
  const agent = egressAgent({ rules, connections: atOnce, headMsMax: 15_000, silenceMsMax: 15_000 });
  let left = count;
  const startedAt = performance.now();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (left > 0) {
        const { origin, pathname } = new URL(urls[left % urls.length] ?? '');
        left -= 1;
        const id = randomUUID();
        const timestamp = Math.floor(Date.now() / 1_000);
        const response = await agent.request({
          ...{ method: 'POST', origin, path: pathname, body, signal: AbortSignal.timeout(15_000) },
          headers: {
            'content-type': 'application/json',
            'user-agent': 'Slipway-Webhooks/1.0',
            'webhook-id': id,
            'webhook-timestamp': String(timestamp),
            'webhook-signature': signatures([secret], { id, timestamp, body }),
          },
        });
        await response.body.dump();
        if (response.statusCode !== 200) throw new Error(`It replied ${response.statusCode}.`);
      }
    }),
  );
  const seconds = (performance.now() - startedAt) / 1_000;
  await agent.close();
  return seconds;
}

process.on('message', (/** @type {Posts} */ posts) => {
  void post(posts).then((seconds) => process.send?.({ seconds }));
});
process.on('disconnect', () => process.exit());
process.send?.({ ready: true });
