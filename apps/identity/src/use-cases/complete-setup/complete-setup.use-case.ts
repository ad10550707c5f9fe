import { actorOf, identity, type RequestOf } from '#libs/contracts';
import { fail } from '#libs/errors';
import { RpcHandler, personOf, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { Accounts } from '../../storage/accounts.repository';
import { Account } from '../../storage/entities';
import { describeAccount } from '../../views/account.view';

/**
 * B7: the sandbox administrator accepts that the sandbox is for integration testing only, which is recorded, and the
 * account becomes active. @throws identity.not_awaiting_setup
 */
@UseCase()
export class CompleteSetup {
  constructor(
    private readonly transaction: IdempotentTransaction,
    private readonly accounts: Accounts,
  ) {}

  @RpcHandler(identity.completeSetup)
  async execute(request: RequestOf<typeof identity.completeSetup>, context: RpcContext) {
    const person = personOf(context);
    const { environment, partnerId, personId } = person;
    const { reply } = await this.transaction.run(context, request, async (tx) => {
      const account = await this.accounts.lockAs(tx.manager, person);
      if (account.state !== 'awaiting_setup')
        fail('identity.not_awaiting_setup', 'This account is set up already.', { state: account.state });
      const version = account.version + 1;
      await tx.manager.update(
        Account,
        { environment, id: account.id },
        { state: 'active', policyAcceptedAt: tx.now, policyAcceptedBy: personId, version },
      );
      await tx.publishEvent(
        identity.accountActivated,
        { id: account.id, version },
        { partnerId, accountId: account.id, by: actorOf(context.caller) },
      );
      return describeAccount(await this.accounts.get(tx.manager, environment, partnerId));
    });
    return reply;
  }
}
