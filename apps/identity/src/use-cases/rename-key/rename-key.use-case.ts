import { identity, type RequestOf } from '#libs/contracts';
import { RpcHandler, personOf, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { Accounts } from '../../storage/accounts.repository';
import { AccessKey } from '../../storage/entities';
import { getOwnKey } from '../../storage/keys.repository';
import { countLiveTokens } from '../../storage/token-counts.repository';
import { describeKey } from '../../views/key.view';

/** B13: the name is only a label. @throws not_found */
@UseCase()
export class RenameKey {
  constructor(
    private readonly transaction: IdempotentTransaction,
    private readonly accounts: Accounts,
  ) {}

  @RpcHandler(identity.renameKey)
  async execute(request: RequestOf<typeof identity.renameKey>, context: RpcContext) {
    const person = personOf(context);
    const { environment, accountId } = person;
    const { reply } = await this.transaction.run(context, request, async (tx) => {
      const { domain } = await this.accounts.lockAs(tx.manager, person);
      const key = await getOwnKey(tx.manager, environment, accountId, request.keyId);
      await tx.manager.update(AccessKey, { environment, id: key.id }, { name: request.name });
      const live = (await countLiveTokens(tx.manager, environment, [key.id], tx.now))(key.id);
      return describeKey(Object.assign(key, { name: request.name }), { domain, now: tx.now, live });
    });
    return reply;
  }
}
