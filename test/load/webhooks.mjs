// `npm run bench:webhooks [-- drain dead decisions --rounds 5]`: what webhooks can bear, part by part: how many deliveries a
// second leave the table, what a dead server does to another webhook, and how soon a decision arrives.
import pg from 'pg';
import { buildIfNeeded } from '../../deploy/embedded/build.mjs';
import { startTemporarySystem } from '../../deploy/embedded/temporary-system.mjs';
import { machine } from './figures.mjs';
import { startLoneSystem } from './lone-system.mjs';
import { numbersFromArguments } from './rounds.mjs';
import { measureBesideDead } from './webhooks/dead.mjs';
import { measureDecisions } from './webhooks/decisions.mjs';
import { measureDrain } from './webhooks/drain.mjs';

const { numbers, positionals } = numbersFromArguments({
  ...{ rounds: 3, deliveries: 20_000, seconds: 20, 'per-second': 50 },
  ...{ decisions: 20, 'decision-seconds': 60, 'decision-rounds': 1 },
});
const isMeant = (/** @type {string} */ part) => positionals.length === 0 || positionals.includes(part);
console.log(`${machine}. Medians (and range).`);

if (isMeant('drain'))
  await withNotifications(async (given) => {
    const { rounds, deliveries } = numbers;
    console.log(`\n${rounds} rounds of ${deliveries} deliveries to 32 webhooks of 32 partners, interleaved.\n`);
    console.log(await measureDrain({ ...given, rounds, deliveries }));
  });

if (isMeant('dead'))
  await withNotifications(async (given) => {
    const { rounds, seconds, 'per-second': perSecond } = numbers;
    console.log(`\n${rounds} rounds of ${seconds} s with ${perSecond} events a second, interleaved.\n`);
    console.log(await measureBesideDead({ ...given, rounds, seconds, perSecond }));
  });

if (isMeant('decisions'))
  await withWholeSystem(async (given) => {
    const { 'decision-rounds': rounds, 'decision-seconds': seconds, decisions: perSecond } = numbers;
    console.log(`\n${rounds} rounds of ${seconds} s with ${perSecond} decisions a second, in a whole system.\n`);
    console.log(await measureDecisions({ ...given, rounds, seconds, perSecond }));
  });

/** @param {(given: { system: import('../../deploy/embedded/system.mjs').System, database: pg.Client, masterKey: string }) => Promise<void>} measure */
async function withNotifications(measure) {
  const { system, masterKey, end } = await startLoneSystem(['notifications']);
  endOnSignals(end);
  const database = new pg.Client({ connectionString: system.databaseUrl });
  // A signal stops the system before this connection.
  database.on('error', () => {});
  try {
    await database.connect();
    await measure({ system, database, masterKey });
  } finally {
    await database.end();
    await end();
  }
}

/** @param {(given: { system: import('../../deploy/embedded/system.mjs').System, admin: import('./make-keys.mjs').SignIn }) => Promise<void>} measure */
async function withWholeSystem(measure) {
  await buildIfNeeded({ log: console.error });
  // One reviewer decides more often than people do.
  const env = { SLIPWAY_RATE_LIMIT_PER_MINUTE: '1000000' };
  const { system, admin, end } = await startTemporarySystem('slipway-bench', { env });
  endOnSignals(end);
  try {
    await measure({ system, admin });
  } finally {
    await end();
  }
}

/** @param {() => Promise<void>} end */
function endOnSignals(end) {
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void end().finally(() => process.exit(1)));
}
