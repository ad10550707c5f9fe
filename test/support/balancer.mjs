// A balancer in front of two copies of each edge: Debian's HAProxy with the configuration that providers are given, or
// where no HAProxy can be had, a small one of our own with the same manners.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';
import { CHECKOUT, pause } from '../../deploy/embedded/basics.mjs';
import { choosePorts } from '../../deploy/embedded/ports.mjs';
import { debianProgram } from './debian-package.mjs';

/** @typedef {{ gateway: string[], admin: string[] }} Edges where their copies listen: two of each */
/**
 * @typedef {object} Balancer
 * @property {string} kind
 * @property {string} gatewayUrl
 * @property {string} adminUrl
 * @property {() => Promise<number>} ready how many copies of all edges are sent requests
 * @property {() => Promise<number>} triedAgain how often a copy took no connection, or broke one off
 * @property {() => Promise<void>} stop
 */

const checkMs = 250;
const startMs = 10_000;

/** @param {Edges} edges @param {string} folder for its configuration @returns {Promise<Balancer>} */
export async function startBalancer(edges, folder) {
  const haproxy = await debianProgram('haproxy', 'usr/sbin/haproxy');
  return haproxy ? startHaproxy(haproxy, edges, folder) : startOwn(edges);
}

/** @param {import('./debian-package.mjs').Program} haproxy @param {Edges} edges @param {string} folder */
async function startHaproxy({ program, env }, edges, folder) {
  const [gatewayPort = 0, adminPort = 0, statusPort = 0] = await choosePorts(3);
  const files = [join(folder, 'haproxy.cfg'), join(folder, 'haproxy-status.cfg')];
  writeFileSync(files[0] ?? '', configOf(edges, { gatewayPort, adminPort }));
  writeFileSync(files[1] ?? '', statusConfigOf(statusPort));
  const child = spawn(program, ['-db', ...files.flatMap((file) => ['-f', file])], {
    ...{ env: { ...process.env, ...env }, stdio: 'ignore' },
  });
  const ended = once(child, 'exit');
  const servers = async () => serversIn(await (await fetch(`http://127.0.0.1:${statusPort}/;csv`)).text());
  const deadline = Date.now() + startMs;
  while (!(await servers().catch(() => undefined))) {
    if (Date.now() > deadline || child.exitCode !== null) throw new Error(`HAProxy does not start with ${files}`);
    await pause(50);
  }
  return {
    kind: 'HAProxy',
    gatewayUrl: `http://127.0.0.1:${gatewayPort}`,
    adminUrl: `http://127.0.0.1:${adminPort}`,
    ready: async () => (await servers()).filter(({ status }) => status === 'UP').length,
    triedAgain: async () => (await servers()).reduce((sum, figures) => sum + failuresIn(figures), 0),
    stop: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** What providers are given, with addresses of this machine. @param {Edges} edges @param {{ gatewayPort: number, adminPort: number }} ports */
function configOf({ gateway, admin }, { gatewayPort, adminPort }) {
  /** @type {Record<string, string>} */
  const here = {
    'bind :8080': `bind 127.0.0.1:${gatewayPort}`,
    'bind :8081': `bind 127.0.0.1:${adminPort}`,
    '10.0.0.11:8080': addressOf(gateway[0]),
    '10.0.0.12:8080': addressOf(gateway[1]),
    '10.0.0.11:8081': addressOf(admin[0]),
    '10.0.0.12:8081': addressOf(admin[1]),
  };
  let config = readFileSync(join(CHECKOUT, 'deploy', 'haproxy.cfg'), 'utf8');
  for (const [example, place] of Object.entries(here)) {
    if (!config.includes(example)) throw new Error(`deploy/haproxy.cfg has no ${example}`);
    config = config.replace(example, place);
  }
  return config;
}

const addressOf = (url = '') => `127.0.0.1:${new URL(url).port}`;

/** @param {number} port */
const statusConfigOf = (port) => `listen status
  bind 127.0.0.1:${port}
  stats enable
  stats uri /
`;

/** HAProxy's own figures, a row for each server. @param {string} csv */
function serversIn(csv) {
  const [names = [], ...rows] = csv
    .replace(/^# /, '')
    .trim()
    .split('\n')
    .map((line) => line.split(','));
  const figures = rows.map((row) => Object.fromEntries(names.map((name, index) => [name, row[index] ?? ''])));
  return figures.filter(({ svname }) => svname?.startsWith('copy'));
}

/** Connections not made, there (`wretr`) and then elsewhere (`wredis`), or in vain; and replies broken off. @param {Record<string, string>} figures */
const failuresIn = ({ wretr, wredis, econ, eresp }) =>
  [wretr, wredis, econ, eresp].reduce((sum, count) => sum + Number(count), 0);

/** @param {Edges} edges @returns {Promise<Balancer>} */
async function startOwn({ gateway, admin }) {
  const groups = [await startGroup(gateway), await startGroup(admin)];
  const sumOf = (/** @type {(group: Awaited<ReturnType<typeof startGroup>>) => number} */ of) =>
    Promise.resolve(groups.reduce((sum, group) => sum + of(group), 0));
  return {
    kind: 'a balancer of our own',
    gatewayUrl: groups[0]?.url ?? '',
    adminUrl: groups[1]?.url ?? '',
    ready: () => sumOf(({ ready }) => ready().length),
    triedAgain: () => sumOf(({ failures }) => failures()),
    stop: async () => {
      await Promise.all(groups.map(({ stop }) => stop()));
    },
  };
}

/** @param {string[]} urls */
async function startGroup(urls) {
  const copies = urls.map((url) => ({ address: addressOf(url), isReady: false }));
  const ready = () => copies.filter(({ isReady }) => isReady);
  const check = setInterval(() => {
    for (const copy of copies)
      fetch(`http://${copy.address}/readyz`, { signal: AbortSignal.timeout(5_000) }).then(
        ({ ok }) => (copy.isReady = ok),
        () => (copy.isReady = false),
      );
  }, checkMs);
  let [turn, failures] = [0, 0];
  const server = http.createServer((request, response) => {
    const all = ready();
    const fail = () => {
      failures += 1;
      if (response.headersSent) response.destroy();
      else response.writeHead(502).end();
    };
    const copy = all[turn++ % all.length];
    if (!copy) return fail();
    const { method, url, headers } = request;
    const sent = http.request(`http://${copy.address}${url}`, { method, headers, agent: false }, (reply) => {
      response.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(response);
    });
    sent.on('error', fail);
    request.pipe(sent);
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', () => done(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    url: `http://127.0.0.1:${port}`,
    ready,
    failures: () => failures,
    stop: async () => {
      clearInterval(check);
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
