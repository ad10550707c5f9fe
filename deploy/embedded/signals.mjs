// How a command at a terminal is told to end, and what it says of what has gone wrong.
import { ClearError, messageOf } from './basics.mjs';

export const STOPPED = new Error('Stopped by a signal.');
/** npm passes on a Ctrl-C that the terminal has sent to us as well: what comes this soon is the same one. */
const SAME_CTRL_C_MS = 1_000;

/** The first signal asks for an orderly stop, a second one for a fast one. So does an error that nobody has caught. */
export function listenForTheEnd() {
  const stop = new AbortController();
  const hurry = new AbortController();
  let firstAt = 0;
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => {
      if (!stop.signal.aborted) {
        firstAt = Date.now();
        console.log('\nStopping... (Ctrl-C again to hurry)');
        stop.abort(STOPPED);
      } else if (Date.now() - firstAt > SAME_CTRL_C_MS) hurry.abort();
    });
  }
  // The children must still be stopped. What breaks while they are (a connection to Postgres, say) is no news.
  for (const event of ['uncaughtException', 'unhandledRejection']) process.on(event, (error) => stop.abort(error));
  // A terminal that is closed takes its output away; that must not end us before our children.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  return { stop: stop.signal, hurry: hurry.signal };
}

/** @param {unknown} error */
export function explain(error) {
  const { code } = /** @type {NodeJS.ErrnoException} */ (error);
  if (error instanceof ClearError) return [error.message, error.details].filter(Boolean).join('\n');
  if (code === 'ENOSPC' || code === 'EDQUOT') return `No space is left on the disk: ${messageOf(error)}`;
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return `Not allowed: ${messageOf(error)}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
