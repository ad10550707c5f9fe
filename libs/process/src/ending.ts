import type { Logger } from '#libs/observability';

const patienceMs = 10_000;

/** Whether this process has been told to end: what says so to others (`/readyz`) reads it here. */
export class Ending {
  begun = false;

  /**
   * SIGTERM and SIGINT: finish what has begun, then end. A second signal, or ten seconds, end it at once.
   *
   * @param drainMs how long it goes on as ever before it begins to close; time on top
   */
  onSignal(close: () => Promise<unknown>, logger: Logger, drainMs = 0): void {
    const end = (signal: NodeJS.Signals) => {
      if (this.begun) process.exit(1);
      this.begun = true;
      logger.info({ signal }, 'stopping');
      setTimeout(() => process.exit(1), drainMs + patienceMs).unref();
      const drained = drainMs > 0 ? new Promise((resolve) => setTimeout(resolve, drainMs)) : Promise.resolve();
      drained.then(close).then(
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
}
