// `npm run bench`: session tokens per second of the full path (gateway → tokens → identity → Postgres) beside
// oidc-provider on the same Postgres, interleaved in one run. Prints the table that stands in docs/performance.md.
import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { buildIfNeeded } from '../../deploy/embedded/build.mjs';
import { removeDataFolder, startSystem } from '../../deploy/embedded/system.mjs';
import { cpuSeconds } from './cpu.mjs';
import { generator, post } from './load.mjs';
import { makeKeys } from './make-keys.mjs';

const rounds = Number(process.env.BENCH_ROUNDS ?? 5);
const seconds = Number(process.env.BENCH_SECONDS ?? 5);
const connections = Number(process.env.BENCH_CONNECTIONS ?? 64);
const clients = 1_000;

await buildIfNeeded({ log: console.error });
const home = mkdtempSync(join(tmpdir(), 'slipway-bench-'));
const admin = { email: 'admin@provider.example', password: randomBytes(12).toString('hex') };
const system = await startSystem({
  dataDir: join(home, 'data'),
  gatewayPort: 0,
  adminPort: 0,
  masterKey: randomBytes(32).toString('hex'),
  adminEmail: admin.email,
  adminPassword: admin.password,
  trustRegistration: true,
  log: () => undefined,
});
const peers = [];
try {
  await system.waitReady();
  console.error(`Making ${clients} keys...`);
  const keys = await makeKeys(system, admin, clients);
  await fillPeerTables(keys);
  for (const workers of [1, 2]) peers.push(await startPeer(workers));
  const contenders = [
    {
      name: 'Slipway: gateway → tokens → identity → Postgres',
      url: `${system.gatewayUrl}/sandbox/oauth2/token`,
      processes: () => system.names.filter((name) => name !== 'admin').map((name) => system.pid(name)),
    },
    ...peers.map(({ workers, port, child }) => ({
      name: `oidc-provider 9 with a Postgres adapter, ${workers === 1 ? 'one worker' : `${workers} workers`}`,
      url: `http://127.0.0.1:${port}/token`,
      processes: () => [child.pid, system.pid('postgres')],
    })),
  ];
  for (const contender of contenders) contender.runs = [];
  for (let round = 0; round <= rounds; round += 1) {
    for (const contender of contenders) {
      const run = await measure(contender, keys);
      // The first round warms up.
      if (round > 0) contender.runs.push(run);
      console.error(`round ${round}: ${contender.name}: ${Math.round(run.perSecond)} tokens/s`);
    }
  }
  print(contenders);
} finally {
  for (const { child } of peers) child.kill();
  await system.stop();
  await removeDataFolder(join(home, 'data'));
  rmSync(home, { recursive: true, force: true });
}

async function measure({ url, processes }, keys) {
  const bodies = keys.map(({ applicationId, applicationSecret }) =>
    new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: applicationId,
      client_secret: applicationSecret,
    }).toString(),
  );
  const pids = processes();
  const before = cpuSeconds(pids);
  const result = await post({ url, bodies, connections, seconds });
  const microseconds = ((cpuSeconds(pids) - before) * 1e6) / result.total;
  if (result.failures > 0) throw new Error(`${result.failures} of ${result.total} requests failed at ${url}`);
  return { ...result, microseconds };
}

async function fillPeerTables(keys) {
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

async function startPeer(workers) {
  const port = await freePort();
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
  return { workers, child, port };
}

function freePort() {
  return new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

function print(contenders) {
  const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
  const of = (runs, member) => median(runs.map((run) => run[member]));
  const yardstick = of(contenders[1].runs, 'perSecond');
  console.log(
    `\n${rounds} rounds of ${seconds} s each, interleaved; ${connections} connections from ${generator}; ${clients} clients;`,
  );
  console.log(
    `${cpus().length} cores (${cpus()[0].model.trim()}), Node ${process.version}. Medians; spread is (max − min) / median.\n`,
  );
  console.log('| | tokens/s | spread | p50 ms | p99 ms | CPU µs per token | × oidc-provider |');
  console.log('| --- | --- | --- | --- | --- | --- | --- |');
  for (const { name, runs } of contenders) {
    const rates = runs.map((run) => run.perSecond);
    const rate = median(rates);
    const spread = Math.round(((Math.max(...rates) - Math.min(...rates)) / rate) * 100);
    const row = [name, Math.round(rate), `${spread} %`, of(runs, 'p50Ms').toFixed(1), of(runs, 'p99Ms').toFixed(1)];
    console.log(`| ${[...row, Math.round(of(runs, 'microseconds')), (rate / yardstick).toFixed(2)].join(' | ')} |`);
  }
}
