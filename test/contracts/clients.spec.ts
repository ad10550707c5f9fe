import { execFile, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { anId, Scenario, sharedSystem } from '#libs/testing';

const run = promisify(execFile);
const installMs = 300_000;

/** Who writes a program for Slipway has its client generated: these compile under TypeScript 5, and play the story. */
describe('a client that is generated', () => {
  const system = sharedSystem();
  const scenario = new Scenario(system);
  const folder = mkdtempSync(join(tmpdir(), 'slipway-clients-'));
  let planId: string;

  beforeAll(async () => {
    cpSync(join(__dirname, '..', 'clients'), folder, { recursive: true });
    const npm = (...command: string[]) => run('npm', command, { cwd: folder, timeout: installMs });
    await npm('ci', '--no-audit', '--no-fund', '--ignore-scripts');
    mkdirSync(join(folder, 'documents'));
    const document = await (await fetch(`${system.gatewayUrl}/v1/openapi.json`)).text();
    writeFileSync(join(folder, 'documents', 'gateway.json'), document);
    await npm('run', 'generate');
    await npm('run', 'build');
    planId = (await scenario.plan()).id;
  }, installMs);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** What the program says that staff is to do, is done. */
  const staffActs: Record<string, (id: string) => Promise<unknown>> = {
    registered: (partnerId) => scenario.verify(partnerId),
    submitted: (submissionId) => scenario.decide(submissionId, 'approval'),
  };

  it.each(['with-hey-api', 'with-orval', 'with-openapi-typescript'])(
    '%s plays the story',
    async (name) => {
      const program = spawn(process.execPath, [join(folder, 'built', `${name}.js`), `${anId()}.example`, planId], {
        env: { ...process.env, GATEWAY_URL: system.gatewayUrl },
        stdio: ['ignore', 'pipe', 'pipe'],
        timeout: 120_000,
      });
      let errors = '';
      program.stderr.on('data', (chunk) => (errors += String(chunk)));
      const said: string[] = [];
      for await (const line of createInterface({ input: program.stdout })) {
        const [word = '', id = ''] = line.split(' ');
        said.push(word);
        await staffActs[word]?.(id);
      }
      expect({ said, errors }).toEqual({ said: ['registered', 'submitted', 'played'], errors: '' });
    },
    150_000,
  );
});
