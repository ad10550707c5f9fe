// `npm run bench:pgbouncer [-- --rounds 3 --seconds 4]`: what a session token costs with and without prepared statements, and
// through PgBouncer without them (docs/pgbouncer.md). Three systems on one Postgres, of which one is loaded at a time.
import pg from 'pg';
import { CHECKOUT } from '../../deploy/embedded/basics.mjs';
import { startPgBouncer } from '../support/pgbouncer.mjs';
import { machine, markdownTable, summaryOf, summaryOfPairs, withRange } from './figures.mjs';
import { generator } from './load.mjs';
import { pidsOf, withSystems } from './loaded-system.mjs';
import { measureTokens } from './measure-tokens.mjs';
import { alternate, numbersFromArguments } from './rounds.mjs';

/** @typedef {import('./loaded-system.mjs').LoadedSystem} LoadedSystem */
/** @typedef {import('./measure-tokens.mjs').TokenRun} TokenRun */

const { numbers } = numbersFromArguments({ rounds: 3, seconds: 4, connections: 64, clients: 1_000 });
const { rounds, seconds, connections, clients } = numbers;
const unprepared = { SLIPWAY_PREPARED_STATEMENTS: '0' };

await withSystems({ clients }, async ({ start, atEnd }) => {
  const first = await start(CHECKOUT);
  const beside = { masterKey: first.masterKey };
  const second = await start(CHECKOUT, { ...beside, env: unprepared, databaseUrl: await newDatabase(first, 'second') });
  const pooled = await newDatabase(first, 'third');
  const pooler = await startPgBouncer({ databaseUrl: pooled });
  if (!pooler) throw new Error('There is no PgBouncer on this machine, and no Debian package of it.');
  atEnd(() => pooler.stop());
  const third = await start(CHECKOUT, { ...beside, env: unprepared, databaseUrl: pooler.url });
  const postgres = pidsOf(first.system)['postgres'] ?? NaN;
  /** @type {(LoadedSystem & { name: string, more: Record<string, number> })[]} */
  const contenders = [
    { name: 'prepared', ...first, more: {} },
    { name: 'not prepared', ...second, more: { postgres } },
    { name: 'not prepared, PgBouncer', ...third, more: { postgres, pooler: pooler.pid } },
  ];
  const endpoints = contenders.map(({ name, system, keys, more }) => ({
    ...{ name, keys, url: `${system.gatewayUrl}/sandbox/oauth2/token` },
    pids: () => ({ ...pidsOf(system), ...more }),
  }));
  print(
    endpoints.map(({ name }) => name),
    await alternate(endpoints, rounds, (endpoint) => measureTokens(endpoint, { connections, seconds })),
  );
});

/** @param {LoadedSystem} loaded @param {string} name */
async function newDatabase({ system }, name) {
  const client = new pg.Client({ connectionString: system.databaseUrl });
  await client.connect();
  await client.query(`create database ${name}`);
  await client.end();
  const address = new URL(system.databaseUrl);
  address.pathname = `/${name}`;
  return address.toString();
}

/** @param {string[]} names @param {TokenRun[][]} runs */
function print(names, runs) {
  const figures = /** @type {const} */ ([
    ['tokens/s', (/** @type {TokenRun} */ run) => run.perSecond],
    ['p99 ms', (/** @type {TokenRun} */ run) => run.p99Ms],
    ['CPU µs per token, all processes', (/** @type {TokenRun} */ run) => run.microseconds],
  ]);
  const [base = []] = runs;
  const rows = figures.map(([title, figure]) => [
    title,
    ...runs.map((own) => withRange(summaryOf(own.map(figure)))),
    ...runs.slice(1).map((own) =>
      withRange(
        summaryOfPairs(own.map(figure), base.map(figure), (mine, first) => mine / first),
        3,
      ),
    ),
  ]);
  console.log(
    `\n${rounds} alternating rounds of ${seconds} s each; ${connections} connections from ${generator}; ${clients} clients;`,
  );
  console.log(
    `${machine}. Medians, with the smallest and the largest; ratios to the first are taken round by round.\n`,
  );
  console.log(markdownTable(['', ...names, ...names.slice(1).map((name) => `${name} / prepared`)], rows));
}
