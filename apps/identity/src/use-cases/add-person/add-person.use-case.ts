import { identity, type PersonCaller, type PersonId, type RequestOf } from '#libs/contracts';
import { isUniqueViolation, newId, type Tx } from '#libs/database';
import { fail, SlipwayError } from '#libs/errors';
import { RpcHandler, personOf, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { peopleMax } from '../../domain/bounds';
import { Passwords } from '../../secrets/passwords';
import { Accounts } from '../../storage/accounts.repository';
import { Person } from '../../storage/entities';
import { describePerson } from '../../views/account.view';

/**
 * B4: people belong to one account; the same username in the other is somebody else.
 * @throws identity.weak_password, identity.username_taken, identity.people_limit_reached
 */
@UseCase()
export class AddPerson {
  constructor(
    private readonly transaction: IdempotentTransaction,
    private readonly passwords: Passwords,
    private readonly accounts: Accounts,
  ) {}

  @RpcHandler(identity.addPerson)
  async execute(request: RequestOf<typeof identity.addPerson>, context: RpcContext) {
    const by = personOf(context);
    const { environment, partnerId, accountId } = by;
    const { password, ...details } = request;
    const passwordHash = await this.passwords.hashChosen(password, '/password', context);
    const add = this.transaction.run(context, request, async (tx) => {
      await this.accounts.lockAs(tx.manager, by);
      await requirePlace(tx, by);
      const person = tx.manager.create(Person, {
        ...details,
        environment,
        id: newId<PersonId>(),
        partnerId,
        accountId,
        passwordHash,
        createdAt: tx.now,
      });
      await tx.manager.insert(Person, person);
      return describePerson(person);
    });
    const { reply } = await add.catch(orUsernameTaken);
    return reply;
  }
}

async function requirePlace({ manager }: Tx, { environment, accountId }: PersonCaller): Promise<void> {
  if ((await manager.countBy(Person, { environment, accountId })) >= peopleMax)
    fail('identity.people_limit_reached', `An account can have ${peopleMax} people.`, { limit: peopleMax });
}

/** A partition's constraint has a name of its own, so any violated uniqueness here is the username's. */
function orUsernameTaken(error: unknown): never {
  if (!isUniqueViolation(error)) throw error;
  throw new SlipwayError('identity.username_taken', 'Somebody in this account has this username.', {
    fields: [{ pointer: '/username', detail: 'Choose another username.' }],
  });
}
