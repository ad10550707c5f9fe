// A service as a child process: its program, its environment, and how it is stopped.
import { join } from 'node:path';
import { plainEnvironment } from './processes.mjs';

/** @type {import('./processes.mjs').StopStep[]} */
export const SERVICE_STOP_STEPS = [
  { signal: 'SIGTERM', graceMs: 10_000 },
  { signal: 'SIGKILL', graceMs: 5_000 },
];

/** What set-up alone is given: a service never sees the keys to everything else. */
const NOT_INHERITED = ['SLIPWAY_MASTER_KEY', 'SLIPWAY_ADMIN_PASSWORD', 'SLIPWAY_ADMIN_EMAIL'];

/** One port is for one process: here each is given its own. */
const PER_PROCESS = ['SLIPWAY_METRICS_PORT'];

/** @param {string} name of a child */
export const serviceOf = (name) => name.replace(/-\d+$/, '');

/** @param {string} service */
export const mainFileOf = (service) => join('dist', 'apps', service, 'src', 'main.js');

/** The operator's environment, as far as a service may see it. @param {string} dataDir */
export function inheritedEnvironment(dataDir) {
  const kept = ['NODE_OPTIONS', 'NODE_ENV', 'NODE_EXTRA_CA_CERTS', 'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'];
  const settings = Object.entries(process.env).filter(
    ([name]) =>
      kept.includes(name) || (name.startsWith('SLIPWAY_') && ![...NOT_INHERITED, ...PER_PROCESS].includes(name)),
  );
  return { ...Object.fromEntries(settings), ...plainEnvironment(dataDir) };
}
