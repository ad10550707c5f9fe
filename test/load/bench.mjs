// `npm run bench [-- --rounds 5 --seconds 5]`: session tokens per second of the full path (gateway → tokens → identity →
// Postgres) beside oidc-provider on the same Postgres, interleaved in one run. Prints the table of docs/performance.md.
import { fork } from 'node:child_process';
import { join } from 'node:path';
import pg from 'pg';
import { CHECKOUT } from '../../deploy/embedded/basics.mjs';
import { choosePort } from '../../deploy/embedded/ports.mjs';
import { machine, markdownTable, summaryOf } from './figures.mjs';
import { generator } from './load.mjs';
import { pidsOf, withSystems } from './loaded-system.mjs';
import { measureTokens } from './measure-tokens.mjs';
import { alternate, numbersFromArguments } from './rounds.mjs';

/** @typedef {import('./loaded-system.mjs').LoadedSystem} LoadedSystem */
/** @typedef {import('./measure-tokens.mjs').TokenEndpoint} TokenEndpoint */
/** @typedef {import('./measure-tokens.mjs').TokenRun} TokenRun */

const { numbers } = numbersFromArguments({ rounds: 5, seconds: 5, connections: 64, clients: 1_000 });
const { rounds, seconds, connections, clients } = numbers;

await withSystems({ clients }, async ({ start, atEnd }) => {
  const { system, keys } = await start(CHECKOUT);
  await fillPeerTables({ system, keys });
  /** @type {TokenEndpoint[]} */
  const endpoints = [
    {
      name: 'Slipway: gateway → tokens → identity → Postgres',
      url: `${system.gatewayUrl}/sandbox/oauth2/token`,
      keys,
      pids: () => pidsOf(system),
    },
  ];
  for (const workers of [1, 2]) {
    const { child, endpoint } = await startPeer({ system, keys }, workers);
    atEnd(() => void child.kill());
    endpoints.push(endpoint);
  }
  print(endpoints, await alternate(endpoints, rounds, (endpoint) => measureTokens(endpoint, { connections, seconds })));
});

/** @param {Pick<LoadedSystem, 'system' | 'keys'>} loaded */
async function fillPeerTables({ system, keys }) {
  const client = new pg.Client({ connectionString: system.databaseUrl });
  await client.connect();
  await client.query(
    'create schema peer; create table peer.models (model text, id text, payload jsonb, primary key (model, id))',
  );
  for (const { applicationId, applicationSecret } of keys) {
    await client.query('insert into peer.models values ($1, $2, $3)', [
      'Client',
      applicationId,
      {
        client_id: applicationId,
        client_secret: applicationSecret,
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
        token_endpoint_auth_method: 'client_secret_post',
        scope: 'api',
      },
    ]);
  }
  await client.end();
}

/** @param {Pick<LoadedSystem, 'system' | 'keys'>} loaded @param {number} workers */
async function startPeer({ system, keys }, workers) {
  const port = await choosePort();
  const child = fork(
    join(import.meta.dirname, 'peer-oidc-provider.mjs'),
    [JSON.stringify({ port, databaseUrl: system.databaseUrl, workers })],
    {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      env: { ...process.env, NODE_ENV: 'production' },
    },
  );
  await new Promise((done, fail) =>
    child.once('message', done).once('exit', (code) => fail(new Error(`the peer ended: ${code}`))),
  );
  /** @type {TokenEndpoint} */
  const endpoint = {
    name: `oidc-provider 9 with a Postgres adapter, ${workers === 1 ? 'one worker' : `${workers} workers`}`,
    url: `http://127.0.0.1:${port}/token`,
    keys,
    pids: () => ({ peer: child.pid ?? NaN, postgres: pidsOf(system)['postgres'] ?? NaN }),
  };
  return { child, endpoint };
}

/** @param {TokenEndpoint[]} endpoints @param {TokenRun[][]} runs */
function print(endpoints, runs) {
  const medianOf = (/** @type {TokenRun[]} */ own, /** @type {'p50Ms' | 'p99Ms' | 'microseconds'} */ member) =>
    summaryOf(own.map((run) => run[member])).median;
  const rates = runs.map((own) => summaryOf(own.map(({ perSecond }) => perSecond)));
  const rows = endpoints.map(({ name }, index) => {
    const own = runs[index] ?? [];
    const { median, min, max } = rates[index] ?? summaryOf([]);
    return [
      ...[name, median.toFixed(), `${(((max - min) / median) * 100).toFixed()} %`],
      ...[medianOf(own, 'p50Ms').toFixed(1), medianOf(own, 'p99Ms').toFixed(1)],
      ...[medianOf(own, 'microseconds').toFixed(), (median / (rates[1]?.median ?? NaN)).toFixed(2)],
    ];
  });
  console.log(
    `\n${rounds} rounds of ${seconds} s each, interleaved; ${connections} connections from ${generator}; ${clients} clients;`,
  );
  console.log(`${machine}. Medians; spread is (max − min) / median.\n`);
  console.log(
    markdownTable(['', 'tokens/s', 'spread', 'p50 ms', 'p99 ms', 'CPU µs per token', '× oidc-provider'], rows),
  );
}
