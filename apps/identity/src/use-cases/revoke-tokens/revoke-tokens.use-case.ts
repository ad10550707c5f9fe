import { environments, identity, type Environment, type RequestOf } from '#libs/contracts';
import { personOf, RpcHandler, staffOf, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { Accounts } from '../../storage/accounts.repository';
import { requireStillStaff } from '../../storage/callers';
import { getOwnKey } from '../../storage/keys.repository';
import { Partners } from '../../storage/partners.repository';
import { TokenRevocations } from '../../storage/token-revocations.repository';
import { Fence } from '../../workflows/fence';
import { LiveTokens } from '../../workflows/live-tokens';

/**
 * Ends the tokens that live now, of a key, an account or a partner; keys stay as they are, and what they get once this has
 * answered is good. @throws not_found
 */
@UseCase()
export class RevokeTokens {
  constructor(
    private readonly transaction: IdempotentTransaction,
    private readonly accounts: Accounts,
    private readonly partners: Partners,
    private readonly revocations: TokenRevocations,
    private readonly liveTokens: LiveTokens,
    private readonly fence: Fence,
  ) {}

  @RpcHandler(identity.revokeKeyTokens)
  async ofKey(request: RequestOf<typeof identity.revokeKeyTokens>, context: RpcContext) {
    const person = personOf(context);
    await this.transaction.run(context, request, async (tx) => {
      await this.accounts.lockAs(tx.manager, person);
      const key = await getOwnKey(tx.manager, person.environment, person.accountId, request.keyId);
      await this.liveTokens.revokeOf(tx, key, key.applicationId);
      return {};
    });
    await this.liveTokens.announce(person.environment);
    await this.fence.pass();
    return {};
  }

  @RpcHandler(identity.revokeAccountTokens)
  async ofAccount(request: RequestOf<typeof identity.revokeAccountTokens>, context: RpcContext) {
    const person = personOf(context);
    const { partnerId, accountId } = person;
    await this.transaction.run(context, request, async (tx) => {
      await this.accounts.lockAs(tx.manager, person);
      await this.liveTokens.revoke(tx, { holder: 'account', holderId: accountId, partnerId, accountId });
      return {};
    });
    await this.liveTokens.announce(person.environment);
    await this.fence.pass();
    return {};
  }

  @RpcHandler(identity.revokePartnerTokens)
  async ofPartner(request: RequestOf<typeof identity.revokePartnerTokens>, context: RpcContext) {
    await this.transaction.run(context, request, async (tx) => {
      await requireStillStaff(tx.manager, staffOf(context));
      const { id } = await this.partners.lock(tx.manager, request.partnerId);
      for (const environment of environments) await this.liveTokens.revokeOfPartners(tx, environment, [id]);
      return {};
    });
    await this.liveTokens.announce(...environments);
    await this.fence.pass();
    return {};
  }

  /** For the gateways. */
  @RpcHandler(identity.listTokenRevocations)
  list({ after }: RequestOf<typeof identity.listTokenRevocations>, context: RpcContext) {
    return this.revocations.list(context.scope as Environment, after);
  }
}
