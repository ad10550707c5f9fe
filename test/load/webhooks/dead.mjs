// What a dead server with many waiting deliveries does to another webhook: how long an event takes from the stream to
// that other one, beside nobody who is dead.
import { createServer } from 'node:http';
import { jetstream } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { pause } from '../../../deploy/embedded/basics.mjs';
import { markdownTable, summaryOf, summaryOfPairs, withRange } from '../figures.mjs';
import { keyCreated } from '../key-created.mjs';
import { alternate } from '../rounds.mjs';
import { percentile } from './percentile.mjs';
import { addWaiting, addWebhooks, removeDeliveries } from './waiting.mjs';

const waiting = 100_000;
const lastArrivalMs = 60_000;

/** @typedef {{ p50Ms: number, p99Ms: number }} Run */
/** @typedef {import('./waiting.mjs').Webhook} Webhook */

/**
 * @param {object} given
 * @param {import('../../../deploy/embedded/system.mjs').System} given.system
 * @param {import('pg').Client} given.database
 * @param {string} given.masterKey
 * @param {number} given.rounds
 * @param {number} given.seconds of each measurement
 * @param {number} given.perSecond events
 */
export async function measureBesideDead({ system, database, masterKey, rounds, seconds, perSecond }) {
  /** @type {Map<string, number>} when an event arrived, by its id */
  const arrived = new Map();
  const alive = createServer((request, response) => {
    arrived.set(String(request.headers['webhook-id']), performance.now());
    request.resume().on('end', () => response.writeHead(200).end());
  });
  const silent = createServer(() => {});
  const [alivePort, silentPort] = [await portOf(alive), await portOf(silent)];
  const closed = createServer();
  const refusingPort = await portOf(closed);
  await new Promise((done) => closed.close(done));
  const urls = [alivePort, silentPort, refusingPort].map((port) => `http://127.0.0.1:${port}/`);
  const [living, silentOne, refusing] = /** @type {[Webhook, Webhook, Webhook]} */ (
    await addWebhooks(database, masterKey, urls)
  );
  const { username, password, host } = new URL(system.natsUrl);
  const connection = await connect({ servers: host, user: username, pass: decodeURIComponent(password) });
  const stream = jetstream(connection);
  try {
    const [alone, besideSilent, besideRefusing] = await alternate([[], [silentOne], [refusing]], rounds, measure);
    return tableOf(alone ?? [], besideSilent ?? [], besideRefusing ?? []);
  } finally {
    await connection.close();
    for (const server of [alive, silent]) {
      server.close();
      server.closeAllConnections();
    }
  }

  /** @param {Webhook[]} dead @returns {Promise<Run>} */
  async function measure(dead) {
    await removeDeliveries(database);
    // As when it has just died: until then it had all the places that one webhook may have.
    await database.query('update notifications.webhooks set failing_since = null, next_attempt_at = null');
    if (dead.length > 0) await addWaiting(database, dead, waiting);
    /** @type {Map<string, number>} */
    const published = new Map();
    const startedAt = performance.now();
    for (let count = 0; count < seconds * perSecond; count += 1) {
      await pause(Math.max(0, startedAt + (count * 1_000) / perSecond - performance.now()));
      const event = keyCreated(living.partnerId);
      published.set(event.id, performance.now());
      await stream.publish('events.sandbox.identity.key-created.v1', JSON.stringify(event), { msgID: event.id });
    }
    const deadline = performance.now() + lastArrivalMs;
    while ([...published.keys()].some((id) => !arrived.has(id))) {
      if (performance.now() > deadline) throw new Error('Not every event has arrived.');
      await pause(20);
    }
    // Whoever still waits for it learns so now, and takes no place in the next round.
    silent.closeAllConnections();
    const latencies = [...published].map(([id, at]) => (arrived.get(id) ?? NaN) - at);
    return { p50Ms: percentile(latencies, 50), p99Ms: percentile(latencies, 99) };
  }
}

/** @param {import('node:http').Server} server */
async function portOf(server) {
  await new Promise((listening) => server.listen(0, '127.0.0.1', () => listening(undefined)));
  return /** @type {import('node:net').AddressInfo} */ (server.address()).port;
}

/** @param {Run[]} alone @param {Run[]} besideSilent @param {Run[]} besideRefusing */
function tableOf(alone, besideSilent, besideRefusing) {
  const p99 = (/** @type {Run[]} */ runs) => runs.map(({ p99Ms }) => p99Ms);
  const line = (/** @type {string} */ what, /** @type {Run[]} */ runs) => [
    what,
    withRange(summaryOf(runs.map(({ p50Ms }) => p50Ms))),
    withRange(summaryOf(p99(runs))),
    withRange(
      summaryOfPairs(p99(runs), p99(alone), (ours, theirs) => ours / theirs),
      2,
    ),
  ];
  return markdownTable(
    ['', 'p50 ms', 'p99 ms', 'p99 / nobody dead'],
    [
      line('nobody is dead', alone),
      line(`${waiting} wait for one that never replies`, besideSilent),
      line(`${waiting} wait for one that refuses`, besideRefusing),
    ],
  );
}
