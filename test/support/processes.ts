import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { apps } from '#libs/contracts';
import { controlOf, type RunningSystem } from '#libs/testing';

/** The process id of each, to tell whether one was started again. */
export async function pidsOf(system: RunningSystem, names: readonly string[] = apps): Promise<Record<string, unknown>> {
  const pids = await Promise.all(names.map(async (name) => [name, await controlOf(system).pid(name)] as const));
  return Object.fromEntries(pids);
}

/** Where operators look how a process is; the same in every life of it. */
export function operationsPortOf({ dataDir }: RunningSystem, name: string): string {
  const log = readFileSync(join(dataDir, 'log', `${name}.log`), 'utf8');
  return /"metricsPort":(\d+)/.exec(log)?.[1] ?? '';
}

/** Those that do not say of themselves that they can do their work. */
export async function unreadyOf(system: RunningSystem, names: readonly string[] = apps): Promise<string[]> {
  const statuses = await Promise.all(
    names.map(async (name) => {
      const url = `http://127.0.0.1:${operationsPortOf(system, name)}/readyz`;
      const reply = await fetch(url, { signal: AbortSignal.timeout(3_000) }).catch(() => undefined);
      return { name, isReady: reply?.status === 200 };
    }),
  );
  return statuses.filter(({ isReady }) => !isReady).map(({ name }) => name);
}
