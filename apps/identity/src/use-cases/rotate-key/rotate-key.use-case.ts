import { Inject } from '@nestjs/common';
import { actorOf, identity, type RequestOf } from '#libs/contracts';
import { invalid } from '#libs/errors';
import { personOf, RpcHandler, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { IdentityConfig } from '../../config';
import { keyEventData, withoutSecret } from '../../views/key.view';
import { Fence } from '../../workflows/fence';
import { KeyRenewal } from '../../workflows/key-renewal';
import { LiveTokens } from '../../workflows/live-tokens';

/**
 * B18: the same application ID, a new secret. Once this has answered, the previous secret gets no token, or with an overlap none
 * from its deadline on; and the one before that none either way.
 *
 * @throws not_found, identity.key_expired, invalid_request for an overlap that is longer than the setting allows
 */
@UseCase()
export class RotateKey {
  constructor(
    private readonly transaction: IdempotentTransaction,
    private readonly renewal: KeyRenewal,
    private readonly fence: Fence,
    private readonly liveTokens: LiveTokens,
    @Inject(IdentityConfig) private readonly config: IdentityConfig,
  ) {}

  @RpcHandler(identity.rotateKey)
  async execute(request: RequestOf<typeof identity.rotateKey>, context: RpcContext) {
    const person = personOf(context);
    const { keyId, revokeTokens, overlapSeconds } = request;
    this.requireAllowed(overlapSeconds);
    const { reply } = await this.transaction.run(
      context,
      request,
      async (tx) => {
        const { key, reply: renewed } = await this.renewal.renew(tx, person, keyId, { overlapSeconds, revokeTokens });
        await tx.publishEvent(
          identity.keyRotated,
          { id: key.id, version: key.version },
          {
            ...keyEventData(key),
            revokeTokens,
            previousSecretUntil: renewed.previousSecretUntil,
            by: actorOf(person),
          },
        );
        if (revokeTokens) await this.liveTokens.revokeOf(tx, key, key.applicationId);
        return renewed;
      },
      { record: withoutSecret },
    );
    if (revokeTokens) await this.liveTokens.announce(person.environment);
    await this.fence.pass();
    return reply;
  }

  private requireAllowed(overlapSeconds = 0): void {
    const max = this.config.SLIPWAY_ROTATION_OVERLAP_SECONDS_MAX;
    if (overlapSeconds > max)
      throw invalid([{ pointer: '/overlapSeconds', detail: `overlapSeconds must be at most ${max}.` }]);
  }
}
