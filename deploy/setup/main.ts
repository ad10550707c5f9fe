import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { certificates, flag, loadConfig, postgresUrl } from '#libs/config';
import { apps, outcomeConsumersOf, outcomeStreamName, type App } from '#libs/contracts';
import { natsServerConfig, outcomeLogin } from './broker-config';
import { setUpBroker } from './broker';
import { setUpDatabase } from './database';
import { serviceEnvironment, type SystemSettings } from './service-environment';

const usage = `Usage: node dist/deploy/setup/main.js <command>
  nats-config <file>   write the NATS server's configuration
  database             roles, schemas and migrations
  broker [--watch]     streams and consumers; --watch makes them again whenever they are gone
  outcome-consumer <name>@<environment>
                       the login of a system that follows outcomes and is named in SLIPWAY_OUTCOME_CONSUMERS
  run <app>            start one app with the environment that is its own
  run <app> <command>  have a service do one thing, such as: run identity reset-admin [e-mail address]
`;

const settings = () =>
  loadConfig(
    z.object({
      SLIPWAY_MASTER_KEY: z.string().min(32),
      DATABASE_URL: postgresUrl().default('postgres://localhost:5432/slipway'),
      NATS_URL: z.url({ protocol: /^(nats|tls)$/ }).default('nats://localhost:4222'),
      SLIPWAY_NATS_CA: certificates().optional(),
      SLIPWAY_NATS_LISTEN: z.string().default('0.0.0.0:4222'),
      SLIPWAY_NATS_STORE: z.string().default('/data'),
      SLIPWAY_OUTCOME_CONSUMERS: z.string().default('').transform(outcomeConsumersOf),
      SLIPWAY_PUBLIC_URL: z.url({ protocol: /^https?$/ }).default('http://localhost:8080'),
      SLIPWAY_ADMIN_URL: z.url({ protocol: /^https?$/ }).optional(),
      SLIPWAY_GATEWAY_PORT: z.coerce.number().int().default(8080),
      SLIPWAY_ADMIN_PORT: z.coerce.number().int().default(8081),
      SLIPWAY_METRICS_PORT: z.coerce.number().int().default(0),
      SLIPWAY_ADMIN_EMAIL: z.string().default('admin@slipway.example'),
      SLIPWAY_ADMIN_PASSWORD: z.string().default(''),
      SLIPWAY_TRUST_REGISTRATION: flag().default(false),
      SLIPWAY_STAFF_SECOND_FACTOR: z.enum(['required', 'optional']).default('required'),
    }),
  );

const log = (line: string) => process.stdout.write(`${line}\n`);
const watchMs = 5_000;

function systemSettings(): SystemSettings {
  const given = settings();
  return {
    masterKey: given.SLIPWAY_MASTER_KEY,
    databaseUrl: given.DATABASE_URL,
    natsUrl: given.NATS_URL,
    gatewayPort: given.SLIPWAY_GATEWAY_PORT,
    adminPort: given.SLIPWAY_ADMIN_PORT,
    otherPorts: [given.SLIPWAY_METRICS_PORT].filter((port) => port > 0),
    publicUrl: given.SLIPWAY_PUBLIC_URL,
    adminUrl: given.SLIPWAY_ADMIN_URL,
    adminEmail: given.SLIPWAY_ADMIN_EMAIL,
    adminPassword: given.SLIPWAY_ADMIN_PASSWORD,
    trustRegistration: given.SLIPWAY_TRUST_REGISTRATION,
    staffSecondFactor: given.SLIPWAY_STAFF_SECOND_FACTOR,
  };
}

function writeNatsConfig(file: string): void {
  const { SLIPWAY_MASTER_KEY: masterKey, SLIPWAY_NATS_LISTEN: listen, SLIPWAY_NATS_STORE: storeDir } = settings();
  const { SLIPWAY_OUTCOME_CONSUMERS: outcomeConsumers } = settings();
  writeFileSync(file, natsServerConfig({ listen, storeDir, masterKey, outcomeConsumers }), { mode: 0o600 });
}

async function broker(watch: boolean): Promise<void> {
  const { natsUrl, masterKey, databaseUrl } = systemSettings();
  const { SLIPWAY_NATS_CA: natsCa, SLIPWAY_OUTCOME_CONSUMERS: outcomeConsumers } = settings();
  const given = { natsUrl, natsCa, masterKey, databaseUrl, outcomeConsumers, log };
  await setUpBroker(given);
  while (watch) {
    await new Promise((resolve) => setTimeout(resolve, watchMs));
    await setUpBroker(given).catch((error: unknown) => log(`the broker is away: ${String(error)}`));
  }
}

/** It is in the broker once it is named in the setting, there and where the broker is set up. */
function showOutcomeConsumer(words: string): void {
  const [consumer, another] = outcomeConsumersOf(words);
  if (!consumer || another) throw new Error('Name one consumer, such as crm@production.');
  const { user, pass } = outcomeLogin(consumer, settings().SLIPWAY_MASTER_KEY);
  const inboxPrefix = `_INBOX_${user}`;
  log(
    JSON.stringify({
      user,
      pass,
      inboxPrefix,
      stream: outcomeStreamName(consumer.environment),
      durable: consumer.name,
    }),
  );
}

/** In a process of its own, without the master key and the administrators' URLs. */
function run(app: App, command: readonly string[]): void {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(SLIPWAY_MASTER_KEY|SLIPWAY_ADMIN_(EMAIL|PASSWORD)|DATABASE_URL|NATS_URL)$/.test(name),
  );
  const child = spawn(process.execPath, [join(__dirname, '..', '..', 'apps', app, 'src', 'main.js'), ...command], {
    env: { ...Object.fromEntries(kept), ...serviceEnvironment(app, systemSettings()) },
    stdio: 'inherit',
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 1 : 128)));
}

async function main([command, argument, ...others]: string[]): Promise<void> {
  if (command === 'nats-config' && argument) return writeNatsConfig(argument);
  if (command === 'database') return setUpDatabase({ ...systemSettings(), log });
  if (command === 'broker') return broker(argument === '--watch');
  if (command === 'outcome-consumer' && argument) return showOutcomeConsumer(argument);
  if (command === 'run' && apps.some((app) => app === argument)) return run(argument as App, others);
  process.stderr.write(usage);
  process.exit(2);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
