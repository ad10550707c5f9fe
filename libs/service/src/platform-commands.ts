import { scopes, type Scope } from '#libs/contracts';
import { Database, recordAct } from '#libs/database';
import { DeadLetters, type WhichLetters } from '#libs/events';
import { newTraceId } from '#libs/rpc';
import { viewOf } from './dead-letter.view';
import type { OperatorCommand } from './run-command';

const listMax = 1_000;
const usage =
  'dead-letters list | dead-letters redeliver <id> | dead-letters redeliver --all [--consumer <name>] [--dry-run]';

/** What whoever runs the installation can have every service do. */
export const platformCommands: Record<string, OperatorCommand> = {
  /** Shows what a consumer could not take, and has it tried again at once: by the service, when it runs. */
  'dead-letters': {
    providers: [],
    run: async (get, { words: [what, ...words] }) => {
      const [database, letters] = [get<Database>(Database as never), get(DeadLetters)];
      if (what === 'list') return list(database, letters);
      if (what === 'redeliver') return redeliver(database, letters, words);
      throw new Error(usage);
    },
  },
};

async function list(database: Database, letters: DeadLetters) {
  const all = await Promise.all(scopes.map((scope) => letters.list(scope, ['put_off', 'dead'], listMax)));
  return all.flat().map((letter) => viewOf(database.service, letter));
}

async function redeliver(database: Database, letters: DeadLetters, words: readonly string[]) {
  const which = whichOf(words);
  const dryRun = words.includes('--dry-run');
  const total = { letters: 0, redelivered: 0 };
  for (const scope of scopes) {
    const { found, done } = await inScope(database, letters, scope, which, dryRun);
    total.letters += found;
    total.redelivered += done;
  }
  return total;
}

function inScope(database: Database, letters: DeadLetters, scope: Scope, which: WhichLetters, dryRun: boolean) {
  const traceId = newTraceId();
  return database.transaction(scope, traceId, async (tx) => {
    const found = await letters.count(tx.manager, scope, which);
    if (dryRun || found === 0) return { found, done: 0 };
    const done = await letters.redeliver(tx.manager, scope, which);
    const by = { kind: 'system' as const, id: null };
    const targets: Record<string, string> = which.id ? { id: which.id } : {};
    await recordAct(tx, { by, action: `${tx.service}.redeliver-dead-letters`, targets, traceId });
    return { found, done };
  });
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** All only where that is said. */
function whichOf(words: readonly string[]): WhichLetters {
  const consumer = words[words.indexOf('--consumer') + 1];
  const id = words.find((word) => uuid.test(word));
  if (id) return { id };
  if (words.includes('--consumer') && consumer) return { consumer };
  if (words.includes('--all')) return {};
  throw new Error(usage);
}
