import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Api, until } from '#libs/testing';
import { checkout } from './checkout';

interface Started {
  npm: ChildProcess;
  output: () => string;
  ended: Promise<number | null>;
}

interface Ran {
  code: number;
  output: string;
}

/** An installation in a folder of its own, as somebody at a terminal has it: they start it, and run commands beside it. */
export class OwnInstallation {
  /** Mode 0700, as `mktemp -d` makes it: the unprivileged user that Postgres runs as cannot reach it. */
  private readonly home = mkdtempSync(join(tmpdir(), 'slipway-first-run-'));
  readonly dataDir = join(this.home, 'data');
  private running: Started | undefined;

  private constructor(
    readonly gatewayUrl: string,
    readonly adminUrl: string,
    private readonly settings: Record<string, string>,
  ) {}

  static async make(): Promise<OwnInstallation> {
    const [gateway, admin] = [await freePort(), await freePort()];
    const settings = { SLIPWAY_GATEWAY_PORT: String(gateway), SLIPWAY_ADMIN_PORT: String(admin) };
    return new OwnInstallation(`http://localhost:${gateway}`, `http://localhost:${admin}`, settings);
  }

  get gateway(): Api {
    return new Api(this.gatewayUrl);
  }

  get admin(): Api {
    return new Api(this.adminUrl);
  }

  start(extra: Record<string, string> = {}): Started {
    const env = { ...process.env, SLIPWAY_DATA_DIR: this.dataDir, ...this.settings, ...extra };
    const npm = spawn('npm', ['start'], { cwd: checkout, detached: true, env });
    let output = '';
    for (const stream of [npm.stdout, npm.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const ended = new Promise<number | null>((done) => npm.on('exit', done));
    this.running = { npm, output: () => output, ended };
    return this.running;
  }

  /** @returns what the screen says */
  async startAndRead(extra: Record<string, string> = {}): Promise<string> {
    const { output, ended } = this.start(extra);
    const end = ended.then((code) => `npm start has ended with ${code}:\n${output()}`);
    const shown = until('the screen', () => Promise.resolve(output().includes('Ctrl-C stops everything.')), 120_000);
    const early = await Promise.race([end, shown.then(() => undefined)]);
    if (early !== undefined) throw new Error(early);
    return output();
  }

  async stop(): Promise<void> {
    const { npm, ended } = this.running ?? {};
    if (npm?.exitCode === null && npm.pid) process.kill(-npm.pid, 'SIGINT');
    await ended;
    this.running = undefined;
  }

  /** In another terminal, in which nothing of ours is set but where the installation is. */
  run(command: string, extra: Record<string, string> = {}): Promise<Ran> {
    const plain = Object.entries(process.env).filter(([name]) => !name.startsWith('SLIPWAY_'));
    const env = { ...Object.fromEntries(plain), SLIPWAY_DATA_DIR: this.dataDir, ...extra };
    return new Promise((done) =>
      execFile('sh', ['-c', command], { cwd: checkout, env, timeout: 90_000 }, (error, stdout, stderr) =>
        done({ code: error ? Number(error.code ?? 1) : 0, output: `${stdout}${stderr}` }),
      ),
    );
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.home, { recursive: true, force: true });
  }
}

function freePort(): Promise<number> {
  return new Promise((done) => {
    const server = createServer().listen(0, () => {
      const { port } = server.address() as { port: number };
      server.close(() => done(port));
    });
  });
}
