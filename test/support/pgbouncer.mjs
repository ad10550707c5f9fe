// A PgBouncer in front of a Postgres, with the files of docs/pgbouncer.md: what stands there is what runs here.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { CHECKOUT, pause } from '../../deploy/embedded/basics.mjs';
import { choosePort } from '../../deploy/embedded/ports.mjs';
import { OS_USER, findOrMakeOsUser, runsAsRoot } from '../../deploy/embedded/postgres/os-user.mjs';
import { debianProgram } from './debian-package.mjs';

const READY_MS = 10_000;
const STOP_MS = 5_000;

/**
 * @typedef {object} PgBouncer
 * @property {string} url of the database through it, with the administrator's credentials
 * @property {string} consoleUrl of its own console, where `show pools` is answered
 * @property {number} pid
 * @property {() => string} log
 * @property {() => Promise<void>} stop
 */

/** @param {string} kind @returns {string} the only part of the document in that language */
function documented(kind) {
  const text = readFileSync(join(CHECKOUT, 'docs', 'pgbouncer.md'), 'utf8');
  const part = new RegExp(`^\`\`\`${kind}\\n([^]*?)^\`\`\``, 'm').exec(text)?.[1];
  if (!part) throw new Error(`docs/pgbouncer.md has no ${kind}`);
  return part;
}

/**
 * @param {object} options
 * @param {string} options.databaseUrl an administrator's
 * @param {number} [options.poolSize] other than the document's
 * @returns {Promise<PgBouncer | undefined>} undefined where there is none on this machine, nor a Debian package of it
 */
export async function startPgBouncer({ databaseUrl, poolSize }) {
  const found = await debianProgram('pgbouncer', 'usr/sbin/pgbouncer');
  if (!found) return undefined;
  const password = randomBytes(16).toString('hex');
  const { hostname, port: postgresPort, pathname, username, password: adminPassword } = new URL(databaseUrl);
  const database = pathname.slice(1);
  await asAdministrator(databaseUrl, [
    documented('sql').replaceAll('<password>', password).replace('database slipway', `database ${database}`),
  ]);
  const folder = mkdtempSync(join(tmpdir(), 'slipway-pgbouncer-'));
  chmodSync(folder, 0o755);
  const port = await choosePort();
  const config = [
    documented('ini'),
    `listen_port = ${port}`,
    `auth_file = ${join(folder, 'userlist.txt')}`,
    'admin_users = pgbouncer',
    ...(poolSize ? [`default_pool_size = ${poolSize}`] : []),
  ].join('\n');
  writeFileSync(
    join(folder, 'pgbouncer.ini'),
    config.replace(/^slipway = .*$/m, `${database} = host=${hostname} port=${postgresPort}`),
  );
  const logins = { pgbouncer: password, [username]: decodeURIComponent(adminPassword) };
  const lines = Object.entries(logins).map(([name, secret]) => `"${name}" "${secret}"\n`);
  writeFileSync(join(folder, 'userlist.txt'), lines.join(''));
  // It refuses to run as root, and becomes another user by itself.
  if (runsAsRoot()) await findOrMakeOsUser(OS_USER);
  const user = runsAsRoot() ? ['-u', OS_USER] : [];
  const child = spawn(found.program, [...user, join(folder, 'pgbouncer.ini')], {
    env: { ...process.env, ...found.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (log += String(chunk)));
  const stop = async () => {
    const ended = new Promise((done) => child.once('exit', done));
    const isOver = () => child.exitCode !== null || child.signalCode !== null;
    // SIGINT would wait for those who are connected.
    if (!isOver()) child.kill('SIGTERM');
    if (!isOver()) await Promise.race([ended, pause(STOP_MS).then(() => child.kill('SIGKILL'))]);
    rmSync(folder, { recursive: true, force: true });
  };
  const place = `127.0.0.1:${port}`;
  const consoleUrl = `postgres://pgbouncer:${password}@${place}/pgbouncer`;
  try {
    await untilReady(consoleUrl, () => child.exitCode === null);
  } catch (error) {
    await stop();
    throw new Error(`PgBouncer does not answer; it says:\n${log}`, { cause: error });
  }
  return {
    url: `postgres://${username}:${adminPassword}@${place}/${database}`,
    consoleUrl,
    pid: child.pid ?? NaN,
    log: () => log,
    stop,
  };
}

/** @param {string} url @param {string[]} statements */
async function asAdministrator(url, statements) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

/** @param {string} consoleUrl @param {() => boolean} isRunning */
async function untilReady(consoleUrl, isRunning) {
  const deadline = Date.now() + READY_MS;
  for (;;) {
    try {
      return await asAdministrator(consoleUrl, ['show version']);
    } catch (error) {
      if (!isRunning() || Date.now() > deadline) throw error;
      await pause(50);
    }
  }
}
