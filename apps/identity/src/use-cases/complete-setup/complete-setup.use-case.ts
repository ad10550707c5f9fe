import { actorOf, identity, type RequestOf } from '#libs/contracts';
import { fail } from '#libs/errors';
import { Answers, personOf, UseCase, Writes, type Call } from '#libs/messaging';
import { getStanding, lockStanding } from '../../storage/accounts.repository';
import { Account } from '../../storage/entities';
import { describeAccount } from '../read-accounts/read-accounts.use-case';

/**
 * B7: the sandbox administrator accepts that the sandbox is for integration testing only, which is recorded, and the
 * account becomes active. @throws identity.not_awaiting_setup
 */
@UseCase()
export class CompleteSetup {
  constructor(private readonly writes: Writes) {}

  @Answers(identity.completeSetup)
  async execute(request: RequestOf<typeof identity.completeSetup>, call: Call) {
    const { environment, partnerId, personId } = personOf(call);
    const { reply } = await this.writes.once(call, request, async (tx) => {
      const account = await lockStanding(tx.manager, environment, partnerId);
      if (account.state !== 'awaiting_setup')
        fail('identity.not_awaiting_setup', 'This account is set up already.', { state: account.state });
      const version = account.version + 1;
      await tx.manager.update(
        Account,
        { environment, id: account.id },
        { state: 'active', policyAcceptedAt: new Date(), policyAcceptedBy: personId, version },
      );
      await tx.emit(
        identity.accountActivated,
        { id: account.id, version },
        { partnerId, accountId: account.id, by: actorOf(call.caller) },
      );
      return describeAccount(await getStanding(tx.manager, environment, partnerId));
    });
    return reply;
  }
}
