// Postgres and NATS in containers instead of the embedded ones, for `npm run test:containers`: by Testcontainers, from
// the images and with the commands that docker-compose.yml names. Their files lie in the data folder of the system, where
// the tests look for them; so the Docker engine must be on this machine.
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { getContainerRuntimeClient } from 'testcontainers';
import { parse } from 'yaml';
import { CHECKOUT, ClearError } from '../../deploy/embedded/basics.mjs';
import { choosePort } from '../../deploy/embedded/ports.mjs';
import { makeDataFolder } from '../../deploy/embedded/data-folder.mjs';
import { reloadNats } from '../../deploy/embedded/nats.mjs';
import { loadSetup } from '../../deploy/embedded/setup.mjs';
import { SupervisedContainer } from './supervised-container.mjs';

/** @typedef {import('../../deploy/embedded/system.mjs').Infrastructure} Infrastructure */
/** @typedef {{ image: string, command: string[], environment: Record<'POSTGRES_USER' | 'POSTGRES_DB' | 'POSTGRES_INITDB_ARGS', string> }} ComposeService */

/** @param {string} name @returns {ComposeService} as docker-compose.yml has it */
function composeService(name) {
  /** @type {{ services: Record<string, ComposeService | undefined> }} */
  const { services } = parse(readFileSync(join(CHECKOUT, 'docker-compose.yml'), 'utf8'), { merge: true });
  const service = services[name];
  if (!service) throw new Error(`docker-compose.yml has no service ${name}`);
  return service;
}

export async function requireEngine() {
  await getContainerRuntimeClient().catch(() => {
    throw new ClearError('No Docker engine answers: start one, or say where it is with DOCKER_HOST.');
  });
}

/**
 * What a container writes into a mounted folder must belong to us, that we may read and delete it. Root may in any case,
 * and Postgres refuses to run as root.
 * @template {import('testcontainers').GenericContainer} Container
 * @param {Container} container
 */
function asOurselves(container) {
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
  return uid === 0 ? container : container.withUser(`${uid}:${gid}`);
}

/** @type {Infrastructure['preparePostgres']} */
async function preparePostgres({ dataDir, log }) {
  const { image, command, environment } = composeService('postgres');
  const { POSTGRES_USER, POSTGRES_DB, POSTGRES_INITDB_ARGS } = environment;
  const folder = join(dataDir, 'postgres');
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  const port = await choosePort();
  const password = randomBytes(24).toString('hex');
  // For whoever wants to look into it while a test waits.
  writeFileSync(join(dataDir, 'postgres.json'), JSON.stringify({ home: folder, port, password }), { mode: 0o600 });
  const url = `postgres://${POSTGRES_USER}:${password}@127.0.0.1:${port}/${POSTGRES_DB}`;
  const server = new SupervisedContainer({
    ...{ name: 'postgres', dataDir, log, image },
    describe: (container) =>
      asOurselves(container)
        .withCommand(command)
        // Under the same path inside and outside: what Postgres says of its files is true here as well.
        .withBindMounts([{ source: folder, target: folder }])
        .withEnvironment({ POSTGRES_USER, POSTGRES_DB, POSTGRES_INITDB_ARGS })
        .withEnvironment({ POSTGRES_PASSWORD: password, PGDATA: join(folder, 'data') })
        .withExposedPorts({ container: 5432, host: port }),
    started: /ready to accept connections/,
    // On its first start it says so once too early, while it listens on its socket alone.
    becomeReady: () => answers(url),
  });
  return { server, url };
}

/** @param {string} databaseUrl */
async function answers(databaseUrl) {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 2_000 });
  client.on('error', () => {}); // it may be killed at any moment
  try {
    await client.connect();
    await client.query('select 1');
  } finally {
    await client.end().catch(() => {});
  }
}

/** @type {Infrastructure['prepareNats']} */
async function prepareNats({ dataDir, makeConfig, setUp, log }) {
  const { image, command } = composeService('nats');
  const [folder, storeDir] = [join(dataDir, 'nats'), join(dataDir, 'nats', 'jetstream')];
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const configure = () =>
    writeFileSync(join(folder, 'nats.conf'), makeConfig({ listen: '0.0.0.0:4222', storeDir: '/data' }), {
      mode: 0o600,
    });
  configure();
  const port = await choosePort();
  const server = new SupervisedContainer({
    ...{ name: 'nats', dataDir, log, image },
    describe: (container) => {
      mkdirSync(storeDir, { recursive: true, mode: 0o700 }); // a test may have taken the broker's disk away
      return asOurselves(container)
        .withCommand(command)
        .withBindMounts([
          { source: folder, target: '/etc/slipway', mode: 'ro' },
          { source: storeDir, target: '/data' },
        ])
        .withExposedPorts({ container: 4222, host: port });
    },
    started: /Server is ready/,
    becomeReady: () => setUp(port),
  });
  const reload = () => {
    configure();
    return reloadNats(server, dataDir);
  };
  return { server, port, reload };
}

/** @type {Infrastructure} */
export const containers = { preparePostgres, prepareNats };

/**
 * A Postgres and a NATS for a system that somebody else starts, by the settings for it (`npm start` in test/start).
 * @param {string} dataDir
 */
export async function startContainers(dataDir) {
  const setup = loadSetup();
  const masterKey = randomBytes(32).toString('hex');
  const log = () => {};
  makeDataFolder(dataDir);
  const postgres = await preparePostgres({ dataDir, log });
  const nats = await prepareNats({
    ...{ dataDir, log },
    makeConfig: (place) => setup.natsServerConfig({ ...place, masterKey }),
    setUp: async () => {}, // `npm start` makes the streams
  });
  const servers = [postgres.server, nats.server];
  for (const server of servers) server.start();
  await Promise.all(servers.map((server) => server.whenReady()));
  return {
    settings: {
      SLIPWAY_MASTER_KEY: masterKey,
      DATABASE_URL: postgres.url,
      NATS_URL: setup.natsAdminUrl({ port: nats.port, masterKey }),
    },
    stop: async () => void (await Promise.all(servers.map((server) => server.stop()))),
  };
}
