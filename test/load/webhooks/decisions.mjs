// From the return of the approve call to the arrival of the webhook, in a whole system, at a steady rate.
import { createServer } from 'node:http';
import { pause } from '../../../deploy/embedded/basics.mjs';
import { markdownTable, summaryOf, withRange } from '../figures.mjs';
import { call, makePartners } from '../make-keys.mjs';
import { percentile } from './percentile.mjs';

const lastArrivalMs = 60_000;
const partnerCount = 10;
const subscriptionsOfEach = 5;
const decided = 'subscriptions.changes-requested.v1';
const notes = 'As discussed.';

/** @typedef {{ session: string, id: string, submission: Promise<string> }} Subscription with what waits for a decision */

/** @typedef {import('../make-keys.mjs').Edges} Edges */

/**
 * @param {object} given
 * @param {Edges} given.system
 * @param {import('../make-keys.mjs').SignIn} given.admin
 * @param {number} given.rounds
 * @param {number} given.seconds of each round
 * @param {number} given.perSecond decisions
 */
export async function measureDecisions({ system, admin, rounds, seconds, perSecond }) {
  /** @type {Map<string, number>} when the webhook of a submission arrived first */
  const arrived = new Map();
  const server = createServer((request, response) => {
    /** @type {Buffer[]} */
    const chunks = [];
    request.on('data', (/** @type {Buffer} */ chunk) => chunks.push(chunk));
    request.on('end', () => {
      const at = performance.now();
      response.writeHead(200).end();
      /** @type {{ data: { submissionId: string } }} */
      const { data } = JSON.parse(Buffer.concat(chunks).toString());
      if (!arrived.has(data.submissionId)) arrived.set(data.submissionId, at);
    });
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', () => listening(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  try {
    const { sessions, planId, staff } = await makePartners(system, admin, partnerCount);
    /** @type {Subscription[]} */
    const subscriptions = [];
    for (const session of sessions) {
      const body = { url: `http://127.0.0.1:${port}/`, events: [decided] };
      await call(`${system.gatewayUrl}/v1/webhooks`, { session, body });
      for (let count = 0; count < subscriptionsOfEach; count += 1) subscriptions.push(await subscribe(session, planId));
    }
    const runs = [];
    for (let round = 0; round < rounds; round += 1) runs.push(await decideAll(subscriptions, staff));
    return tableOf(runs);
  } finally {
    server.close();
    server.closeAllConnections();
  }

  /** @param {string} session @param {string} planId @returns {Promise<Subscription>} */
  async function subscribe(session, planId) {
    const { id } = await call(`${system.gatewayUrl}/v1/subscriptions`, { session, body: { planId, name: 'Load' } });
    await call(`${system.gatewayUrl}/v1/keys`, { session, body: { name: 'build', subscriptionId: id } });
    return { session, id, submission: submit(session, id) };
  }

  /** @param {string} session @param {string} id */
  async function submit(session, id) {
    return (await call(`${system.gatewayUrl}/v1/subscriptions/${id}/submissions`, { session, body: {} })).submissionId;
  }

  /** The subscriptions take turns; each is submitted again as soon as it was decided. */
  async function decideAll(/** @type {Subscription[]} */ subscriptions, /** @type {string} */ staff) {
    /** @type {Map<string, number>} when the call returned, by the submission */
    const returned = new Map();
    const startedAt = performance.now();
    const underWay = [];
    for (let count = 0; count < seconds * perSecond; count += 1) {
      await pause(Math.max(0, startedAt + (count * 1_000) / perSecond - performance.now()));
      const subscription = /** @type {Subscription} */ (subscriptions[count % subscriptions.length]);
      const decide = async (/** @type {string} */ submissionId) => {
        const url = `${system.adminUrl}/v1/reviews/${submissionId}/change-request`;
        await call(url, { session: staff, body: { notes } });
        returned.set(submissionId, performance.now());
        return submit(subscription.session, subscription.id);
      };
      subscription.submission = subscription.submission.then(decide);
      underWay.push(subscription.submission);
    }
    await Promise.all(underWay);
    const deadline = performance.now() + lastArrivalMs;
    while ([...returned.keys()].some((id) => !arrived.has(id))) {
      if (performance.now() > deadline) throw new Error('Not every decision has arrived.');
      await pause(20);
    }
    // Some arrive before the call returns.
    const latencies = [...returned].map(([id, at]) => Math.max(0, (arrived.get(id) ?? NaN) - at));
    return { p50Ms: percentile(latencies, 50), p99Ms: percentile(latencies, 99), maxMs: percentile(latencies, 100) };
  }
}

/** @param {{ p50Ms: number, p99Ms: number, maxMs: number }[]} runs */
function tableOf(runs) {
  const column = (/** @type {'p50Ms' | 'p99Ms' | 'maxMs'} */ name) =>
    withRange(summaryOf(runs.map((run) => run[name])));
  return markdownTable(
    ['', 'p50 ms', 'p99 ms', 'latest ms'],
    [['from the return of the decision to the webhook', column('p50Ms'), column('p99Ms'), column('maxMs')]],
  );
}
