import { Inject, Injectable } from '@nestjs/common';
import { LOGGER, metrics, type Logger } from '#libs/observability';

/**
 * What does not go on, as operators see it: a warning when it stalls and a line when it goes on again, once each, however
 * often it is looked at; and a gauge meanwhile.
 */
@Injectable()
export class Stalls {
  private readonly stalled = new Set<string>();

  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  /** @param what such as `consumer notifications_shared_into_sandbox` */
  stall(what: string, error?: unknown): void {
    metrics.stalled.set({ what }, 1);
    if (this.stalled.has(what)) return;
    this.stalled.add(what);
    this.logger.warn({ what, err: error }, 'stalled');
  }

  goOn(what: string): void {
    if (!this.stalled.delete(what)) return;
    metrics.stalled.set({ what }, 0);
    this.logger.info({ what }, 'goes on again');
  }
}
