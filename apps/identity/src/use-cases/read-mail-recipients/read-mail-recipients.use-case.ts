import { identity, type Environment, type PersonId, type RequestOf } from '#libs/contracts';
import { Database } from '#libs/database';
import { RpcHandler, UseCase, type RpcContext } from '#libs/rpc';
import { Account, Person } from '../../storage/entities';

/** B50: whom `notifications` writes to, and where they are reached at the moment in which it does. */
@UseCase()
export class ReadMailRecipients {
  constructor(private readonly database: Database) {}

  @RpcHandler(identity.findMailRecipients)
  find({ partnerId, personId }: RequestOf<typeof identity.findMailRecipients>, context: RpcContext) {
    const environment = context.scope as Environment;
    return this.database.reading(environment, async (manager) => {
      const found = await manager.query<{ id: PersonId }[]>(
        `select p.id from identity.accounts a
           join identity.people p on p.environment = a.environment and p.account_id = a.id
         where a.environment = $1 and a.partner_id = $2 and (p.role = 'global_admin' or p.id = $3) order by p.id`,
        [environment, partnerId, personId],
      );
      return { personIds: found.map(({ id }) => id) };
    });
  }

  @RpcHandler(identity.getMailRecipient)
  get({ personId }: RequestOf<typeof identity.getMailRecipient>, context: RpcContext) {
    const environment = context.scope as Environment;
    return this.database.reading(environment, async (manager) => {
      const person = await manager.findOneBy(Person, { environment, id: personId });
      const account = person && (await manager.findOneBy(Account, { environment, id: person.accountId }));
      if (!person || !account) return { recipient: null };
      const { username, displayName, email, language } = person;
      return { recipient: { personId, username, displayName, email, language, domain: account.domain } };
    });
  }
}
