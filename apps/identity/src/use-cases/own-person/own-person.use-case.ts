import { Clock } from '#libs/clock';
import { identity, type RequestOf } from '#libs/contracts';
import { Database } from '#libs/database';
import { personOf, RpcHandler, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { expired } from '../../storage/callers';
import { Person } from '../../storage/entities';
import { findVerification, lockOwnPerson } from '../../storage/own-person';
import { describeOwnPerson } from '../../views/account.view';

/** What somebody is called, and in which language they are written to. */
@UseCase()
export class OwnPerson {
  constructor(
    private readonly database: Database,
    private readonly transaction: IdempotentTransaction,
    private readonly clock: Clock,
  ) {}

  @RpcHandler(identity.getOwnPerson)
  get(_request: object, context: RpcContext) {
    const { environment, accountId, personId: id } = personOf(context);
    return this.database.reading(environment, async (manager) => {
      const person = await manager.findOneBy(Person, { environment, accountId, id });
      if (!person) throw expired();
      return describeOwnPerson(person, await findVerification(manager, person, this.clock.date()));
    });
  }

  @RpcHandler(identity.updateOwnPerson)
  async update(request: RequestOf<typeof identity.updateOwnPerson>, context: RpcContext) {
    const by = personOf(context);
    const { reply } = await this.transaction.run(context, request, async ({ manager, now }) => {
      const person = await lockOwnPerson(manager, by);
      const { displayName = person.displayName, language = person.language } = request;
      const change = { displayName, language, version: person.version + 1 };
      await manager.update(Person, { environment: by.environment, id: person.id }, change);
      return describeOwnPerson({ ...person, ...change }, await findVerification(manager, person, now));
    });
    return reply;
  }
}
