// `npm run test:compose`: builds the image, brings docker-compose.yml up on free ports, waits until all of it is healthy,
// plays `npm run demo` against it, and takes everything down again. Arguments after `--` go to `docker build`.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { CHECKOUT, ClearError, pause } from '../deploy/embedded/basics.mjs';
import { choosePort } from '../deploy/embedded/ports.mjs';
import { runTool } from '../deploy/embedded/processes.mjs';
import { whatIsMissing } from '../deploy/embedded/readiness.mjs';

const HEALTHY_MS = 300_000;
const EX_CONFIG = 78;

const project = `slipway-test-${randomBytes(4).toString('hex')}`;
const secret = () => randomBytes(32).toString('hex');
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => stop.abort(new ClearError('Stopped.')));

async function settingsForFreePorts() {
  const [gatewayPort, adminPort] = [await choosePort(), await choosePort()];
  return {
    SLIPWAY_GATEWAY_PORT: String(gatewayPort),
    SLIPWAY_ADMIN_PORT: String(adminPort),
    SLIPWAY_PUBLIC_URL: `http://localhost:${gatewayPort}`,
    SLIPWAY_ADMIN_URL: `http://localhost:${adminPort}`,
    SLIPWAY_MASTER_KEY: secret(),
    SLIPWAY_ADMIN_PASSWORD: secret(),
    SLIPWAY_POSTGRES_PASSWORD: secret(),
  };
}

/** @param {string[]} command @param {{ env?: NodeJS.ProcessEnv, signal?: AbortSignal }} [options] */
async function tool([program = '', ...args], options = {}) {
  return runTool(program, args, { cwd: CHECKOUT, signal: stop.signal, ...options }).catch(
    (/** @type {NodeJS.ErrnoException} */ error) => {
      stop.signal.throwIfAborted();
      if (error.code === 'ENOENT') return { code: 127, output: `${program} is not installed` };
      throw error;
    },
  );
}

/** @param {string[]} command @param {{ env?: NodeJS.ProcessEnv, signal?: AbortSignal }} [options] */
async function mustSucceed(command, options) {
  const { code, output } = await tool(command, options);
  if (code !== 0) throw new ClearError(`${command.slice(0, 3).join(' ')} failed:`, output.trim());
  return output.trim();
}

/** The plugin of today, or the program of its own that older systems have. */
async function findCompose() {
  if ((await tool(['docker', 'version'])).code !== 0)
    throw new ClearError('No Docker engine answers: start one, or say where it is with DOCKER_HOST.');
  for (const command of [['docker', 'compose'], ['docker-compose']])
    if ((await tool([...command, 'version', '--short'])).code === 0) return command;
  throw new ClearError('Neither `docker compose` nor docker-compose is installed.');
}

async function buildImage() {
  const passedOn = process.argv.slice(2);
  await mustSucceed(['docker', 'build', '-f', 'deploy/images/Dockerfile', '-t', 'slipway', ...passedOn, '.']);
}

/** An app that is not told its settings names them and does not start. */
async function checkBareImage() {
  const { code, output } = await tool(['docker', 'run', '--rm', '-e', 'APP=identity', 'slipway']);
  if (code !== EX_CONFIG || !output.includes('SLIPWAY_SERVICE_KEY'))
    throw new ClearError(`Without settings the image should end with ${EX_CONFIG} and name them, not ${code}:`, output);
}

/** Of every container that is there to stay: its service, and what the engine says of it. */
async function statuses() {
  const format = '{{.Label "com.docker.compose.service"}}\t{{.Status}}';
  const label = `label=com.docker.compose.project=${project}`;
  return (await mustSucceed(['docker', 'ps', '--filter', label, '--format', format])).split('\n').sort();
}

/**
 * The pause is more than a time limit: a fetch whose connection is accepted and dropped, as Docker does before the app
 * listens, does not keep Node alive (seen on 20.20: it exits with 13).
 * @param {string} url
 */
async function isReady(url) {
  const reply = whatIsMissing(url).then((missing) => missing === undefined);
  return Promise.race([reply.catch(() => false), pause(3_000).then(() => false)]);
}

/** @param {string[]} urls */
async function untilHealthy(urls) {
  const deadline = Date.now() + HEALTHY_MS;
  for (;;) {
    const answers = await Promise.all(urls.map(isReady));
    const lines = await statuses();
    const isStarting = lines.some((line) => line.includes('health: starting') || line.includes('Restarting'));
    if (answers.every(Boolean) && !isStarting) return lines;
    if (Date.now() > deadline) throw new ClearError('Not healthy in time:', lines.join('\n'));
    await pause(500, stop.signal);
  }
}

/** @param {NodeJS.ProcessEnv} env */
async function playDemo(env) {
  const demo = spawn('npm', ['run', 'demo'], { cwd: CHECKOUT, env, stdio: 'inherit' });
  const code = await new Promise((done) => demo.on('exit', done));
  if (code !== 0) throw new ClearError('The story broke off.');
}

async function run() {
  const compose = [...(await findCompose()), '-p', project];
  const settings = await settingsForFreePorts();
  const env = { ...process.env, ...settings };
  console.log('Building the image...');
  await buildImage();
  await checkBareImage();
  try {
    console.log(`${compose.join(' ')} up -d`);
    await mustSucceed([...compose, 'up', '-d'], { env });
    const lines = await untilHealthy([settings.SLIPWAY_PUBLIC_URL, settings.SLIPWAY_ADMIN_URL]);
    console.log(lines.map((line) => `  ${line}`).join('\n'));
    await playDemo(env);
  } catch (error) {
    const { output } = await tool([...compose, 'logs', '--tail=20'], { env, signal: undefined });
    console.error(output);
    throw error;
  } finally {
    console.log(`\n${compose.join(' ')} down`);
    await mustSucceed([...compose, 'down', '--volumes'], { env, signal: undefined });
  }
}

try {
  const beganAt = Date.now();
  await run();
  console.log(
    `\nThe image, docker-compose.yml and the story: passed in ${Math.round((Date.now() - beganAt) / 1000)} s`,
  );
} catch (error) {
  if (!(error instanceof ClearError)) throw error;
  console.error([error.message, error.details].filter(Boolean).join('\n'));
  process.exitCode = 1;
}
