import { actorOf, identity, type RequestOf } from '#libs/contracts';
import { fail } from '#libs/errors';
import { RpcHandler, personOf, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import type { SandboxPolicy } from '../../domain/sandbox-policy';
import { Accounts } from '../../storage/accounts.repository';
import { Account } from '../../storage/entities';
import { sandboxPolicy } from '../../storage/provider.repository';
import { describeAccount } from '../../views/account.view';

type Request = RequestOf<typeof identity.completeSetup>;

/**
 * B7: the sandbox administrator accepts that the sandbox is for integration testing only, which is recorded, and the
 * account becomes active. @throws identity.not_awaiting_setup, identity.policy_changed
 */
@UseCase()
export class CompleteSetup {
  constructor(
    private readonly transaction: IdempotentTransaction,
    private readonly accounts: Accounts,
  ) {}

  @RpcHandler(identity.completeSetup)
  async execute(request: Request, context: RpcContext) {
    const person = personOf(context);
    const { environment, partnerId, personId } = person;
    const { reply } = await this.transaction.run(context, request, async (tx) => {
      const account = await this.accounts.lockAs(tx.manager, person);
      if (account.state !== 'awaiting_setup')
        fail('identity.not_awaiting_setup', 'This account is set up already.', { state: account.state });
      const policy = await sandboxPolicy(tx.manager);
      requireRead(request, policy);
      const version = account.version + 1;
      await tx.manager.update(
        Account,
        { environment, id: account.id },
        {
          state: 'active',
          policyAcceptedAt: tx.now,
          policyAcceptedBy: personId,
          policyVersion: policy.version,
          version,
        },
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

/** Where it is said which policy was read, no other is accepted in its name. */
function requireRead({ policyVersion }: Request, { version }: SandboxPolicy): void {
  if (policyVersion === undefined || policyVersion === version) return;
  fail('identity.policy_changed', 'The policy has changed since you read it. Read it again.', { version });
}
