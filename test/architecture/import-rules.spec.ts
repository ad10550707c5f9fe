import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const checkout = join(__dirname, '..', '..');
const rules = join(checkout, '.dependency-cruiser.cjs');

interface Violation {
  from: string;
  to: string;
  rule: { name: string };
}

function violationsIn(folder: string): Violation[] {
  const binary = join(checkout, 'node_modules', '.bin', 'depcruise');
  const { stdout, stderr } = spawnSync(binary, ['apps', 'libs', '--config', rules, '--output-type', 'json'], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (!stdout) throw new Error(stderr);
  return (JSON.parse(stdout) as { summary: { violations: Violation[] } }).summary.violations;
}

describe('import rules', () => {
  it('hold in the whole project', () => {
    expect(violationsIn(checkout).map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`)).toEqual([]);
  });

  it('are broken by a project that breaks each of them', () => {
    const broken = violationsIn(join(__dirname, 'broken')).map(({ rule }) => rule.name);
    expect([...new Set(broken)].sort()).toEqual([
      'apps-never-import-apps',
      'contracts-import-nothing-of-ours',
      'domain-imports-no-framework',
      'edges-own-no-tables',
      'libs-never-import-apps',
    ]);
  });
});
