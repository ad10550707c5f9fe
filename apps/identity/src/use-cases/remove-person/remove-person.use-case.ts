import { IsNull } from 'typeorm';
import { identity, type RequestOf } from '#libs/contracts';
import { fail, notFound } from '#libs/errors';
import { RpcHandler, personOf, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { Accounts } from '../../storage/accounts.repository';
import { Person } from '../../storage/entities';
import { LiveTokens } from '../../workflows/live-tokens';

/**
 * Removes somebody from the account; their sessions end with them, and the tokens they made without a key's secret (B31).
 * @throws not_found, identity.last_global_admin
 */
@UseCase()
export class RemovePerson {
  constructor(
    private readonly transaction: IdempotentTransaction,
    private readonly accounts: Accounts,
    private readonly liveTokens: LiveTokens,
  ) {}

  @RpcHandler(identity.removePerson)
  async execute(request: RequestOf<typeof identity.removePerson>, context: RpcContext) {
    const by = personOf(context);
    const { environment, accountId } = by;
    await this.transaction.run(context, request, async (tx) => {
      await this.accounts.lockAs(tx.manager, by);
      const person = await tx.manager.findOneBy(Person, { environment, accountId, id: request.personId });
      if (!person) throw notFound();
      const invitedAt = IsNull();
      const admins = await tx.manager.countBy(Person, { environment, accountId, role: 'global_admin', invitedAt });
      // Whoever was only invited cannot sign in, and so is no admin yet that others could rely on.
      if (person.role === 'global_admin' && !person.invitedAt && admins === 1) {
        fail(
          'identity.last_global_admin',
          'The last global admin cannot be removed. Give the role to somebody else first.',
        );
      }
      await tx.manager.delete(Person, { environment, id: person.id });
      const { partnerId } = by;
      await this.liveTokens.revoke(tx, { holder: 'person', holderId: person.id, partnerId, accountId });
      return {};
    });
    await this.liveTokens.announce(environment);
    return {};
  }
}
