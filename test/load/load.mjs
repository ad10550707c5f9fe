// One timed load on one address: wrk where it is installed (it costs the machine least), else autocannon from npm.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const generator = spawnSync('wrk', ['--version']).error ? 'autocannon' : 'wrk';

/** @typedef {{ url: string, bodies: string[], connections: number, seconds: number }} Load */
/** @typedef {{ perSecond: number, p50Ms: number, p99Ms: number, failures: number, total: number }} LoadResult */

/**
 * POSTs the bodies in turn, as fast as answers come.
 * @param {Load} load
 * @returns {Promise<LoadResult>}
 */
export const post = (load) => (generator === 'wrk' ? withWrk(load) : withAutocannon(load));

/** @param {Load} load @returns {Promise<LoadResult>} */
async function withWrk({ url, bodies, connections, seconds }) {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-load-'));
  const script = join(folder, 'post.lua');
  writeFileSync(
    script,
    `local bodies = {${bodies.map((body) => JSON.stringify(body)).join(',')}}
local at = 0
wrk.method = 'POST'
wrk.headers['Content-Type'] = 'application/x-www-form-urlencoded'
request = function()
  at = at % #bodies + 1
  return wrk.format(nil, nil, nil, bodies[at])
end
done = function(summary, latency)
  io.write(string.format('RESULT {"total":%d,"microseconds":%d,"failures":%d,"p50Ms":%f,"p99Ms":%f}\\n',
    summary.requests, summary.duration,
    summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
`,
  );
  try {
    const output = await outputOf('wrk', ['-t1', `-c${connections}`, `-d${seconds}s`, '-s', script, url]);
    const [, result] = /^RESULT (.+)$/m.exec(output) ?? [];
    if (!result) throw new Error(`wrk gave no result:\n${output}`);
    /** @type {Omit<LoadResult, 'perSecond'> & { microseconds: number }} */
    const { microseconds, ...counted } = JSON.parse(result);
    return { ...counted, perSecond: (counted.total * 1e6) / microseconds };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {Load} load @returns {Promise<LoadResult>} */
async function withAutocannon({ url, bodies, connections, seconds }) {
  const { default: autocannon } = await import('autocannon');
  let at = 0;
  const result = await autocannon({
    url,
    connections,
    duration: seconds,
    requests: [
      {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        setupRequest: (request) => ({ ...request, body: bodies[at++ % bodies.length] }),
      },
    ],
  });
  return {
    perSecond: result.requests.total / result.duration,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
    failures: result.non2xx + result.errors,
    total: result.requests.total,
  };
}

/** @param {string} command @param {string[]} args @returns {Promise<string>} */
function outputOf(command, args) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  return new Promise((done, fail) =>
    child.on('error', fail).on('close', (code) => (code === 0 ? done(output) : fail(new Error(output)))),
  );
}
