// `npm run bench:beside -- <path of another checkout> [--rounds 15] [--seconds 4]`: what a session token costs here and
// there, and how many keys a second are made. Both systems run all the time and one of them is loaded at a time, in
// alternating rounds.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { CHECKOUT } from '../../deploy/embedded/basics.mjs';
import { machine, markdownTable, summaryOf, summaryOfPairs, withRange } from './figures.mjs';
import { generator } from './load.mjs';
import { pidsOf, withSystems } from './loaded-system.mjs';
import { keyMakers, perPartner } from './make-keys.mjs';
import { measureTokens } from './measure-tokens.mjs';
import { alternate, numbersFromArguments } from './rounds.mjs';

/** @typedef {import('./measure-tokens.mjs').TokenRun} TokenRun */
/** @typedef {TokenRun & { keysPerSecond: number }} Run */

/** Partners that make keys side by side. */
const makerCount = 8;

const { numbers, positionals } = numbersFromArguments({ rounds: 15, seconds: 4, connections: 64, clients: 1_000 });
const { rounds, seconds, connections, clients } = numbers;
const other = resolve(positionals[0] ?? '');
if (positionals.length !== 1 || !existsSync(join(other, 'deploy', 'embedded', 'system.mjs'))) {
  console.error('Say which checkout to measure beside this one: npm run bench:beside -- <path>');
  process.exit(1);
}

/** Processes whose share is told apart; what the others use is in the sum. */
const distinct = ['gateway', 'tokens', 'identity', 'nats', 'postgres'];

await withSystems({ clients }, async ({ start }) => {
  const endpoints = [];
  for (const checkout of [other, CHECKOUT]) {
    const { system, admin, keys } = await start(checkout);
    endpoints.push({
      name: `${checkout === other ? 'other' : 'this'} (${versionOf(checkout)})`,
      url: `${system.gatewayUrl}/sandbox/oauth2/token`,
      keys,
      pids: () => pidsOf(system),
      makers: await keyMakers(system, admin, makerCount),
    });
  }
  const [before = [], after = []] = await alternate(endpoints, rounds, async (endpoint) => ({
    ...(await measureTokens(endpoint, { connections, seconds })),
    keysPerSecond: await measureKeys(endpoint.makers),
  }));
  print(
    endpoints.map(({ name }) => name),
    before,
    after,
  );
});

/** @param {Awaited<ReturnType<typeof keyMakers>>} makers */
async function measureKeys(makers) {
  const each = Math.floor(perPartner / (rounds + 1));
  const startedAt = performance.now();
  await Promise.all(
    makers.map(async (make) => {
      for (let made = 0; made < each; made += 1) await make();
    }),
  );
  return (makers.length * each * 1_000) / (performance.now() - startedAt);
}

/** @param {string} checkout */
function versionOf(checkout) {
  const { stdout } = spawnSync('git', ['-C', checkout, 'describe', '--always', '--dirty'], { encoding: 'utf8' });
  return stdout?.trim() || basename(checkout);
}

/** @param {string[]} names @param {Run[]} before @param {Run[]} after */
function print(names, before, after) {
  const row = (/** @type {string} */ title, /** @type {(run: Run) => number} */ figure) => {
    const [theirs, ours] = [before.map(figure), after.map(figure)];
    const ratios = summaryOfPairs(ours, theirs, (mine, base) => mine / base);
    return [title, withRange(summaryOf(theirs)), withRange(summaryOf(ours)), withRange(ratios, 3)];
  };
  console.log(
    `\n${rounds} alternating rounds of ${seconds} s each; ${connections} connections from ${generator}; ${clients} clients;`,
  );
  console.log(`${machine}. Medians, with the smallest and the largest; ratios are taken round by round.\n`);
  console.log(
    markdownTable(
      ['', ...names, 'this / other'],
      [
        row('tokens/s', ({ perSecond }) => perSecond),
        row('CPU µs per token, all processes', ({ microseconds }) => microseconds),
        row(`keys made/s, ${makerCount} partners side by side`, ({ keysPerSecond }) => keysPerSecond),
        ...distinct.map((name) => row(`… ${name}`, ({ microsecondsBy }) => microsecondsBy[name] ?? NaN)),
      ],
    ),
  );
}
