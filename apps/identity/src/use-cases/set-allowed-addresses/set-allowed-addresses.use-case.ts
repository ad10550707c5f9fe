import { identity, type RequestOf } from '#libs/contracts';
import { RpcHandler, personOf, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { isNarrower, requireRanges } from '../../domain/allowed-addresses';
import { Accounts } from '../../storage/accounts.repository';
import { AccessKey } from '../../storage/entities';
import { getOwnKey } from '../../storage/keys.repository';
import { countLiveTokens, noLiveTokens } from '../../storage/token-counts.repository';
import { describeKey } from '../../views/key.view';
import { Fence } from '../../workflows/fence';
import { LiveTokens } from '../../workflows/live-tokens';

/**
 * B23: the owner sets from where a key may be used. Its tokens carry that; those that may be used from where it may not be any
 * more are ended, so that once this has answered, what is shown is what holds.
 *
 * @throws not_found, invalid_request for ranges that are none
 */
@UseCase()
export class SetAllowedAddresses {
  constructor(
    private readonly transaction: IdempotentTransaction,
    private readonly accounts: Accounts,
    private readonly liveTokens: LiveTokens,
    private readonly fence: Fence,
  ) {}

  @RpcHandler(identity.setAllowedAddresses)
  async execute(request: RequestOf<typeof identity.setAllowedAddresses>, context: RpcContext) {
    const person = personOf(context);
    const { environment, accountId } = person;
    const allowedAddresses = requireRanges(request.allowedAddresses);
    const { reply } = await this.transaction.run(context, request, async (tx) => {
      const { domain } = await this.accounts.lockAs(tx.manager, person);
      const key = await getOwnKey(tx.manager, environment, accountId, request.keyId);
      const endsTokens = isNarrower(allowedAddresses, key.allowedAddresses);
      const change = { allowedAddresses, version: key.version + 1 };
      await tx.manager.update(AccessKey, { environment, id: key.id }, change);
      if (endsTokens) await this.liveTokens.revokeOf(tx, key, key.applicationId);
      const live = endsTokens
        ? noLiveTokens
        : (await countLiveTokens(tx.manager, environment, [key.id], tx.now))(key.id);
      return describeKey(Object.assign(key, change), { domain, now: tx.now, live });
    });
    await this.liveTokens.announce(environment);
    await this.fence.pass();
    return reply;
  }
}
