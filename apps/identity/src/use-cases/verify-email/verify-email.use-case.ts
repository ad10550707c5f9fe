import { MoreThan } from 'typeorm';
import { Clock } from '#libs/clock';
import { identity, type Environment, type RequestOf } from '#libs/contracts';
import { Database, type Tx } from '#libs/database';
import { fail } from '#libs/errors';
import { asSignedIn, RpcHandler, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { hashResetToken } from '../../domain/credentials';
import { EmailVerification, Person } from '../../storage/entities';
import { callerOf } from '../../views/account.view';

type Request = RequestOf<typeof identity.verifyEmail>;

/**
 * Whoever has a link that was sent to an address gets mail there. It works once; used, replaced, too old, of somebody removed, of an
 * address that is no longer theirs and never made are refused in the same words. @throws identity.verification_link_invalid
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
    const person = await this.find(environment, tokenHash);
    await this.transaction.run(asSignedIn(callerOf(person), context), request, async (tx) => {
      await this.useUp(tx, environment, tokenHash);
      return {};
    });
    return { username: person.username, email: person.email };
  }

  /** The act is theirs, so that they are found before it begins. */
  private find(environment: Environment, tokenHash: Buffer): Promise<Person> {
    return this.database.reading(environment, async (manager) => {
      const expiresAt = MoreThan(this.clock.date());
      const link = await manager.findOneBy(EmailVerification, { environment, tokenHash, expiresAt });
      return (link && (await manager.findOneBy(Person, { environment, id: link.personId }))) ?? refuse();
    });
  }

  /** The person first, as whoever replaces a link has them locked: both take the same way. */
  private async useUp({ manager, now }: Tx, environment: Environment, tokenHash: Buffer): Promise<void> {
    const before = await manager.findOneBy(EmailVerification, { environment, tokenHash });
    const where = before && { environment, id: before.personId };
    const person = where && (await manager.findOne(Person, { where, lock: { mode: 'for_no_key_update' } }));
    const link = await manager.findOneBy(EmailVerification, { environment, tokenHash, expiresAt: MoreThan(now) });
    if (!person || !link || link.email !== person.email) refuse();
    await manager.update(Person, { environment, id: person.id }, { emailVerifiedAt: now });
    await manager.delete(EmailVerification, { environment, personId: person.id });
  }
}

function refuse(): never {
  fail('identity.verification_link_invalid', 'This link does not work: it was used, replaced or has expired.');
}
