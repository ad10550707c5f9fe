import { actorOf, identity, type RequestOf } from '#libs/contracts';
import { RpcHandler, personOf, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { Fence } from '../../workflows/fence';
import { LiveTokens } from '../../workflows/live-tokens';
import { Accounts } from '../../storage/accounts.repository';
import { getOwnKey, markDeleted } from '../../storage/keys.repository';
import { keyEventData } from '../../views/key.view';

type Request = RequestOf<typeof identity.deleteKey>;

/** B16, B19: frees the slot. Once this has answered, the key gets no token. @throws not_found */
@UseCase()
export class DeleteKey {
  constructor(
    private readonly transaction: IdempotentTransaction,
    private readonly accounts: Accounts,
    private readonly fence: Fence,
    private readonly liveTokens: LiveTokens,
  ) {}

  @RpcHandler(identity.deleteKey)
  async execute(request: Request, context: RpcContext) {
    const person = personOf(context);
    const { keyId, revokeTokens } = request;
    await this.transaction.run(context, request, async (tx) => {
      await this.accounts.lockAs(tx.manager, person);
      const key = await getOwnKey(tx.manager, person.environment, person.accountId, keyId);
      await markDeleted(tx, key);
      await tx.publishEvent(
        identity.keyDeleted,
        { id: key.id, version: key.version + 1 },
        { ...keyEventData(key), revokeTokens, by: actorOf(person) },
      );
      if (revokeTokens) await this.liveTokens.revokeOf(tx, key, key.applicationId);
      return {};
    });
    if (revokeTokens) await this.liveTokens.announce(person.environment);
    await this.fence.pass();
    return {};
  }
}
