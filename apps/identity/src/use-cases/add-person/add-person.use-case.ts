import { actorOf, identity, type PersonCaller, type PersonId, type RequestOf } from '#libs/contracts';
import { isUniqueViolation, newId, type Tx } from '#libs/database';
import { fail, SlipwayError } from '#libs/errors';
import { RpcHandler, personOf, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { peopleMax } from '../../domain/bounds';
import { newPassword } from '../../domain/credentials';
import { Passwords } from '../../secrets/passwords';
import { Accounts } from '../../storage/accounts.repository';
import { Person } from '../../storage/entities';
import { describePerson } from '../../views/account.view';
import { MailedLinks } from '../../workflows/mailed-links';

/**
 * B4: people belong to one account; the same username in the other is somebody else. B58: whoever is added without a password is
 * invited by mail, and sets their own.
 * @throws identity.weak_password, identity.username_taken, identity.people_limit_reached
 */
@UseCase()
export class AddPerson {
  constructor(
    private readonly transaction: IdempotentTransaction,
    private readonly passwords: Passwords,
    private readonly accounts: Accounts,
    private readonly links: MailedLinks,
  ) {}

  @RpcHandler(identity.addPerson)
  async execute(request: RequestOf<typeof identity.addPerson>, context: RpcContext) {
    const by = personOf(context);
    const { environment, partnerId, accountId } = by;
    const { password, ...details } = request;
    // A password that nobody knows, rather than none: to sign in with one costs and says the same as with a wrong one.
    const passwordHash = await this.passwords.hashChosen(password ?? newPassword(), '/password', context);
    const isInvited = password === undefined;
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
        version: 1,
        language: request.language ?? null,
        emailVerifiedAt: null,
        invitedAt: isInvited ? tx.now : null,
      });
      await tx.manager.insert(Person, person);
      await this.links.request(tx, person, isInvited ? 'invitation' : 'email_verification', actorOf(by));
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
