import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

const results = join(__dirname, '..', '..', '.results');

/** A figure worth keeping: test/run.mjs prints it at the end, docs/performance.md has the last ones at full size. */
export function keepFigure(line: string): void {
  mkdirSync(results, { recursive: true });
  appendFileSync(join(results, 'figures.txt'), `${line}\n`);
}
