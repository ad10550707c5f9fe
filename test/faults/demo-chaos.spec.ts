import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '#libs/testing';
import { checkout, loadScript } from '../support/checkout';

interface Arrival {
  webhook: string;
  eventId: string;
  submissionId: string;
  body: string;
  isAccepted: boolean;
  fault?: string;
}

interface Evidence {
  decisions: { number: number; submissionId: string; notes: string; partner: string }[];
  webhooks: { name: string; partner: string }[];
  arrivals: Arrival[];
  accounts: { name: string; partner: string; texts: string[] }[];
}

type Verdict = Record<'lost' | 'doubled' | 'wrong', string[]>;

/** What examples/chaos/verdict.mjs exports. */
interface Verdicts {
  verdictOn(evidence: Evidence): Verdict;
  isGood(verdict: Verdict): boolean;
  inOneLine(verdict: Verdict): string;
}

describe('what npm run demo:chaos makes of what it finds', () => {
  let verdicts: Verdicts;
  beforeAll(async () => (verdicts = await loadScript<Verdicts>('examples', 'chaos', 'verdict.mjs')));

  const partner = 'Northwind';
  const decisions = [1, 2].map((number) => ({
    ...{ number, submissionId: `submission ${number}`, notes: `no. ${number} of`, partner },
  }));
  const arrivalsAt = (webhook: string): Arrival[] =>
    decisions.map(({ number, submissionId }) => ({
      ...{ webhook, eventId: `event ${number}`, submissionId, body: `body ${number}`, isAccepted: true },
    }));
  const perfect = (): Evidence => ({
    decisions,
    webhooks: ['a', 'b'].map((name) => ({ name, partner })),
    arrivals: [...arrivalsAt('a'), ...arrivalsAt('b')],
    accounts: ['a', 'b'].map((name) => ({
      name,
      partner,
      texts: decisions.map(({ notes }) => `Approved. ${notes} 2`),
    })),
  });
  const one = (evidence: Evidence, index: number) => evidence.arrivals[index] as Arrival;
  const texts = (evidence: Evidence) => evidence.accounts[1]?.texts as string[];

  it('all is well where each has come at least once, under one id, and each inbox has it once', () => {
    const evidence = perfect();
    evidence.arrivals.push({ ...one(evidence, 0), isAccepted: false }, one(evidence, 1));
    const verdict = verdicts.verdictOn(evidence);
    expect(verdicts.isGood(verdict)).toBe(true);
    expect(verdicts.inOneLine(verdict)).toBe(
      '2 decisions: 2 distinct webhook ids, 4 inbox messages, 0 lost, 0 doubled',
    );
  });

  it.each<[string, keyof Verdict, (evidence: Evidence) => void]>([
    ['a webhook that never came', 'lost', ({ arrivals }) => void arrivals.splice(2, 1)],
    ['a webhook that was never accepted', 'lost', (evidence) => (one(evidence, 3).isAccepted = false)],
    ['a message that is missing', 'lost', (evidence) => void texts(evidence).pop()],
    ['a message that is there twice', 'doubled', (evidence) => texts(evidence).push(texts(evidence)[0] ?? '')],
    ['another id for the same decision', 'doubled', (evidence) => (one(evidence, 0).eventId = 'event 3')],
    ['other bytes under the same id', 'wrong', (evidence) => (one(evidence, 0).body = 'body 3')],
    ['a signature that does not verify', 'wrong', (evidence) => (one(evidence, 0).fault = 'no match')],
    [
      'an event that nobody decided',
      'wrong',
      (evidence) => evidence.arrivals.push({ ...one(evidence, 0), eventId: 'event 3', submissionId: 'none' }),
    ],
  ])('%s is found', (_what, where, plant) => {
    const evidence = perfect();
    plant(evidence);
    const verdict = verdicts.verdictOn(evidence);
    expect([verdict[where].length, verdicts.isGood(verdict)]).toEqual([1, false]);
  });
});

describe('npm run demo:chaos', () => {
  jest.setTimeout(300_000);
  const home = mkdtempSync(join(tmpdir(), 'slipway-demo-chaos-'));
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  function run(...words: string[]) {
    const plain = Object.entries(process.env).filter(([name]) => !name.startsWith('SLIPWAY_'));
    const env = { ...Object.fromEntries(plain), TMPDIR: home };
    const npm = spawn('npm', ['run', 'demo:chaos', '--', ...words], { cwd: checkout, detached: true, env });
    let output = '';
    for (const stream of [npm.stdout, npm.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const ended = new Promise<number | null>((done) => npm.on('exit', done));
    return { npm, ended, output: () => output };
  }

  /** Whatever was started with a folder below ours; zombies are nobody's any more. */
  const processesLeft = () =>
    readdirSync('/proc').filter((pid) => {
      if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return false;
      try {
        if (/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))) return false;
        return ['cmdline', 'environ'].some((file) => readFileSync(`/proc/${pid}/${file}`, 'utf8').includes(home));
      } catch {
        return false;
      }
    });
  const foldersLeft = () => readdirSync(home).filter((name) => name.startsWith('slipway'));

  it('B50, B51: kills the broker and notifications, and ends with one line: nothing lost, nothing doubled', async () => {
    const { ended, output } = run('--decisions', '4', '--seed', '7');
    const code = await ended;
    expect({ code, output: output() }).toEqual({
      code: 0,
      output: expect.stringMatching(
        /\n4 decisions: 4 distinct webhook ids, 8 inbox messages, 0 lost, 0 doubled\n$/,
      ) as string,
    });
    expect(output()).toMatch(/kill -9 (nats|notifications)/);
    expect([processesLeft(), foldersLeft()]).toEqual([[], []]);
  });

  it('leaves nothing behind when Ctrl-C ends it in the middle', async () => {
    const { npm, ended, output } = run('--seed', '7');
    await until('something to be killed', () => Promise.resolve(output().includes('kill -9')), 120_000);
    if (npm.pid) process.kill(-npm.pid, 'SIGINT');
    expect(await ended).toBe(1);
    expect(output()).not.toMatch(/distinct webhook ids|\n\s+at /);
    await until('every process to be gone', () => Promise.resolve(processesLeft().length === 0));
    expect(foldersLeft()).toEqual([]);
  });
});
