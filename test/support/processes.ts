import { apps } from '#libs/contracts';
import { controlOf, type RunningSystem } from '#libs/testing';

/** The process id of each, to tell whether one was started again. */
export async function pidsOf(system: RunningSystem, names: readonly string[] = apps): Promise<Record<string, unknown>> {
  const pids = await Promise.all(names.map(async (name) => [name, await controlOf(system).pid(name)] as const));
  return Object.fromEntries(pids);
}
