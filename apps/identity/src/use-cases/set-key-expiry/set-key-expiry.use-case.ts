import { identity, type RequestOf } from '#libs/contracts';
import { RpcHandler, personOf, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { Accounts } from '../../storage/accounts.repository';
import { AccessKey } from '../../storage/entities';
import { noteExpiry } from '../../storage/key-expiries.repository';
import { getOwnKey } from '../../storage/keys.repository';
import { countLiveTokens } from '../../storage/token-counts.repository';
import { describeKey } from '../../views/key.view';
import { Fence } from '../../workflows/fence';
import { requireExpiry, requireNotExpired } from '../../workflows/key-expiry';

/**
 * B16: the owner sets when a key expires, within what its plan allows. Once this has answered, no token is made that lives longer;
 * those made before end when the key does.
 *
 * @throws not_found, identity.key_expired, invalid_request for a time that is past, or later than the plan has it
 */
@UseCase()
export class SetKeyExpiry {
  constructor(
    private readonly transaction: IdempotentTransaction,
    private readonly accounts: Accounts,
    private readonly fence: Fence,
  ) {}

  @RpcHandler(identity.setKeyExpiry)
  async execute(request: RequestOf<typeof identity.setKeyExpiry>, context: RpcContext) {
    const person = personOf(context);
    const { environment, accountId } = person;
    const { reply } = await this.transaction.run(context, request, async (tx) => {
      const { domain } = await this.accounts.lockAs(tx.manager, person);
      const key = await getOwnKey(tx.manager, environment, accountId, request.keyId);
      requireNotExpired(key, tx.now);
      const previous = key.expiresAt;
      const expiresAt = requireExpiry(request.expiresAt, key.planExpiresAt, tx.now);
      const isSooner = expiresAt !== null && (previous === null || expiresAt < previous);
      const change = { expiresAt, version: key.version + 1 };
      await tx.manager.update(AccessKey, { environment, id: key.id }, change);
      await noteExpiry(tx, Object.assign(key, change), isSooner);
      const live = (await countLiveTokens(tx.manager, environment, [key.id], tx.now))(key.id);
      return describeKey(key, { domain, now: tx.now, live });
    });
    await this.fence.pass();
    return reply;
  }
}
