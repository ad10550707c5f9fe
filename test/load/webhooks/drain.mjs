// How many durable, signed deliveries a second notifications makes of those that wait in its table, beside as many signed
// POSTs that nobody keeps.
import { pause } from '../../../deploy/embedded/basics.mjs';
import { cpuSeconds } from '../cpu.mjs';
import { markdownTable, summaryOf, summaryOfPairs, withRange } from '../figures.mjs';
import { alternate } from '../rounds.mjs';
import { startProcess } from './processes.mjs';
import { addWaiting, addWebhooks, body, removeDeliveries } from './waiting.mjs';

/** What notifications has under way at once, unless it is told otherwise; to one webhook sixteen. */
const atOnce = 256;
const webhookCount = 32;

/** @typedef {{ perSecond: number, cpu: Record<string, number> }} Run with the µs of CPU of each process for one delivery */

/**
 * @param {object} given
 * @param {import('../../../deploy/embedded/system.mjs').System} given.system
 * @param {import('pg').Client} given.database
 * @param {string} given.masterKey
 * @param {number} given.rounds
 * @param {number} given.deliveries
 */
export async function measureDrain({ system, database, masterKey, rounds, deliveries }) {
  const receiver = await startProcess('receiver');
  const poster = await startProcess('poster');
  const pids = {
    ...{ notifications: system.pid('notifications') ?? 0, postgres: system.pid('postgres') ?? 0 },
    ...{ poster: poster.pid, receiver: receiver.pid },
  };
  const urls = Array.from({ length: webhookCount }, (_, index) => `http://127.0.0.1:${receiver.first.port}/${index}`);
  const webhooks = await addWebhooks(database, masterKey, urls);
  const received = async () => (await receiver.request({})).count;
  try {
    const [raw, durable] = await alternate([postAll, drainAll], rounds, measured);
    return tableOf(raw ?? [], durable ?? []);
  } finally {
    poster.end();
    receiver.end();
  }

  /** @param {() => Promise<number>} contender @returns {Promise<Run>} */
  async function measured(contender) {
    await removeDeliveries(database);
    const [countBefore, cpuBefore] = [await received(), cpuSeconds(pids)];
    const seconds = await contender();
    if ((await received()) - countBefore !== deliveries) throw new Error('Not each has arrived once.');
    const cpuAfter = Object.entries(cpuSeconds(pids));
    const cpu = cpuAfter.map(([name, after]) => [name, ((after - (cpuBefore[name] ?? 0)) * 1e6) / deliveries]);
    return { perSecond: deliveries / seconds, cpu: Object.fromEntries(cpu) };
  }

  async function postAll() {
    return (await poster.request({ urls, body, count: deliveries, atOnce })).seconds;
  }

  /** From the first attempt to the last; the attempts of all are kept. */
  async function drainAll() {
    await addWaiting(database, webhooks, deliveries);
    for (;;) {
      const { rows } = await database.query(
        `select count(*)::int as attempts, extract(epoch from max(at) - min(at))::float8 as seconds,
                (select count(*)::int from notifications.deliveries where state = 'delivered') as delivered
         from notifications.delivery_attempts where error is null`,
      );
      const { attempts, seconds, delivered } = rows[0];
      if (delivered === deliveries && attempts === deliveries) return seconds;
      await pause(200);
    }
  }
}

/** @param {Run[]} raw @param {Run[]} durable */
function tableOf(raw, durable) {
  const cpuOf = (/** @type {Run[]} */ runs, /** @type {string[]} */ ...names) =>
    withRange(summaryOf(runs.map(({ cpu }) => names.reduce((sum, name) => sum + (cpu[name] ?? 0), 0))));
  const perSecond = (/** @type {Run[]} */ runs) => runs.map((run) => run.perSecond);
  const ratio = summaryOfPairs(perSecond(durable), perSecond(raw), (ours, theirs) => ours / theirs);
  return markdownTable(
    ['', 'a second', 'CPU µs each, who sends', 'Postgres', 'who receives'],
    [
      [
        'signed POSTs, nothing kept',
        withRange(summaryOf(perSecond(raw))),
        ...[cpuOf(raw, 'poster'), '–', cpuOf(raw, 'receiver')],
      ],
      [
        'deliveries, signed, with their attempts kept',
        withRange(summaryOf(perSecond(durable))),
        ...[cpuOf(durable, 'notifications'), cpuOf(durable, 'postgres'), cpuOf(durable, 'receiver')],
      ],
      ['deliveries / POSTs', withRange(ratio, 2), '', '', ''],
    ],
  );
}
