import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, connect as connectTo, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import { Client } from 'pg';
import { Connections } from '#libs/broker';
import { SystemClock } from '#libs/clock';
import { deriveServiceKey } from '#libs/crypto';
import { Database } from '#libs/database';
import { createLogger } from '#libs/observability';
import { Authority, controlOf, selfSigned, startSystem, until, type Identity, type RunningSystem } from '#libs/testing';
import { checkout } from '../support/checkout';

/** A Postgres and a NATS of their own, which take nothing that is not encrypted. */
let system: RunningSystem;
let folder: string;
let authority: Authority;
/** Files of authorities: that which signed, and another. */
let right: string;
let wrong: string;

beforeAll(async () => {
  system = await startSystem({ name: 'encrypted', apps: [] });
  folder = mkdtempSync(join(tmpdir(), 'slipway-authorities-'));
  authority = await Authority.create();
  right = fileOf('right.pem', authority.cert);
  wrong = fileOf('wrong.pem', (await Authority.create()).cert);
}, 120_000);
afterAll(async () => {
  await controlOf(system).stop();
  rmSync(folder, { recursive: true });
}, 60_000);

function fileOf(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** What `deploy/setup` says, and how it ends. */
function setUp(command: string, env: Record<string, string>): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [join(checkout, 'dist', 'deploy', 'setup', 'main.js'), command], {
    env: { PATH: process.env['PATH'], SLIPWAY_MASTER_KEY: system.masterKey, ...env },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => (output += part.toString()));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, output })));
}

describe('a Postgres that is encrypted', () => {
  const urlWith = (parameters: Record<string, string>, host?: string) => {
    const address = new URL(system.databaseUrl);
    if (host) address.hostname = host;
    address.search = new URLSearchParams(parameters).toString();
    return address.toString();
  };
  const setUpWith = (parameters: Record<string, string>, host?: string) =>
    setUp('database', { DATABASE_URL: urlWith(parameters, host) });

  beforeAll(async () => {
    const { hostname } = new URL(system.databaseUrl);
    await encrypt(await authority.sign({ host: hostname }));
  }, 60_000);

  /** As Postgres itself, wherever it runs, in its own folder. */
  async function encrypt({ cert, key }: Identity): Promise<void> {
    const admin = new Client({ connectionString: system.databaseUrl });
    await admin.connect();
    const write = (text: string, command: string) =>
      admin.query(`copy (select unnest(string_to_array($pem$${text}$pem$, chr(10)))) to program $sh$${command}$sh$`);
    const { rows } = await admin.query<{ data_directory: string }>('show data_directory');
    const at = rows[0]?.data_directory ?? '';
    await write(cert, `cat > '${at}/server.crt'`);
    await write(key, `umask 077 && cat > '${at}/server.key'`);
    await write('hostssl all all all scram-sha-256', `cat > '${at}/pg_hba.conf'`);
    await admin.query('alter system set ssl = on');
    await admin.query('select pg_reload_conf()');
    await admin.end();
    await until('Postgres to refuse what is not encrypted', async () => {
      const plain = new Client({ connectionString: system.databaseUrl });
      return plain.connect().then(
        () => plain.end().then(() => false),
        () => true,
      );
    });
  }

  it.each([
    ['sslmode=require', () => ({ sslmode: 'require' })],
    ['sslmode=verify-full and the authority that signed', () => ({ sslmode: 'verify-full', sslrootcert: right })],
    ['sslmode=require and the authority that signed', () => ({ sslmode: 'require', sslrootcert: right })],
  ])('is set up with %s, migrations included', async (_what, parameters) => {
    expect(await setUpWith(parameters())).toMatchObject({ code: 0 });
  });

  it.each([
    ['another authority', () => ({ sslmode: 'verify-full', sslrootcert: wrong }), /certificate/],
    ['another authority and sslmode=require', () => ({ sslmode: 'require', sslrootcert: wrong }), /certificate/],
    ['the authorities that Node brings', () => ({ sslmode: 'verify-full' }), /certificate/],
    ['a mode that is none', () => ({ sslmode: 'verify_full', sslrootcert: right }), /sslmode=verify_full is none/],
    ['no encryption', () => ({}), /no encryption/],
  ])('is not set up with %s', async (_what, parameters, words) => {
    const { code, output } = await setUpWith(parameters());
    expect(code).not.toBe(0);
    expect(output).toMatch(words);
  });

  it('is not set up under a name that its certificate is not for', async () => {
    const other = new URL(system.databaseUrl).hostname === 'localhost' ? '127.0.0.1' : 'localhost';
    const { code, output } = await setUpWith({ sslmode: 'verify-full', sslrootcert: right }, other);
    expect(code).not.toBe(0);
    expect(output).toMatch(/altnames|Hostname\/IP/);
  });

  it('is what a service connects to, by the same words', async () => {
    const open = (sslrootcert: string) => {
      const address = new URL(urlWith({ sslmode: 'verify-full', sslrootcert }));
      address.username = '';
      address.password = '';
      return Database.open({
        service: 'identity',
        serviceKey: deriveServiceKey(system.masterKey, 'identity'),
        url: address.toString(),
        entities: [],
        scopes: ['shared'],
        clock: new SystemClock(),
      });
    };
    const database = await open(right);
    expect(await database.isUp()).toBe(true);
    await database.onApplicationShutdown();
    await expect(open(wrong)).rejects.toThrow(/certificate/);
  });
});

/** Before the broker, as a server that encrypts: its greeting goes in the clear and says that the rest must not. */
class EncryptedFront {
  /** What came before anything was encrypted. */
  inTheClear = '';
  private readonly sockets: Socket[] = [];

  private constructor(
    private readonly server: Server,
    private readonly broker: URL,
    private readonly identity: Identity,
  ) {
    server.on('connection', (socket) => this.serve(socket));
  }

  static async listen(broker: URL, identity: Identity, port = 0): Promise<EncryptedFront> {
    const server = createServer();
    const front = new EncryptedFront(server, broker, identity);
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    return front;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private serve(socket: Socket): void {
    const broker = connectTo(Number(this.broker.port), this.broker.hostname);
    for (const each of [socket, broker]) this.sockets.push(each.on('error', () => socket.destroy()));
    broker.once('data', (greeting: Buffer) => {
      const [, info = ''] = /^INFO (.*)\r\n/.exec(greeting.toString()) ?? [];
      const said = { ...(JSON.parse(info) as object), tls_required: true };
      socket.write(`INFO ${JSON.stringify(said)}\r\n`);
      const { cert, key } = this.identity;
      const encrypted = new TLSSocket(socket, { isServer: true, cert, key });
      encrypted.on('error', () => socket.destroy());
      encrypted.pipe(broker).pipe(encrypted);
    });
  }
}

describe('a NATS that is encrypted', () => {
  let front: EncryptedFront | undefined;

  afterEach(() => front?.close());

  const broker = () => new URL(system.natsUrl);
  const before = async (identity: Identity, port?: number) =>
    (front = await EncryptedFront.listen(broker(), identity, port));
  const signed = () => authority.sign({ host: '127.0.0.1' });
  const setUpWith = (port: number | string, env: Record<string, string> = {}) => {
    const { username, password } = broker();
    return setUp('broker', { NATS_URL: `tls://${username}:${password}@127.0.0.1:${port}`, ...env });
  };

  it('is set up with the authority that signed', async () => {
    const { port } = await before(await signed());
    expect(await setUpWith(port, { SLIPWAY_NATS_CA: right })).toMatchObject({ code: 0 });
  });

  it.each([
    ['another authority', () => signed(), () => wrong],
    ['a certificate that it has signed itself', () => selfSigned({ host: '127.0.0.1' }), () => right],
    ['a certificate for another name', () => authority.sign({ host: 'elsewhere.example' }), () => right],
    ['an expired certificate', () => authority.sign({ host: '127.0.0.1', days: -1 }), () => right],
    ['only the authorities that Node brings', () => signed(), () => ''],
  ])('is not set up with %s', async (_what, identity, file) => {
    const { port } = await before(await identity());
    const { code, output } = await setUpWith(port, { SLIPWAY_NATS_CA: file() });
    expect(code).not.toBe(0);
    expect(output).toMatch(/certificate|altnames|Hostname\/IP/i);
  });

  it('is what tls:// wants: a broker that does not encrypt is told nothing', async () => {
    const { code, output } = await setUpWith(broker().port, { SLIPWAY_NATS_CA: right });
    expect(code).not.toBe(0);
    expect(output).toMatch(/tls/);
  });

  it('an app waits until the right one is there, and says why', async () => {
    const warnings: string[] = [];
    const logger = createLogger('spec', 'fatal');
    jest.spyOn(logger, 'warn').mockImplementation((context: unknown) => warnings.push(JSON.stringify(context)));
    const { port } = await before(await selfSigned({ host: '127.0.0.1' }));
    const opening = Connections.open(
      {
        app: 'identity',
        serviceKey: deriveServiceKey(system.masterKey, 'identity'),
        servers: `tls://127.0.0.1:${port}`,
        ca: authority.cert,
        scopes: ['shared'],
      },
      logger,
    );
    await until('the refusal', () => Promise.resolve(warnings.some((one) => /certificate/.test(one))));
    await front?.close();
    await before(await signed(), port);
    const connections = await opening;
    await connections.of('shared').flush();
    await connections.onApplicationShutdown();
  });
});
