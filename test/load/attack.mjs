// `npm run attack [-- --minutes 10 --rounds 5]`: a partner plays its story while everybody attacks, and again while the same
// attackers fire at a dummy server on the same cores. Prints what docs/performance.md shows, and fails if the story is
// refused anything or its p99 is more than twice as long.
import { CHECKOUT } from '../../deploy/embedded/basics.mjs';
import { refusedOf, Stage } from './attack/stage.mjs';
import { cpuSeconds } from './cpu.mjs';
import { machine, markdownTable, summaryOfPairs, withRange } from './figures.mjs';
import { pidsOf, withSystems } from './loaded-system.mjs';
import { numbersFromArguments } from './rounds.mjs';

/** @typedef {import('./attack/stage.mjs').Played} Played */
/** @typedef {import('./attack/stage.mjs').Target} Target */
/** @typedef {{ name: string, target?: Target, rounds: Played[] }} Contender */

const ratioMax = 2;
const { minutes, rounds } = numbersFromArguments({ minutes: 10, rounds: 5 }).numbers;
const seconds = (minutes * 60) / rounds;

await withSystems({ clients: 1 }, async ({ start, atEnd }) => {
  const { system, admin, masterKey } = await start(CHECKOUT);
  const stage = new Stage();
  atEnd(() => stage.clear());
  const { gatewayUrl, adminUrl, natsUrl, databaseUrl } = system;
  const dummy = await stage.set({ gatewayUrl, adminUrl, natsUrl, databaseUrl, masterKey, admin });

  /** @type {Contender} */
  const quiet = { name: 'nobody attacks', rounds: [] };
  /** @type {Contender} */
  const onDummy = { name: 'the dummy is attacked', target: dummy, rounds: [] };
  /** @type {Contender} */
  const onSlipway = { name: 'Slipway is attacked', target: { gatewayUrl, adminUrl, natsUrl }, rounds: [] };
  const measure = async (/** @type {Contender} */ contender, length = seconds) => {
    const before = cpuSeconds(pidsOf(system));
    const played = await stage.play({ seconds: length, target: contender.target });
    contender.rounds.push(played);
    report(contender.name, played, spent(before, cpuSeconds(pidsOf(system))));
  };

  await measure(quiet, Math.min(seconds, 20));
  for (let round = 0; round < rounds; round += 1)
    for (const contender of round % 2 === 0 ? [onSlipway, onDummy] : [onDummy, onSlipway]) await measure(contender);
  await system.waitReady({ timeoutMs: 10_000 });
  print([quiet, onDummy, onSlipway]);
});

/** @param {Record<string, number>} before @param {Record<string, number>} after */
function spent(before, after) {
  return Object.entries(after)
    .map(([name, total]) => `${name} ${(total - (before[name] ?? 0)).toFixed(1)}`)
    .join(', ');
}

/** @param {string} name @param {Played} played @param {string} cpu */
function report(name, { plays, calls, tally }, cpu) {
  console.error(`\n${name}: ${plays} stories, p99 ${p99Of(calls).toFixed(0)} ms; seconds of CPU: ${cpu}`);
  for (const step of new Set(calls.map((call) => call.name))) {
    const own = calls.filter((call) => call.name === step);
    console.error(
      `  ${step}: ${own.length} calls, p50 ${quantile(own, 0.5).toFixed()}, p99 ${p99Of(own).toFixed()} ms`,
    );
  }
  for (const refused of refusedOf(calls)) console.error('  refused:', JSON.stringify(refused));
  for (const [attacker, outcomes] of Object.entries(tally)) console.error(`  ${attacker}:`, JSON.stringify(outcomes));
}

/** @param {{ ms: number }[]} calls @param {number} share */
function quantile(calls, share) {
  const sorted = calls.map(({ ms }) => ms).sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? NaN;
}

/** @param {{ ms: number }[]} calls */
function p99Of(calls) {
  return quantile(calls, 0.99);
}

/** @param {[quiet: Contender, onDummy: Contender, onSlipway: Contender]} contenders */
function print(contenders) {
  const [, onDummy, onSlipway] = contenders;
  const callsOf = (/** @type {Contender} */ { rounds }) => rounds.flatMap(({ calls }) => calls);
  const strikesOf = (/** @type {Contender} */ { rounds }) =>
    rounds.flatMap(({ tally }) => Object.values(tally).flatMap(Object.values)).reduce((sum, count) => sum + count, 0);
  const rows = contenders.map((contender) => {
    const calls = callsOf(contender);
    const plays = contender.rounds.reduce((sum, round) => sum + round.plays, 0);
    return [
      ...[contender.name, String(plays), String(calls.length), String(refusedOf(calls).length)],
      ...[quantile(calls, 0.5).toFixed(), p99Of(calls).toFixed(), String(strikesOf(contender))],
    ];
  });
  const ratio = p99Of(callsOf(onSlipway)) / p99Of(callsOf(onDummy));
  const roundsOf = (/** @type {Contender} */ { rounds }) => rounds.map(({ calls }) => p99Of(calls));
  const byRound = summaryOfPairs(roundsOf(onSlipway), roundsOf(onDummy), (attacked, base) => attacked / base);
  console.log(`\n${rounds} rounds of ${seconds.toFixed()} s each, interleaved; ${machine}.\n`);
  console.log(markdownTable(['', 'stories', 'calls', 'refused', 'p50 ms', 'p99 ms', 'strikes'], rows));
  console.log(`\np99, Slipway attacked / dummy attacked: ${ratio.toFixed(2)}; by round ${withRange(byRound, 2)}`);
  if (ratio > ratioMax || refusedOf(callsOf(onSlipway)).length > 0) process.exitCode = 1;
}
