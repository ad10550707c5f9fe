import { Inject } from '@nestjs/common';
import { identity, type RequestOf } from '#libs/contracts';
import { SlipwayError } from '#libs/errors';
import { RpcHandler, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { networkOf } from '#libs/turns';
import { IdentityConfig } from '../../config';
import { rowsOfAddressesMax } from '../../workflows/guess-limits';
import { PasswordResetRequests } from '../../workflows/password-reset-requests';
import { Throttle } from '../../workflows/throttle';

/**
 * B58: the same reply after the same work, whoever it is about: who exists is looked for once it is given.
 * @throws identity.too_many_requests
 */
@UseCase()
export class RequestPasswordReset {
  constructor(
    private readonly transaction: IdempotentTransaction,
    private readonly throttle: Throttle,
    private readonly requests: PasswordResetRequests,
    @Inject(IdentityConfig) private readonly config: IdentityConfig,
  ) {}

  @RpcHandler(identity.requestPasswordReset)
  async execute(request: RequestOf<typeof identity.requestPasswordReset>, context: RpcContext) {
    await this.requireFew(context);
    const { replayed } = await this.transaction.run(context, request, () => Promise.resolve({}));
    if (!replayed) this.requests.begin(request.username, context);
    return {};
  }

  private async requireFew({ address = '' }: RpcContext): Promise<void> {
    const limit = { attemptsMax: this.config.SLIPWAY_REGISTRATIONS_PER_HOUR, windowSeconds: 3_600 };
    const name = `reset/${networkOf(address)}`;
    const retryAfterSeconds = await this.throttle.take({ name, limit, rowsMax: rowsOfAddressesMax });
    if (retryAfterSeconds === 0) return;
    const message = 'Too many links were requested from this address. Try again later.';
    throw new SlipwayError('identity.too_many_requests', message, { retryAfterSeconds });
  }
}
