import { identity, type PersonId, type RequestOf } from '#libs/contracts';
import { isUniqueViolation, newId } from '#libs/database';
import { SlipwayError } from '#libs/errors';
import { Answers, personOf, UseCase, Writes, type Call } from '#libs/messaging';
import { hashPassword } from '../../passwords';
import { Person } from '../../storage/entities';
import { describePerson } from '../read-accounts/read-accounts.use-case';

/** B4: people belong to one account; the same username in the other is somebody else. @throws identity.username_taken */
@UseCase()
export class AddPerson {
  constructor(private readonly writes: Writes) {}

  @Answers(identity.addPerson)
  async execute(request: RequestOf<typeof identity.addPerson>, call: Call) {
    const { environment, partnerId, accountId } = personOf(call);
    const { password, ...details } = request;
    const add = this.writes.once(call, request, async (tx) => {
      const person = tx.manager.create(Person, {
        ...details,
        environment,
        id: newId<PersonId>(),
        partnerId,
        accountId,
        passwordHash: await hashPassword(password),
        createdAt: new Date(),
      });
      await tx.manager.insert(Person, person);
      return describePerson(person);
    });
    const { reply } = await add.catch(orUsernameTaken);
    return reply;
  }
}

/** A partition's constraint has a name of its own, so any violated uniqueness here is the username's. */
function orUsernameTaken(error: unknown): never {
  if (!isUniqueViolation(error)) throw error;
  throw new SlipwayError('identity.username_taken', 'Somebody in this account has this username.', {
    fields: [{ pointer: '/username', detail: 'Choose another username.' }],
  });
}
