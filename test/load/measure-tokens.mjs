// One timed load on a token endpoint, and what it cost.
import { cpuSeconds } from './cpu.mjs';
import { post } from './load.mjs';

/**
 * @typedef {object} TokenEndpoint
 * @property {string} name
 * @property {string} url of client credentials
 * @property {import('./make-keys.mjs').Key[]} keys
 * @property {() => Record<string, number>} pids of all processes whose CPU time its tokens cost, by name
 */

/** @typedef {{ microsecondsBy: Record<string, number>, microseconds: number }} TokenCost CPU time for each token */
/** @typedef {import('./load.mjs').LoadResult & TokenCost} TokenRun */

/** @param {import('./make-keys.mjs').Key} key */
const formOf = ({ applicationId, applicationSecret }) =>
  new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: applicationId,
    client_secret: applicationSecret,
  }).toString();

/**
 * @param {TokenEndpoint} endpoint
 * @param {{ connections: number, seconds: number }} load
 * @returns {Promise<TokenRun>}
 */
export async function measureTokens({ name, url, keys, pids }, load) {
  const roots = pids();
  const before = cpuSeconds(roots);
  const result = await post({ url, bodies: keys.map(formOf), ...load });
  const after = cpuSeconds(roots);
  if (result.failures > 0) throw new Error(`${result.failures} of ${result.total} requests failed at ${url}`);
  const microsecondsBy = Object.fromEntries(
    Object.keys(roots).map((process) => [
      process,
      (((after[process] ?? 0) - (before[process] ?? 0)) * 1e6) / result.total,
    ]),
  );
  const microseconds = Object.values(microsecondsBy).reduce((sum, one) => sum + one, 0);
  console.error(`${name}: ${Math.round(result.perSecond)} tokens/s, ${Math.round(microseconds)} µs of CPU per token`);
  return { ...result, microsecondsBy, microseconds };
}
