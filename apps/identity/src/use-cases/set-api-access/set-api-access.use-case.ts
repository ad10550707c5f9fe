import { actorOf, identity, type RequestOf } from '#libs/contracts';
import { fail } from '#libs/errors';
import { RpcHandler, personOf, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { Fence } from '../../workflows/fence';
import { LiveTokens } from '../../workflows/live-tokens';
import { requireEligible } from '../../domain/eligibility';
import { Accounts, type AccountStatus } from '../../storage/accounts.repository';
import { Account } from '../../storage/entities';
import { describeAccount } from '../../views/account.view';

/**
 * B12: on for one account does nothing for the other. Once switching off has answered, no key of the account gets a
 * token; those that live are ended where that is asked for. Off always works; the switch stays where it was when an
 * organisation loses its eligibility, so that what it gains again works at once.
 * @throws identity.setup_incomplete (B8), identity.not_eligible (B10)
 */
@UseCase()
export class SetApiAccess {
  constructor(
    private readonly transaction: IdempotentTransaction,
    private readonly accounts: Accounts,
    private readonly fence: Fence,
    private readonly liveTokens: LiveTokens,
  ) {}

  @RpcHandler(identity.setApiAccess)
  async execute(request: RequestOf<typeof identity.setApiAccess>, context: RpcContext) {
    const person = personOf(context);
    const { environment, partnerId } = person;
    const { enabled, revokeTokens } = request;
    const { reply } = await this.transaction.run(context, request, async (tx) => {
      const account = await this.accounts.lockAs(tx.manager, person);
      if (enabled) requireReady(account);
      if (account.apiAccess !== enabled) {
        const version = account.version + 1;
        await tx.manager.update(Account, { environment, id: account.id }, { apiAccess: enabled, version });
        await tx.publishEvent(
          identity.apiAccessChanged,
          { id: account.id, version },
          { partnerId, accountId: account.id, enabled, by: actorOf(context.caller) },
        );
      }
      const changed = describeAccount(await this.accounts.get(tx.manager, environment, partnerId));
      const ended = { holder: 'account' as const, holderId: account.id, partnerId, accountId: account.id };
      if (revokeTokens) await this.liveTokens.revoke(tx, ended);
      return changed;
    });
    if (revokeTokens) await this.liveTokens.announce(environment);
    if (!enabled || revokeTokens) await this.fence.pass();
    return reply;
  }
}

function requireReady({ state, eligibility }: AccountStatus): void {
  if (state !== 'active') fail('identity.setup_incomplete', 'Complete the set-up of this account first.');
  requireEligible(eligibility);
}
