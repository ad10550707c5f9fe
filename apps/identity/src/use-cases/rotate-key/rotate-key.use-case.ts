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
        const { key, reply: renewed } = await this.renewal.renew(tx, person, keyId);
        await tx.publishEvent(
          identity.keyRotated,
          { id: key.id, version: key.version },
          { ...keyEventData(key), revokeTokens, by: actorOf(person) },
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
}
