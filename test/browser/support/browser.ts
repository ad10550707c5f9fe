import { chromium, type Browser } from 'playwright-core';
import { loadScript } from '../../support/checkout';

interface Script {
  debianProgram: (
    name: string,
    program: string,
  ) => Promise<{ program: string; env: Record<string, string> } | undefined>;
}

/** Axe takes seconds for each look at a screen where the cores are busy. Milliseconds. */
jest.setTimeout(180_000);

const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

/** Debian's Chromium, with a profile of its own that is gone when it ends. */
export async function startBrowser(): Promise<Browser> {
  const { debianProgram } = await loadScript<Script>('test', 'support', 'debian-package.mjs');
  const found = await debianProgram('chromium', 'usr/lib/chromium/chromium');
  if (!found) throw new Error('The portal is tested with Chromium: put one on the PATH, under the name chromium.');
  const env = Object.fromEntries(
    Object.entries({ ...process.env, ...found.env }).map(([name, value]) => [name, value ?? '']),
  );
  return chromium.launch({ executablePath: found.program, args: quiet, env });
}
