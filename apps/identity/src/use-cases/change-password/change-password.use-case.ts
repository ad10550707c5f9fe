import { actorOf, identity, type PersonCaller, type RequestOf, type StaffCaller } from '#libs/contracts';
import { Database, type Tx } from '#libs/database';
import { personOf, RpcHandler, sessionOf, staffOf, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { Passwords } from '../../secrets/passwords';
import { expired } from '../../storage/callers';
import { PasswordReset, Person, StaffMember } from '../../storage/entities';
import { lockOwnPerson } from '../../storage/own-person';
import { OwnSessions } from '../../storage/own-sessions';
import { SessionAttempts, wrongPassword } from '../../workflows/session-attempts';

type Request = RequestOf<typeof identity.changePassword>;

/** What was found out before the transaction, which no password hash may hold up. */
interface Compared {
  /** The hash that `current` was compared with. */
  with: string | undefined;
  /** Of the new password, where the current one was right. */
  newHash: string | undefined;
}

/**
 * One's own password, of people and of staff. Their other sessions end, and a link that was to replace the old one; the
 * session in which they do it goes on. @throws identity.wrong_password, identity.weak_password
 */
@UseCase()
export class ChangePassword {
  constructor(
    private readonly database: Database,
    private readonly transaction: IdempotentTransaction,
    private readonly passwords: Passwords,
    private readonly attempts: SessionAttempts,
  ) {}

  @RpcHandler(identity.changePassword)
  async ofPerson(request: Request, context: RpcContext) {
    const person = personOf(context);
    const { environment, accountId, personId: id } = person;
    const known = await this.database.reading(environment, (manager) =>
      manager.findOneBy(Person, { environment, accountId, id }),
    );
    const compared = await this.compare(request, known?.passwordHash, context);
    const { reply } = await this.transaction.run(context, request, async (tx) => {
      const current = await lockOwnPerson(tx.manager, person);
      return this.inTurn(tx, OwnSessions.ofPerson(person), context, compared, current, (passwordHash) =>
        this.setOfPerson(tx, person, current, passwordHash),
      );
    });
    return reply;
  }

  @RpcHandler(identity.changeStaffPassword)
  async ofStaff(request: Request, context: RpcContext) {
    const member = staffOf(context);
    const known = await this.database.reading('shared', (manager) =>
      manager.findOneBy(StaffMember, { id: member.staffId }),
    );
    const compared = await this.compare(request, known?.passwordHash, context);
    const { reply } = await this.transaction.run(context, request, async (tx) => {
      const current = await this.lockMember(tx, member);
      return this.inTurn(tx, OwnSessions.ofStaff(member.staffId), context, compared, current, async (passwordHash) => {
        await tx.manager.update(StaffMember, { id: member.staffId }, { passwordHash });
      });
    });
    return reply;
  }

  private async compare(
    { current, new: next }: Request,
    passwordHash: string | undefined,
    context: RpcContext,
  ): Promise<Compared> {
    const isRight = await this.passwords.inTurn(context, (matches) => matches(current, passwordHash));
    return {
      with: passwordHash,
      newHash: isRight ? await this.passwords.hashChosen(next, '/new', context) : undefined,
    };
  }

  /** @param current whose row is locked: a password that was changed meanwhile is not the one that was compared */
  private async inTurn(
    { manager }: Tx,
    sessions: OwnSessions,
    context: RpcContext,
    compared: Compared,
    current: { passwordHash: string },
    set: (passwordHash: string) => Promise<void>,
  ) {
    const { id } = sessionOf(context);
    const before = await this.attempts.begin(manager, sessions, id);
    if (compared.newHash === undefined || compared.with !== current.passwordHash)
      return this.attempts.wrong(manager, sessions, id, before, wrongPassword('/current'));
    await set(compared.newHash);
    await this.attempts.right(manager, sessions, id);
    return { endedSessions: await sessions.endOthers(manager, id) };
  }

  private async setOfPerson(tx: Tx, by: PersonCaller, person: Person, passwordHash: string): Promise<void> {
    const { environment, accountId, partnerId, personId: id } = by;
    const version = person.version + 1;
    await tx.manager.update(Person, { environment, id }, { passwordHash, version });
    await tx.manager.delete(PasswordReset, { environment, personId: id });
    await tx.publishEvent(
      identity.passwordChanged,
      { id, version },
      { partnerId, accountId, personId: id, username: person.username, withLink: false, by: actorOf(by) },
    );
  }

  private async lockMember({ manager }: Tx, { staffId: id, role }: StaffCaller): Promise<StaffMember> {
    const where = { id, role, active: true };
    const member = await manager.findOne(StaffMember, { where, lock: { mode: 'for_no_key_update' } });
    if (!member) throw expired();
    return member;
  }
}
