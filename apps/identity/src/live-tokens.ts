import { Inject, Injectable } from '@nestjs/common';
import { tokens, type Environment } from '#libs/contracts';
import { asService, LOGGER, QuestionClient, type Call } from '#libs/messaging';
import type { Logger } from '#libs/observability';

/** B20: tokens outlive their key unless the caller asks for them to be ended. */
@Injectable()
export class LiveTokens {
  constructor(
    private readonly questions: QuestionClient,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Ends an application ID's tokens now. Does not throw: the fact in the outbox says the same to `tokens`, so an outage
   * delays it only, while an error here would keep a new secret from the one reply that shows it.
   */
  async end(environment: Environment, applicationId: string, call: Call): Promise<void> {
    try {
      await this.questions.ask(tokens.revokeApplication, environment, { applicationId }, asService('identity', call));
    } catch (error) {
      this.logger.warn({ err: error, traceId: call.traceId }, 'live tokens will end by event');
    }
  }
}
