import { actorOf, identity, type RequestOf } from '#libs/contracts';
import { personOf, RpcHandler, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { newApplicationId } from '../../domain/credentials';
import { keyEventData, withoutSecret } from '../../views/key.view';
import { Fence } from '../../workflows/fence';
import { KeyRenewal } from '../../workflows/key-renewal';
import { LiveTokens } from '../../workflows/live-tokens';

/** B17: a new pair in the same slot. Once this has answered, the previous pair gets no token. @throws not_found */
@UseCase()
export class RegenerateKey {
  constructor(
    private readonly transaction: IdempotentTransaction,
    private readonly renewal: KeyRenewal,
    private readonly fence: Fence,
    private readonly liveTokens: LiveTokens,
  ) {}

  @RpcHandler(identity.regenerateKey)
  async execute(request: RequestOf<typeof identity.regenerateKey>, context: RpcContext) {
    const person = personOf(context);
    const { keyId, revokeTokens } = request;
    const { reply } = await this.transaction.run(
      context,
      request,
      async (tx) => {
        const applicationId = newApplicationId(person.environment);
        const renewed = await this.renewal.renew(tx, person, keyId, { applicationId, revokeTokens });
        const { key, previousApplicationId } = renewed;
        await tx.publishEvent(
          identity.keyRegenerated,
          { id: key.id, version: key.version },
          { ...keyEventData(key), previousApplicationId, revokeTokens, by: actorOf(person) },
        );
        if (revokeTokens) await this.liveTokens.revokeOf(tx, key, previousApplicationId);
        return renewed.reply;
      },
      { record: withoutSecret },
    );
    if (revokeTokens) await this.liveTokens.announce(person.environment);
    await this.fence.pass();
    return reply;
  }
}
