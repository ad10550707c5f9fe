import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Api, until } from '#libs/testing';

const checkout = join(__dirname, '..', '..');
/** Mode 0700, as `mktemp -d` makes it: the unprivileged user that Postgres runs as cannot reach it. */
const home = mkdtempSync(join(tmpdir(), 'slipway-start-'));
const dataDir = join(home, 'data');
const startMsMax = 60_000;

interface Started {
  npm: ChildProcess;
  output: () => string;
  ended: Promise<number | null>;
}

let ports: { gateway: number; admin: number };
let started: Started[] = [];

function start(extra: Record<string, string> = {}): Started {
  const npm = spawn('npm', ['start'], {
    cwd: checkout,
    detached: true,
    env: {
      ...process.env,
      SLIPWAY_DATA_DIR: dataDir,
      SLIPWAY_GATEWAY_PORT: String(ports.gateway),
      SLIPWAY_ADMIN_PORT: String(ports.admin),
      ...extra,
    },
  });
  let output = '';
  for (const stream of [npm.stdout, npm.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const one = { npm, output: () => output, ended: new Promise<number | null>((done) => npm.on('exit', done)) };
  started.push(one);
  return one;
}

const isReady = async () => {
  const edges = [ports.gateway, ports.admin].map((port) => new Api(`http://localhost:${port}`).get('/readyz'));
  return (await Promise.all(edges.map((reply) => reply.then(({ status }) => status === 200).catch(() => false)))).every(
    Boolean,
  );
};

/** Every live process that was started with our data folder; zombies are nobody's any more. */
const ourProcesses = () =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => {
      try {
        if (/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))) return false;
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        return (
          command.includes(home) || readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`SLIPWAY_DATA_DIR=${dataDir}`)
        );
      } catch {
        return false;
      }
    });

const nothingLeft = () => until('every process to be gone', () => Promise.resolve(ourProcesses().length === 0), 40_000);

function freePort(): Promise<number> {
  return new Promise((done) => {
    const server = createServer().listen(0, () => {
      const { port } = server.address() as { port: number };
      server.close(() => done(port));
    });
  });
}

/** The line of the screen that tells the administrator's password. */
const shownPassword = (screen: string) => /admin@slipway\.example\s+(\S+)/.exec(screen)?.[1] ?? '';

/** As a newcomer does it: the command that the screen shows, in another terminal, where nothing is set. */
function runShown(screen: string): Promise<{ code: number | null; output: string }> {
  const command = /^ +(.*npm run demo)$/m.exec(screen)?.[1] ?? 'false';
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('SLIPWAY_')));
  return new Promise((done) =>
    execFile('sh', ['-c', command], { cwd: checkout, env, timeout: 60_000 }, (error, stdout, stderr) =>
      done({ code: error ? 1 : 0, output: error ? `${command}\n${stdout}${stderr}` : '' }),
    ),
  );
}

describe('npm start', () => {
  jest.setTimeout(200_000);

  beforeAll(async () => {
    ports = { gateway: await freePort(), admin: await freePort() };
  });

  afterAll(async () => {
    for (const { npm } of started) if (npm.exitCode === null && npm.pid) process.kill(-npm.pid, 'SIGINT');
    await nothingLeft();
    rmSync(home, { recursive: true, force: true });
    started = [];
  });

  it('ends with addresses and logins on one screen, keeps its data, starts again in seconds, and leaves nothing behind', async () => {
    const first = start();
    await until(
      'the first screen',
      () => Promise.resolve(/Staff\s/.test(first.output()) && /Reviewer\s/.test(first.output())),
      120_000,
    );
    expect(await isReady()).toBe(true);
    expect(first.output()).toContain(`http://localhost:${ports.gateway}`);
    expect(first.output()).toContain(`http://localhost:${ports.admin}`);
    const admin = new Api(`http://localhost:${ports.admin}`);
    const credentials = { email: 'admin@slipway.example', password: shownPassword(first.output()) };
    const { body: session } = await admin.post('/v1/sessions', { body: credentials });
    const products = await admin.get('/v1/products', { session: session.accessToken });
    expect(products.body.items[0].plans).toHaveLength(2);

    const another = start({
      SLIPWAY_GATEWAY_PORT: String(await freePort()),
      SLIPWAY_ADMIN_PORT: String(await freePort()),
    });
    expect(await another.ended).toBe(1);
    expect(another.output()).toMatch(/already runs with the data folder/);

    if (first.npm.pid) process.kill(-first.npm.pid, 'SIGINT');
    await first.ended;
    await nothingLeft();

    const beganAt = Date.now();
    const second = start();
    await until('the second start', isReady, startMsMax);
    expect(Date.now() - beganAt).toBeLessThan(startMsMax);
    const again = await admin.get('/v1/products', { session: session.accessToken });
    expect(again.body).toEqual(products.body);
    await until('the second screen', () => Promise.resolve(/npm run demo$/m.test(second.output())), startMsMax);
    expect(await runShown(second.output())).toEqual({ code: 0, output: '' });

    second.npm.kill('SIGTERM');
    await second.ended;
    await nothingLeft();
  });

  it('says in one clear line that a port is taken', async () => {
    const taken: Server = createServer().listen(ports.gateway);
    try {
      const attempt = start();
      expect(await attempt.ended).toBe(1);
      expect(attempt.output()).toMatch(new RegExp(`[Pp]ort.*${ports.gateway}|${ports.gateway}.*(taken|in use)`));
      expect(attempt.output()).not.toMatch(/\n\s+at /);
    } finally {
      await new Promise((done) => taken.close(done));
    }
    await nothingLeft();
  });
});
