import type { App } from '#libs/contracts';

/** A whole system that test/run.mjs has started: real Postgres, real NATS, every service a process. */
export interface RunningSystem {
  id: string;
  gatewayUrl: string;
  adminUrl: string;
  gatewayUrls: string[];
  adminUrls: string[];
  /** An administrator's. */
  databaseUrl: string;
  natsUrl: string;
  /** Children by name: services, copies such as `tokens-2`, `postgres`, `nats`. */
  names: string[];
  dataDir: string;
  masterKey: string;
  admin: { email: string; password: string };
}

interface StartOptions {
  name?: string;
  /** The folder, built, of another release that everything begins as. */
  release?: string;
  /** Which are started; none: Postgres and NATS alone. */
  apps?: App[];
  copies?: Record<string, number>;
  env?: Record<string, string>;
  /** Of a Postgres that is there already; set up over it. */
  databaseUrl?: string;
  trustRegistration?: boolean;
}

async function command<Result>(body: object): Promise<Result> {
  const url = process.env['SLIPWAY_TEST_CONTROL'];
  if (!url) throw new Error('Run the tests with `npm test`: it starts the system they need.');
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
  const result = (await response.json()) as Result & { error?: string };
  if (!response.ok) throw new Error(result.error);
  return result;
}

/** The system that all tests share which break nothing. */
export function sharedSystem(): RunningSystem {
  const text = process.env['SLIPWAY_TEST_SYSTEM'];
  if (!text) throw new Error('Run the tests with `npm test`: it starts the system they need.');
  return JSON.parse(text) as RunningSystem;
}

/** A system of a test's own, to break. */
export const startSystem = (options: StartOptions = {}): Promise<RunningSystem> =>
  command<RunningSystem>({ command: 'start', options });

/** What a test may do to a system's processes. */
export const controlOf = ({ id }: RunningSystem) => ({
  kill: (name: string, signal: NodeJS.Signals = 'SIGKILL') => command({ command: 'kill', id, name, signal }),
  pid: async (name: string) => (await command<{ pid?: number }>({ command: 'pid', id, name })).pid,
  /** Makes of Postgres and NATS what a release needs, beside processes of another; this release, unless told. */
  setUpRelease: (release?: string) => command({ command: 'setUpRelease', id, release }),
  /** From its next start on, a service is of that release. */
  changeRelease: (name: string, release?: string) => command({ command: 'changeRelease', id, name, release }),
  /** Stops a child and does not start it again until told so. */
  stopChild: (name: string) => command({ command: 'stopChild', id, name }),
  startChild: (name: string) => command({ command: 'startChild', id, name }),
  waitReady: () => command({ command: 'waitReady', id }),
  /** Removes a folder below the data folder. */
  removeFolder: (path: string) => command({ command: 'removeFolder', id, path }),
  stop: () => command({ command: 'stop', id }),
});
export type SystemControl = ReturnType<typeof controlOf>;
