import type { Logger } from '#libs/observability';

const patienceMs = 10_000;

/** SIGTERM and SIGINT: finish what has begun, then end. A second signal, or ten seconds, end it at once. */
export function endOnSignal(close: () => Promise<unknown>, logger: Logger): void {
  let ending = false;
  const end = (signal: NodeJS.Signals) => {
    if (ending) process.exit(1);
    ending = true;
    logger.info({ signal }, 'stopping');
    setTimeout(() => process.exit(1), patienceMs).unref();
    close().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error({ err: error }, 'stopping failed');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
}
