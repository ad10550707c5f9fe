import { IsNull, MoreThan } from 'typeorm';
import { Clock } from '#libs/clock';
import { identity, type Environment, type RequestOf } from '#libs/contracts';
import { Database, type Tx } from '#libs/database';
import { fail } from '#libs/errors';
import { asSignedIn, RpcHandler, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { hashResetToken } from '../../domain/credentials';
import { EmailVerification, PasswordReset, Person } from '../../storage/entities';
import { callerOf } from '../../views/account.view';

type Request = RequestOf<typeof identity.verifyEmail>;

/**
 * Whoever has a link that was sent to an address gets mail there. It works once; used, replaced, too old, of somebody removed and
 * never made are refused in the same words. @throws identity.verification_link_invalid
 */
@UseCase()
export class VerifyEmail {
  constructor(
    private readonly database: Database,
    private readonly transaction: IdempotentTransaction,
    private readonly clock: Clock,
  ) {}

  @RpcHandler(identity.verifyEmail)
  async execute(request: Request, context: RpcContext) {
    const environment = context.scope as Environment;
    const tokenHash = hashResetToken(request.token);
    const { person, email } = await this.find(environment, tokenHash);
    await this.transaction.run(asSignedIn(callerOf(person), context), request, async (tx) => {
      await this.useUp(tx, environment, tokenHash);
      return {};
    });
    return { username: person.username, email };
  }

  /** The act is theirs, so that they are found before it begins. */
  private find(environment: Environment, tokenHash: Buffer): Promise<{ person: Person; email: string }> {
    return this.database.reading(environment, async (manager) => {
      const expiresAt = MoreThan(this.clock.date());
      const link = await manager.findOneBy(EmailVerification, { environment, tokenHash, expiresAt });
      const person = link && (await manager.findOneBy(Person, { environment, id: link.personId }));
      return link && person ? { person, email: link.email } : refuse();
    });
  }

  /** The person first, as whoever replaces a link has them locked: both take the same way. */
  private async useUp({ manager, now }: Tx, environment: Environment, tokenHash: Buffer): Promise<void> {
    const before = await manager.findOneBy(EmailVerification, { environment, tokenHash });
    const where = before && { environment, id: before.personId };
    const person = where && (await manager.findOne(Person, { where, lock: { mode: 'for_no_key_update' } }));
    const link = await manager.findOneBy(EmailVerification, { environment, tokenHash, expiresAt: MoreThan(now) });
    if (!person || !link) refuse();
    const { id, version } = person;
    const { email } = link;
    await manager.update(Person, { environment, id }, { email, emailVerifiedAt: now, version: version + 1 });
    await manager.delete(EmailVerification, { environment, personId: id });
    // Whoever still reads what was sent to the address before sets no password with it.
    if (email !== person.email) await manager.delete(PasswordReset, { environment, personId: id, madeBy: IsNull() });
  }
}

function refuse(): never {
  fail('identity.verification_link_invalid', 'This link does not work: it was used, replaced or has expired.');
}
