// `npm run outcome-consumer -- crm@production`: a login at the broker for a system of the provider's that follows outcomes of
// one environment, and nothing else (docs/outcomes.md); `-- --remove crm@production` ends it. Whether Slipway runs or not.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ClearError } from './basics.mjs';
import { buildIfNeeded } from './build.mjs';
import { readAll } from './installation.mjs';
import { addOutcomeConsumer, removeOutcomeConsumer } from './outcome-consumers.mjs';
import { loadSetup } from './setup.mjs';

/** @param {string} dataDir */
function ownBroker(dataDir) {
  const file = join(dataDir, 'nats', 'port.json');
  if (!existsSync(file)) return undefined;
  /** @type {{ port: number }} */
  const { port } = JSON.parse(readFileSync(file, 'utf8'));
  return `nats://localhost:${port}`;
}

try {
  const settings = readAll();
  await buildIfNeeded({ log: () => {} });
  const { outcomeConsumersOf, outcomeLogin, outcomeStreamName } = loadSetup();
  const words = process.argv.slice(2);
  const isRemoval = words[0] === '--remove';
  const [consumer, another] = outcomeConsumersOf(words.slice(isRemoval ? 1 : 0).join(','));
  if (!consumer || another) throw new ClearError('Name one consumer: npm run outcome-consumer -- crm@production');
  const change = isRemoval ? removeOutcomeConsumer : addOutcomeConsumer;
  change(settings.dataDir, `${consumer.name}@${consumer.environment}`);
  const { user, pass } = outcomeLogin(consumer, settings.masterKey);
  const servers = settings.natsUrl ?? ownBroker(settings.dataDir) ?? 'nats://localhost:4222';
  const stream = outcomeStreamName(consumer.environment);
  if (isRemoval) console.log(`${user} is let in no more.`);
  else
    console.log(
      JSON.stringify({ servers, user, pass, inboxPrefix: `_INBOX_${user}`, stream, durable: consumer.name }, null, 2),
    );
} catch (error) {
  if (!(error instanceof Error)) throw error;
  console.error([error.message, error instanceof ClearError && error.details].filter(Boolean).join('\n'));
  process.exitCode = 1;
}
