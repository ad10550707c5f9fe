// `npm run dead-letters -- list | redeliver <id> | redeliver --all [--consumer <name>] [--dry-run]`: what consumers could not
// take, of all services; and has it tried again at once, by the services, when they run. Whether Slipway runs or not.
import { ClearError } from './basics.mjs';
import { readAll, systemOf, withDatabase } from './installation.mjs';
import { serviceCommand } from './operator.mjs';
import { loadSetup } from './setup.mjs';

/**
 * @typedef {object} Letter
 * @property {string} id
 * @property {string} state
 * @property {string} consumer
 * @property {string} subject
 * @property {string} reason
 * @property {string | null} nextAttemptAt
 */

/** @param {string[]} words @returns {Promise<unknown[]>} what each service says */
function everyService(words) {
  const settings = readAll();
  return withDatabase(settings, async (databaseUrl) => {
    const system = systemOf(settings, databaseUrl);
    const said = [];
    for (const service of loadSetup().services)
      said.push(await serviceCommand(service, ['dead-letters', ...words], { system }));
    return said;
  });
}

/** @param {Letter} letter */
const lineOf = ({ id, state, consumer, subject, reason, nextAttemptAt }) =>
  [id, state.padEnd(7), consumer, subject, nextAttemptAt ? `next ${nextAttemptAt}` : '', reason]
    .filter(Boolean)
    .join('  ');

try {
  const words = process.argv.slice(2);
  const said = await everyService(words);
  if (words[0] === 'list') {
    const letters = /** @type {Letter[][]} */ (said).flat();
    console.log(letters.length > 0 ? letters.map(lineOf).join('\n') : 'There are none.');
  } else {
    const counts = /** @type {{ letters: number, redelivered: number }[]} */ (said);
    const sum = (/** @type {'letters' | 'redelivered'} */ name) => counts.reduce((all, each) => all + each[name], 0);
    console.log(`${sum('letters')} can be tried again; ${sum('redelivered')} are, from now on.`);
  }
} catch (error) {
  if (!(error instanceof ClearError)) throw error;
  console.error([error.message, error.details].filter(Boolean).join('\n'));
  process.exitCode = 1;
}
