/** A holder's transaction that is silent for so long is ended by Postgres, and the next goes on. */
const silenceMs = 10_000;
/** How long to wait for another set-up before saying so. */
const patienceMs = 3_000;
/** Of set-ups that meet one gets through each time. */
const attemptsMax = 50;

/** Whatever can run a statement. */
interface Session {
  query(sql: string): Promise<unknown>;
}

const codeOf = (error: unknown): string | undefined =>
  ((error as { driverError?: { code?: string } }).driverError ?? (error as { code?: string })).code;
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : '');

/** Another set-up has the lock, or has written what this one was about to write and has not committed yet. */
const isBusy = (error: unknown): boolean => codeOf(error) === '55P03';

const isDeadlock = (error: unknown): boolean => codeOf(error) === '40P01';

/** Another set-up has just made or changed the same: unique and duplicate names, a catalog's row, a deadlock. */
const isOvertaken = (error: unknown): boolean =>
  isDeadlock(error) ||
  ['23505', '42710', '42P06', '42P07'].includes(codeOf(error) ?? '') ||
  /tuple concurrently (updated|deleted)/.test(messageOf(error));

/**
 * What bounds a set-up's transaction. A process that is paused in the middle cannot keep the others waiting: its
 * transaction is undone, and nothing of it is left when it wakes up.
 */
export async function beginTurn(session: Session): Promise<void> {
  await session.query(`set local idle_in_transaction_session_timeout = ${silenceMs}`);
  await session.query(`set local lock_timeout = ${patienceMs}`);
}

/** From here on nobody else is at it: what is waited for now is not another set-up. */
export const haveTurn = (session: Session): Promise<unknown> => session.query('set local lock_timeout to default');

/** Waits until no other set-up has what `work`, one transaction, wants first. */
export async function inTurn<Result>(
  what: string,
  work: () => Promise<Result>,
  log: (line: string) => void = () => undefined,
): Promise<Result> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isBusy(error)) throw error;
      log(`${what}: another set-up is at work, waiting for it`);
    }
  }
}

/** Does `work`, one transaction that is safe to repeat, again from the start where another has done the same meanwhile. */
export const repeatWhereOvertaken = <Result>(work: () => Promise<Result>): Promise<Result> =>
  repeatWhere(isOvertaken, work);

/**
 * The same where it met those who use the tables meanwhile: each had what the other wanted, and Postgres has undone this one. In
 * an upgrade under load that is to be expected, as a migration locks table after table.
 */
export const repeatWhereDeadlocked = <Result>(work: () => Promise<Result>): Promise<Result> =>
  repeatWhere(isDeadlock, work);

async function repeatWhere<Result>(
  isPassing: (error: unknown) => boolean,
  work: () => Promise<Result>,
): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!isPassing(error) || attempt === attemptsMax) throw error;
    }
  }
}
