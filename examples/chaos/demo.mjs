// `npm run demo:chaos [-- --decisions 20 --seed 7]`: a system of its own, in a temporary folder, whose broker and whose
// notifications are killed while a reviewer decides. In the end every decision must have reached its partner, once.
import { parseArgs } from 'node:util';
import { ClearError, pause } from '../../deploy/embedded/basics.mjs';
import { buildIfNeeded } from '../../deploy/embedded/build.mjs';
import { installIfNeeded } from '../../deploy/embedded/install.mjs';
import { STOPPED, explain, listenForTheEnd } from '../../deploy/embedded/signals.mjs';
import { startTemporarySystem } from '../../deploy/embedded/temporary-system.mjs';
import { drawsOf } from './draws.mjs';
import { decisionTypes, makePartners, makeProvider } from './partners.mjs';
import { PatientClient } from './patient-client.mjs';
import { inOneLine, isGood, verdictOn } from './verdict.mjs';

/** @typedef {import('./verdict.mjs').Decision} Decision */
/** @typedef {import('./partners.mjs').Subscription} Subscription */
/** @typedef {import('../../deploy/embedded/system.mjs').System} System */

/** Either copy of notifications has a worker for each environment. */
const victims = /** @type {const} */ (['nats', 'notifications', 'notifications-2']);
/** What a copy had begun when it was killed, another begins again when its lease is over, after a minute. */
const lastArrivalMs = 180_000;
const comebackMs = 60_000;

const say = (/** @type {string} */ line) => console.log(line);

function readArguments() {
  const options = /** @type {const} */ ({ decisions: { type: 'string' }, seed: { type: 'string' } });
  const { values } = parseArgs({ options });
  const whole = (/** @type {'decisions' | 'seed'} */ name, /** @type {number} */ otherwise) => {
    const number = Number(values[name] ?? otherwise);
    if (Number.isInteger(number) && number >= 1) return number;
    throw new ClearError(`--${name} takes a whole number from 1 on.`);
  };
  return { decisionCount: whole('decisions', 20), seed: whole('seed', 1 + Math.floor(Math.random() * 1_000_000)) };
}

/** @param {{ stop: AbortSignal, hurry: AbortSignal }} signals @returns {Promise<boolean>} whether all is well */
async function play({ stop: signal, hurry }) {
  const { decisionCount, seed } = readArguments();
  say(`Seed ${seed}: npm run demo:chaos -- --decisions ${decisionCount} --seed ${seed} breaks the same things again.`);
  await installIfNeeded({ log: say, signal });
  await buildIfNeeded({ log: say, signal });
  say('Starting a system of its own, with two copies of notifications...');
  const {
    system,
    admin: first,
    end,
  } = await startTemporarySystem('slipway-chaos', {
    ...{ copies: { notifications: 2 }, signal, hurry },
  });
  const { openServer } = await import('./server-in-trouble.mjs');
  const server = await openServer(drawsOf(seed + 1));
  try {
    const edges = {
      gateway: new PatientClient(system.gatewayUrl, signal),
      admin: new PatientClient(system.adminUrl, signal),
    };
    const { planId, reviewer } = await makeProvider(edges, first);
    const made = await makePartners(edges, planId, server);
    say(
      `Two partners have ${made.subscriptions.length} subscriptions and ${made.webhooks.length} webhooks, to a server that ` +
        'replies 500, resets connections, or says nothing at times.',
    );
    const chaos = new Chaos(system, signal);
    const decisions = await decideAll({ edges, reviewer, chaos, decisionCount, seed, ...made });
    await chaos.over();
    say(
      `Killed: ${inWords(chaos.kills)}. Requests sent again: ${edges.gateway.repetitions + edges.admin.repetitions}.`,
    );
    server.beKind();
    say(
      'The server works again. Its owners replay what would wait for minutes, or hours; what a killed copy had begun is ' +
        'begun again within a minute, when its lease is over.',
    );
    await untilArrived({ edges, server, decisions, ...made });
    say(`${server.arrivals.length} attempts came to the webhooks, and got: ${inWords(server.replies)}.`);
    return await conclude({ edges, server, decisions, ...made });
  } finally {
    server.close();
    await end();
  }
}

/** Kills, and waits until what was killed is there again, one at a time. */
class Chaos {
  /** @type {Record<string, number>} */
  kills = {};
  #underWay = Promise.resolve();

  /** @param {System} system @param {AbortSignal} signal */
  constructor(system, signal) {
    this.system = system;
    this.signal = signal;
  }

  /** @param {string} victim @param {number} afterMs */
  strike(victim, afterMs) {
    this.#underWay = this.#underWay.then(async () => {
      await pause(afterMs, this.signal);
      await this.#killAndAwaitReturn(victim);
    });
    // Whoever waits for all of it learns of the fault.
    this.#underWay.catch(() => {});
  }

  over = () => this.#underWay;

  /** @param {string} victim */
  async #killAndAwaitReturn(victim) {
    const pid = this.system.pid(victim);
    await this.system.kill(victim, 'SIGKILL');
    this.kills[victim] = (this.kills[victim] ?? 0) + 1;
    say(`      kill -9 ${victim} (${pid})`);
    const deadline = Date.now() + comebackMs;
    while ([undefined, pid].includes(this.system.pid(victim))) {
      if (Date.now() > deadline) throw new Error(`${victim} has not come back.`);
      await pause(50, this.signal);
    }
    say(`      ${victim} is started again (${this.system.pid(victim)})`);
  }
}

/** @typedef {{ gateway: PatientClient, admin: PatientClient }} Edges */
/** @typedef {Awaited<ReturnType<typeof makePartners>>} Partners */
/** @typedef {Awaited<ReturnType<typeof import('./server-in-trouble.mjs').openServer>>} Server */

/**
 * The subscriptions take turns. Of each, changes are requested again and again; then it is approved, or rejected.
 * @param {{ edges: Edges, reviewer: string, chaos: Chaos, decisionCount: number, seed: number } & Partners} story
 */
async function decideAll({ edges, reviewer, chaos, decisionCount, seed, subscriptions }) {
  const draws = drawsOf(seed);
  /** @type {Decision[]} */
  const decisions = [];
  for (let number = 1; number <= decisionCount; number += 1) {
    const subscription = /** @type {Subscription} */ (subscriptions[(number - 1) % subscriptions.length]);
    const isLast = number + subscriptions.length > decisionCount;
    const act = !isLast ? 'change-request' : number % 2 === 0 ? 'rejection' : 'approval';
    // The first always: whoever makes few decisions sees something broken as well.
    if (number === 1 || draws.below(2) === 0) chaos.strike(draws.oneOf(victims), draws.below(400));
    decisions.push(await submitAndDecide(edges, { subscription, reviewer, number, act }));
    say(`${String(number).padStart(4)}. ${act} for ${subscription.name} of ${subscription.partner}`);
    // With every third, what is broken comes back first; else the next is decided meanwhile.
    if (draws.below(3) === 0) await chaos.over();
  }
  return decisions;
}

/**
 * @param {Edges} edges
 * @param {{ subscription: Subscription, reviewer: string, number: number, act: string }} given
 * @returns {Promise<Decision>}
 */
async function submitAndDecide({ gateway, admin }, { subscription, reviewer, number, act }) {
  const { id, session, partner } = subscription;
  const { submissionId } = await gateway.write('POST', `/v1/subscriptions/${id}/submissions`, { session, body: {} });
  // By them its messages are known.
  const notes = `This is decision no. ${number} of the demonstration.`;
  await admin.write('POST', `/v1/reviews/${submissionId}/${act}`, { session: reviewer, body: { notes } });
  return { number, submissionId, notes, partner };
}

/**
 * Until nothing is on its way any more; what is not there when the time is over counts as lost.
 * @param {{ edges: Edges, server: Server, decisions: Decision[] } & Partners} story
 */
async function untilArrived(story) {
  const { gateway } = story.edges;
  const deadline = Date.now() + lastArrivalMs;
  for (;;) {
    let waiting = 0;
    for (const webhook of story.webhooks) waiting += await replayWaiting(gateway, webhook);
    const { lost } = verdictOn(await evidenceOf(story));
    if ((waiting === 0 && lost.length === 0) || Date.now() > deadline) return;
    await pause(500, gateway.signal);
  }
}

/** @param {PatientClient} gateway @param {import('./partners.mjs').Webhook} webhook @returns {Promise<number>} how many wait */
async function replayWaiting(gateway, { id: webhookId, session }) {
  const path = `/v1/webhooks/${webhookId}/deliveries`;
  const waiting = await allOf(gateway, `${path}?state=waiting&limit=200`, session);
  for (const { id, nextAttemptAt } of waiting)
    if (Date.parse(nextAttemptAt ?? '') > Date.now())
      await gateway.write('POST', `${path}/${id}/replay`, { session, body: {} });
  return waiting.length;
}

/**
 * @param {{ edges: Edges, server: Server, decisions: Decision[] } & Partners} story
 * @returns {Promise<import('./verdict.mjs').Evidence>}
 */
async function evidenceOf({ edges: { gateway }, server: { arrivals }, decisions, accounts, webhooks }) {
  const read = [];
  for (const { session, ...account } of accounts) {
    const messages = await allOf(gateway, '/v1/notifications?limit=200', session);
    const texts = messages.filter(({ type }) => decisionTypes.includes(type)).map(({ text }) => text);
    read.push({ ...account, texts });
  }
  return { decisions, webhooks, arrivals, accounts: read };
}

/** Every page. @param {PatientClient} gateway @param {string} path @param {string} session */
async function allOf(gateway, path, session) {
  const items = [];
  for (let cursor = /** @type {string | null} */ (''); cursor !== null;) {
    const page = await gateway.get(`${path}${cursor && `&cursor=${encodeURIComponent(cursor)}`}`, session);
    items.push(...page.items);
    cursor = page.nextCursor;
  }
  return items;
}

/** @param {{ edges: Edges, server: Server, decisions: Decision[] } & Partners} story */
async function conclude(story) {
  const verdict = verdictOn(await evidenceOf(story));
  for (const what of verdict.lost) say(`Lost: ${what}`);
  for (const what of verdict.doubled) say(`Doubled: ${what}`);
  for (const what of verdict.wrong) say(`Wrong: ${what}`);
  say(inOneLine(verdict));
  return isGood(verdict);
}

/** @param {Record<string, number>} counts */
const inWords = (counts) =>
  Object.entries(counts)
    .sort(([one], [other]) => one.localeCompare(other))
    .map(([what, count]) => `${what} (${count})`)
    .join(', ');

const signals = listenForTheEnd();
try {
  process.exitCode = (await play(signals)) ? 0 : 1;
} catch (error) {
  if (error !== STOPPED) console.error(explain(error));
  process.exitCode = 1;
}
// Whatever still waits (a connection that is kept, say) must not keep the terminal.
process.exit();
