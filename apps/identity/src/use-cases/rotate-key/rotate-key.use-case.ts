import { actorOf, identity, type RequestOf } from '#libs/contracts';
import { personOf, RpcHandler, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { keyEventData, withoutSecret } from '../../views/key.view';
import { Fence } from '../../workflows/fence';
import { KeyRenewal } from '../../workflows/key-renewal';
import { LiveTokens } from '../../workflows/live-tokens';

/** B18: the same application ID, a new secret. Once this has answered, the previous secret gets no token. @throws not_found */
@UseCase()
export class RotateKey {
  constructor(
    private readonly transaction: IdempotentTransaction,
    private readonly renewal: KeyRenewal,
    private readonly fence: Fence,
    private readonly liveTokens: LiveTokens,
  ) {}

  @RpcHandler(identity.rotateKey)
  async execute(request: RequestOf<typeof identity.rotateKey>, context: RpcContext) {
    const person = personOf(context);
    const { keyId, revokeTokens } = request;
    const { reply } = await this.transaction.run(
      context,
      request,
      async (tx) => {
        const renewed = await this.renewal.renew(tx, person, keyId);
        await tx.publishEvent(
          identity.keyRotated,
          { id: renewed.key.id, version: renewed.key.version },
          { ...keyEventData(renewed.key), revokeTokens, by: actorOf(person) },
        );
        return renewed.reply;
      },
      { record: withoutSecret },
    );
    await this.fence.pass();
    if (revokeTokens) await this.liveTokens.end(person, reply.applicationId, context);
    return reply;
  }
}
