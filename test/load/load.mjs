// One timed load on one address: wrk where it is installed (it costs the machine least), else autocannon from npm.
import { spawn, spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const generator = spawnSync('wrk', ['--version']).error ? 'autocannon' : 'wrk';

/**
 * POSTs the bodies in turn, as fast as answers come.
 * @param {{ url: string, bodies: string[], connections: number, seconds: number }} load
 * @returns {Promise<{ perSecond: number, p50Ms: number, p99Ms: number, failures: number, total: number }>}
 */
export const post = (load) => (generator === 'wrk' ? withWrk(load) : withAutocannon(load));

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
  io.write(string.format('RESULT %d %d %d %f %f\\n', summary.requests, summary.duration,
    summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
`,
  );
  try {
    const output = await outputOf('wrk', ['-t1', `-c${connections}`, `-d${seconds}s`, '-s', script, url]);
    const [, total, microseconds, failures, p50Ms, p99Ms] = /RESULT (\d+) (\d+) (\d+) ([\d.]+) ([\d.]+)/
      .exec(output)
      .map(Number);
    return { perSecond: (total * 1e6) / microseconds, p50Ms, p99Ms, failures, total };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function withAutocannon({ url, bodies, connections, seconds }) {
  const autocannon = createRequire(import.meta.url)('autocannon');
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

function outputOf(command, args) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  return new Promise((done, fail) =>
    child.on('error', fail).on('exit', (code) => (code === 0 ? done(output) : fail(new Error(output)))),
  );
}
