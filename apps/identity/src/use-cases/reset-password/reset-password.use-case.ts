import { MoreThan } from 'typeorm';
import { Clock } from '#libs/clock';
import { actorOf, identity, type Environment, type PersonCaller, type RequestOf } from '#libs/contracts';
import { Database, type Tx } from '#libs/database';
import { fail } from '#libs/errors';
import { asSignedIn, RpcHandler, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { hashResetToken, isTokenOf } from '../../domain/credentials';
import { Passwords } from '../../secrets/passwords';
import { Account, PasswordReset, Person, StaffMember } from '../../storage/entities';
import { OwnSessions } from '../../storage/own-sessions';
import { callerOf } from '../../views/account.view';

type Request = RequestOf<typeof identity.resetPassword>;

/**
 * B58: a link works once, and ends all sessions. It gives none: whoever has used it signs in with the new password.
 * Used, replaced, too old, of somebody removed, made by staff who is it no longer, and never made are refused in the
 * same words. A password that is refused leaves the link as it is.
 * @throws identity.reset_link_invalid, identity.invitation_invalid, identity.weak_password
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
  reset(request: Request, context: RpcContext) {
    return this.withLink('password_reset', request, context, refuseReset);
  }

  /** B58: an invitation is the link with which somebody sets their first. */
  @RpcHandler(identity.acceptInvitation)
  accept(request: Request, context: RpcContext) {
    return this.withLink('invitation', request, context, refuseInvitation);
  }

  private async withLink(kind: identity.LinkKind, request: Request, context: RpcContext, refuse: () => never) {
    const environment = context.scope as Environment;
    if (!isTokenOf(kind, request.token)) refuse();
    const tokenHash = hashResetToken(request.token);
    const { person, account } = (await this.find(environment, tokenHash)) ?? refuse();
    const passwordHash = await this.passwords.hashChosen(request.password, '/password', context);
    const by = callerOf(person);
    await this.transaction.run(asSignedIn(by, context), request, async (tx) => {
      const current = (await this.lockPerson(tx, person)) ?? refuse();
      const link = (await this.useUp(tx, environment, tokenHash)) ?? refuse();
      await this.set(tx, current, by, passwordHash, link);
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
      return person && account ? { person, account } : undefined;
    });
  }

  /** Whatever else is done with somebody's password takes turns here. */
  private lockPerson({ manager }: Tx, { environment, id }: Person): Promise<Person | null> {
    return manager.findOne(Person, { where: { environment, id }, lock: { mode: 'for_no_key_update' } });
  }

  private async useUp(
    { manager, now }: Tx,
    environment: Environment,
    tokenHash: Buffer,
  ): Promise<PasswordReset | null> {
    const reset = await manager.findOneBy(PasswordReset, { environment, tokenHash, expiresAt: MoreThan(now) });
    if (!reset || !(await this.isMakerStillAdmin(reset))) return null;
    await manager.delete(PasswordReset, { environment, tokenHash });
    return reset;
  }

  /** What somebody has made who was then put off the staff must not outlive that. */
  private async isMakerStillAdmin({ madeBy }: PasswordReset): Promise<boolean> {
    if (madeBy === null) return true;
    return this.database.reading('shared', (manager) =>
      manager.existsBy(StaffMember, { id: madeBy, role: 'admin', active: true }),
    );
  }

  private async set(
    tx: Tx,
    person: Person,
    by: PersonCaller,
    passwordHash: string,
    { madeBy }: PasswordReset,
  ): Promise<void> {
    const { environment, id, partnerId, accountId, username } = person;
    const version = person.version + 1;
    // What staff has made was handed over in some way; what was sent by mail has been read where it was sent.
    const emailVerifiedAt = person.emailVerifiedAt ?? (madeBy === null ? tx.now : null);
    await tx.manager.update(Person, { environment, id }, { passwordHash, version, emailVerifiedAt, invitedAt: null });
    await OwnSessions.ofPerson(by).endAll(tx.manager);
    await tx.publishEvent(
      identity.passwordChanged,
      { id, version },
      { partnerId, accountId, personId: id, username, withLink: true, by: actorOf(by) },
    );
  }
}

function refuseInvitation(): never {
  fail(
    'identity.invitation_invalid',
    'This invitation does not work: it was accepted, replaced or has expired. Ask whoever invited you.',
  );
}

function refuseReset(): never {
  fail(
    'identity.reset_link_invalid',
    'This link does not work: it was used, replaced or has expired. Ask for a new one.',
  );
}
