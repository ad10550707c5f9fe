import { actorOf, identity, type PersonCaller, type RequestOf } from '#libs/contracts';
import { Database, type Tx } from '#libs/database';
import { personOf, RpcHandler, sessionOf, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { Passwords } from '../../secrets/passwords';
import { EmailVerification, Person } from '../../storage/entities';
import { findVerification, lockOwnPerson } from '../../storage/own-person';
import { OwnSessions } from '../../storage/own-sessions';
import { describeOwnPerson } from '../../views/account.view';
import { LinkRequests } from '../../workflows/link-requests';
import { MailedLinks } from '../../workflows/mailed-links';
import { SessionAttempts, wrongPassword } from '../../workflows/session-attempts';

type Request = RequestOf<typeof identity.changeEmail>;

/**
 * Mail goes on to the address that they have until the new one is proved, and the account is sent a word of it: whoever has only
 * stolen a session, or a password, does not take a person over unseen. @throws identity.wrong_password, identity.too_many_requests
 */
@UseCase()
export class ChangeEmail {
  constructor(
    private readonly database: Database,
    private readonly transaction: IdempotentTransaction,
    private readonly passwords: Passwords,
    private readonly attempts: SessionAttempts,
    private readonly requests: LinkRequests,
    private readonly links: MailedLinks,
  ) {}

  @RpcHandler(identity.changeEmail)
  async execute(request: Request, context: RpcContext) {
    const by = personOf(context);
    const compared = await this.compare(by, request, context);
    const { reply } = await this.transaction.run(context, request, async (tx) => {
      const person = await lockOwnPerson(tx.manager, by);
      const [sessions, { id }] = [OwnSessions.ofPerson(by), sessionOf(context)];
      const before = await this.attempts.begin(tx.manager, sessions, id);
      if (!compared.isRight || compared.with !== person.passwordHash)
        return this.attempts.wrong(tx.manager, sessions, id, before, wrongPassword('/password'));
      await this.attempts.right(tx.manager, sessions, id);
      await this.change(tx, person, request.email, by);
      return describeOwnPerson(person, await findVerification(tx.manager, person, tx.now));
    });
    return reply;
  }

  /** Before the transaction, which no password hash may hold up. */
  private async compare(
    { environment, accountId, personId: id }: PersonCaller,
    { password }: Request,
    context: RpcContext,
  ) {
    const known = await this.database.reading(environment, (manager) =>
      manager.findOneBy(Person, { environment, accountId, id }),
    );
    const isRight = await this.passwords.inTurn(context, (matches) => matches(password, known?.passwordHash));
    return { with: known?.passwordHash, isRight };
  }

  private async change(tx: Tx, person: Person, email: string, by: PersonCaller): Promise<void> {
    const { environment, id: personId, partnerId, accountId, username } = person;
    if (email === person.email) {
      const pending = await tx.manager.findOneBy(EmailVerification, { environment, personId });
      if (pending && pending.email !== email) await tx.manager.delete(EmailVerification, { environment, personId });
      return;
    }
    await this.requests.requireFew('email_verification', environment, personId);
    const version = person.version + 2;
    await tx.manager.update(Person, { environment, id: personId }, { version });
    const changed = { partnerId, accountId, personId, username, by: actorOf(by) };
    await tx.publishEvent(identity.emailChangeRequested, { id: personId, version: version - 1 }, changed);
    await this.links.request(tx, { ...person, version }, 'email_verification', actorOf(by), email);
  }
}
