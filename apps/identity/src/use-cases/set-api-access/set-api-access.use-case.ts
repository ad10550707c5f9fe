import { actorOf, identity, type RequestOf } from '#libs/contracts';
import { fail } from '#libs/errors';
import { Answers, personOf, UseCase, Writes, type Call } from '#libs/messaging';
import { afterFence } from '../../fence';
import { getStanding, lockStanding } from '../../storage/accounts.repository';
import { Account } from '../../storage/entities';
import { describeAccount } from '../read-accounts/read-accounts.use-case';

/**
 * B12: on for one account does nothing for the other. Once switching off has answered, no key of the account gets a
 * token. @throws identity.setup_incomplete (B8)
 */
@UseCase()
export class SetApiAccess {
  constructor(private readonly writes: Writes) {}

  @Answers(identity.setApiAccess)
  async execute(request: RequestOf<typeof identity.setApiAccess>, call: Call) {
    const { environment, partnerId } = personOf(call);
    const { enabled } = request;
    const { reply } = await this.writes.once(call, request, async (tx) => {
      const account = await lockStanding(tx.manager, environment, partnerId);
      if (account.state !== 'active') fail('identity.setup_incomplete', 'Complete the set-up of this account first.');
      if (account.apiAccess !== enabled) {
        const version = account.version + 1;
        await tx.manager.update(Account, { environment, id: account.id }, { apiAccess: enabled, version });
        await tx.emit(
          identity.apiAccessChanged,
          { id: account.id, version },
          { partnerId, accountId: account.id, enabled, by: actorOf(call.caller) },
        );
      }
      return describeAccount(await getStanding(tx.manager, environment, partnerId));
    });
    if (!enabled) await afterFence();
    return reply;
  }
}
