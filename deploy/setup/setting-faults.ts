import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { z } from 'zod';
import { faultsOf, type SettingFault } from '#libs/config';
import { apps, type App } from '#libs/contracts';
import { postgresTls } from '#libs/database';
import { serviceEnvironment, type SystemSettings } from './service-environment';

const requireFrom = createRequire(__filename);
const appsFolder = join(__dirname, '..', '..', 'apps');

/** By convention, as with migrations: `apps/<app>/src/config.ts` exports `<app>Config`. */
interface Config {
  schema: z.ZodType;
  /** What is wanted more of an installation that has nothing yet. */
  firstStart?: z.ZodType;
}

function schemaOf(app: App, isFirstStart: boolean): z.ZodType {
  const exported = requireFrom(join(appsFolder, app, 'src', 'config')) as Record<string, Config>;
  const config = exported[`${app}Config`];
  if (!config) throw new Error(`${app} has no ${app}Config`);
  return (isFirstStart && config.firstStart) || config.schema;
}

/** Everything that any app would refuse to start with, before one is started. */
export function settingFaults(
  system: SystemSettings,
  given: NodeJS.ProcessEnv,
  { isFirstStart }: { isFirstStart: boolean },
): SettingFault[] {
  const faults = apps.flatMap((app) =>
    faultsOf(schemaOf(app, isFirstStart), { ...given, ...serviceEnvironment(app, system) }),
  );
  const each = new Map([...faults, ...certificateFaults(system)].map((fault) => [fault.setting, fault]));
  return [...each.values()];
}

/** Of the authorities that `DATABASE_URL` names. */
function certificateFaults({ databaseUrl }: SystemSettings): SettingFault[] {
  try {
    postgresTls(new URL(databaseUrl));
    return [];
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    return [{ setting: 'DATABASE_URL', detail: `must say how to connect: ${words.replace(/\.$/, '')}` }];
  }
}
