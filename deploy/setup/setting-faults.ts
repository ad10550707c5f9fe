import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { z } from 'zod';
import { faultsOf, parsePostgresUrl, type SettingFault } from '#libs/config';
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
  const ofDatabase = databaseFaults(system);
  const sound = ofDatabase.length > 0 ? { ...system, databaseUrl: someDatabase } : system;
  const faults = apps.flatMap((app) =>
    faultsOf(schemaOf(app, isFirstStart), { ...given, ...serviceEnvironment(app, sound) }),
  );
  const each = new Map([...faults, ...ofDatabase].map((fault) => [fault.setting, fault]));
  return [...each.values()];
}

/** In place of one that is at fault, so that all other settings are looked at. */
const someDatabase = 'postgres://localhost/slipway';

/** Of `DATABASE_URL`: its hosts, and the authorities that it names. */
function databaseFaults({ databaseUrl }: SystemSettings): SettingFault[] {
  try {
    postgresTls(parsePostgresUrl(databaseUrl));
    return [];
  } catch (error) {
    const words = (error instanceof Error ? error.message : String(error)).replace(/\.$/, '');
    const detail = words.startsWith('must ') ? words : `must say how to connect: ${words}`;
    return [{ setting: 'DATABASE_URL', detail }];
  }
}
