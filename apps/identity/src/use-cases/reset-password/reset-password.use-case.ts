import { MoreThan } from 'typeorm';
import { Clock } from '#libs/clock';
import { actorOf, identity, type Environment, type PersonCaller, type RequestOf } from '#libs/contracts';
import { Database, type Tx } from '#libs/database';
import { fail } from '#libs/errors';
import { asSignedIn, RpcHandler, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { hashResetToken } from '../../domain/credentials';
import { Passwords } from '../../secrets/passwords';
import { Account, PasswordReset, Person, StaffMember } from '../../storage/entities';
import { OwnSessions } from '../../storage/own-sessions';
import { callerOf } from '../../views/account.view';

type Request = RequestOf<typeof identity.resetPassword>;

/**
 * B58: a link works once, and ends all sessions. It gives none: whoever has used it signs in with the new password.
 * Used, replaced, too old, of somebody removed, made by staff who is it no longer, and never made are refused in the
 * same words. A password that is refused leaves the link as it is.
 * @throws identity.reset_link_invalid, identity.weak_password
 */
@UseCase()
export class ResetPassword {
  constructor(
    private readonly database: Database,
    private readonly transaction: IdempotentTransaction,
    private readonly passwords: Passwords,
    private readonly clock: Clock,
  ) {}

  @RpcHandler(identity.resetPassword)
  async execute(request: Request, context: RpcContext) {
    const environment = context.scope as Environment;
    const tokenHash = hashResetToken(request.token);
    const { person, account } = await this.find(environment, tokenHash);
    const passwordHash = await this.passwords.hashChosen(request.password, '/password', context);
    const by = callerOf(person);
    await this.transaction.run(asSignedIn(by, context), request, async (tx) => {
      const current = await this.lockPerson(tx, person);
      await this.useUp(tx, environment, tokenHash);
      await this.set(tx, current, by, passwordHash);
      return {};
    });
    return {
      account: { id: account.id, environment, domain: account.domain, state: account.state },
      username: person.username,
    };
  }

  /** Before the new password is hashed: what is no link costs nothing. */
  private find(environment: Environment, tokenHash: Buffer) {
    return this.database.reading(environment, async (manager) => {
      const where = { environment, tokenHash, expiresAt: MoreThan(this.clock.date()) };
      const reset = await manager.findOneBy(PasswordReset, where);
      const person = reset && (await manager.findOneBy(Person, { environment, id: reset.personId }));
      const account = person && (await manager.findOneBy(Account, { environment, id: person.accountId }));
      if (!person || !account) refuse();
      return { person, account };
    });
  }

  /** Whatever else is done with somebody's password takes turns here. */
  private async lockPerson({ manager }: Tx, { environment, id }: Person): Promise<Person> {
    const person = await manager.findOne(Person, { where: { environment, id }, lock: { mode: 'for_no_key_update' } });
    return person ?? refuse();
  }

  private async useUp({ manager, now }: Tx, environment: Environment, tokenHash: Buffer): Promise<void> {
    const reset = await manager.findOneBy(PasswordReset, { environment, tokenHash, expiresAt: MoreThan(now) });
    if (!reset || !(await this.isMakerStillAdmin(reset))) refuse();
    await manager.delete(PasswordReset, { environment, tokenHash });
  }

  /** What somebody has made who was then put off the staff must not outlive that. */
  private async isMakerStillAdmin({ madeBy }: PasswordReset): Promise<boolean> {
    if (madeBy === null) return true;
    return this.database.reading('shared', (manager) =>
      manager.existsBy(StaffMember, { id: madeBy, role: 'admin', active: true }),
    );
  }

  private async set(tx: Tx, person: Person, by: PersonCaller, passwordHash: string): Promise<void> {
    const { environment, id, partnerId, accountId, username } = person;
    const version = person.version + 1;
    await tx.manager.update(Person, { environment, id }, { passwordHash, version });
    await OwnSessions.ofPerson(by).endAll(tx.manager);
    await tx.publishEvent(
      identity.passwordChanged,
      { id, version },
      { partnerId, accountId, personId: id, username, withLink: true, by: actorOf(by) },
    );
  }
}

function refuse(): never {
  fail(
    'identity.reset_link_invalid',
    'This link does not work: it was used, replaced or has expired. Ask for a new one.',
  );
}
