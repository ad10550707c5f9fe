import { Inject, Injectable } from '@nestjs/common';
import { tokens, type PersonCaller } from '#libs/contracts';
import { asService, RpcClient, type RpcContext } from '#libs/rpc';
import { LOGGER, type Logger } from '#libs/observability';

/** B20: tokens outlive their key unless the caller asks for them to be ended. */
@Injectable()
export class LiveTokens {
  constructor(
    private readonly rpc: RpcClient,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Ends an application ID's tokens now. Does not throw: the event in the outbox says the same to `tokens`, so an outage
   * delays it only, while an error here would keep a new secret from the one reply that shows it.
   */
  async end({ environment, partnerId }: PersonCaller, applicationId: string, context: RpcContext): Promise<void> {
    try {
      const request = { partnerId, applicationId };
      await this.rpc.call(tokens.revokeApplication, environment, request, asService('identity', context));
    } catch (error) {
      this.logger.warn({ err: error, traceId: context.traceId }, 'live tokens will end by event');
    }
  }
}
