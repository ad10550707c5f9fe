import { filesOf, textOf } from '../support/checkout';

/** What outlives its transaction, so that a pooler in transaction mode would give it to somebody else (adr 0030). */
const leftBehind: Record<string, RegExp> = {
  'a channel that is listened to': /[`'"]\s*(?:un)?listen\b/i,
  'a lock of a session': /\bpg_(?:try_)?advisory_(?:lock|unlock)/i,
  'a setting of a session': /[`'";]\s*set\s+(?!local\b)(?:session\s+)?(?:role\b|\w+\s*(?:=|to)\s)/i,
  'a function that sets it': /\bset_config\([^)]*false\s*\)/i,
  'a prepared statement': /[`'"]\s*(?:prepare|deallocate)\s/i,
  'a temporary table': /\bcreate\s+(?:temp|temporary)\b/i,
  'a cursor': /\bdeclare\s+\w+\s+(?:\w+\s+)*cursor\b/i,
  'parameters of the start': /\boptions\s*:\s*[`'"]/,
};

const own = filesOf()
  .filter((file) => /^(apps|libs|deploy\/setup)\/.*\.ts$/.test(file))
  .filter(
    (file) => !file.endsWith('.spec.ts') && !file.startsWith('libs/testing/') && !file.includes('/spec-support/'),
  );

const statementsIn = (text: string, kind: string): string[] =>
  text.split('\n').filter((line) => leftBehind[kind]?.test(line) && !/^\s*(?:\/\/|\*|\/\*)/.test(line));

describe('sessions of Postgres', () => {
  it.each(Object.keys(leftBehind))('%s is in no code of ours', (kind) => {
    const found = own.flatMap((file) => statementsIn(textOf(file), kind).map((line) => `${file}: ${line.trim()}`));
    expect(found).toEqual([]);
  });

  it.each<[string, string]>([
    ['a channel that is listened to', "await client.query('listen outbox')"],
    ['a lock of a session', "query('select pg_advisory_lock(1)')"],
    ['a setting of a session', "query('set statement_timeout = 5000')"],
    ['a setting of a session', 'query(`set role ${owner}`)'],
    ['a function that sets it', "query(`select set_config('role', $1, false)`)"],
    ['a prepared statement', "query('prepare one as select 1')"],
    ['a temporary table', "query('create temp table t (id int)')"],
    ['a cursor', "query('declare c no scroll cursor for select 1')"],
    ['parameters of the start', `{ options: '-c statement_timeout=5s' }`],
  ])('%s would be found', (kind, line) => {
    expect(statementsIn(line, kind)).toEqual([line]);
  });
});
