import { IsNull } from 'typeorm';
import { actorOf, identity, type RequestOf } from '#libs/contracts';
import type { Tx } from '#libs/database';
import { fail, notFound } from '#libs/errors';
import { personOf, RpcHandler, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { Accounts } from '../../storage/accounts.repository';
import { Person } from '../../storage/entities';
import { describePerson } from '../../views/account.view';

/**
 * Gives somebody of the account another role. It holds at their next request, as the role is read with the session; an
 * act of theirs that is under way is refused if it needed the old one. @throws not_found, identity.last_global_admin
 */
@UseCase()
export class ChangeRole {
  constructor(
    private readonly transaction: IdempotentTransaction,
    private readonly accounts: Accounts,
  ) {}

  @RpcHandler(identity.changeRole)
  async execute(request: RequestOf<typeof identity.changeRole>, context: RpcContext) {
    const by = personOf(context);
    const { environment, partnerId, accountId } = by;
    const { personId: id, role } = request;
    const { reply } = await this.transaction.run(context, request, async (tx) => {
      await this.accounts.lockAs(tx.manager, by);
      const where = { environment, accountId, id };
      const person = await tx.manager.findOne(Person, { where, lock: { mode: 'for_no_key_update' } });
      if (!person) throw notFound();
      if (person.role === role) return describePerson(person);
      if (person.role === 'global_admin') await this.requireAnotherAdmin(tx, person);
      const version = person.version + 1;
      await tx.manager.update(Person, { environment, id }, { role, version });
      await tx.publishEvent(
        identity.roleChanged,
        { id, version },
        { partnerId, accountId, personId: id, username: person.username, role, by: actorOf(by) },
      );
      return describePerson({ ...person, role });
    });
    return reply;
  }

  /** Whoever was only invited cannot sign in, and so is none that others could rely on. */
  private async requireAnotherAdmin({ manager }: Tx, { environment, accountId, invitedAt }: Person): Promise<void> {
    if (invitedAt) return;
    const where = { environment, accountId, role: 'global_admin', invitedAt: IsNull() } as const;
    const admins = await manager.countBy(Person, where);
    if (admins <= 1) {
      fail('identity.last_global_admin', 'The last global admin must stay one. Give the role to somebody else first.');
    }
  }
}
