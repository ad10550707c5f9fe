import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { MoreThan, type EntityManager } from 'typeorm';
import { identity, type Actor, type Environment, type EventDefinition, type PersonId } from '#libs/contracts';
import { purposeKey, SERVICE_KEY } from '#libs/crypto';
import type { Tx } from '#libs/database';
import { IdentityConfig } from '../config';
import { hashResetToken, mailedToken } from '../domain/credentials';
import { EmailVerification, PasswordReset, type Person } from '../storage/entities';

const eventOf = {
  password_reset: identity.passwordResetRequested,
  invitation: identity.personInvited,
  email_verification: identity.emailVerificationRequested,
} satisfies Record<identity.LinkKind, EventDefinition>;

/** Both of the first set a password: a newer one of either ends the older. */
const tableOf = (kind: identity.LinkKind) => (kind === 'email_verification' ? EmailVerification : PasswordReset);

/**
 * Links that are sent by mail (docs/adr/0036). What is published says that one is to be sent; its token is computed when it is, and is
 * nowhere kept but as a hash.
 */
@Injectable()
export class MailedLinks {
  private readonly key: Buffer;

  constructor(
    @Inject(IdentityConfig) private readonly config: IdentityConfig,
    @Inject(SERVICE_KEY) serviceKey: string,
  ) {
    this.key = purposeKey(serviceKey, 'mailed links');
  }

  /**
   * The person is new, or locked by whoever calls. A link of the kind that they had ends.
   * @param email the address to be proved, where it is not the one that they have
   */
  async request(tx: Tx, person: Person, kind: identity.LinkKind, by: Actor, email = person.email): Promise<void> {
    const { environment, id: personId, partnerId, accountId, username, version } = person;
    const requestId = randomUUID();
    const expiresAt = new Date(tx.now.getTime() + this.secondsOf(kind) * 1_000);
    const tokenHash = hashResetToken(mailedToken(this.key, environment, kind, requestId));
    const row = { environment, personId, partnerId, accountId, tokenHash, expiresAt, createdAt: tx.now };
    const primaryKey = ['environment', 'personId'];
    if (kind === 'email_verification') await tx.manager.upsert(EmailVerification, { ...row, email }, primaryKey);
    else await tx.manager.upsert(PasswordReset, { ...row, madeBy: null }, primaryKey);
    const data = { partnerId, accountId, personId, username, by, requestId, expiresAt: expiresAt.toISOString() };
    await tx.publishEvent(eventOf[kind], { id: personId, version }, data);
  }

  /** Of a request that is still good: the same each time. */
  async find(
    manager: EntityManager,
    environment: Environment,
    { kind, personId, requestId }: { kind: identity.LinkKind; personId: PersonId; requestId: string },
    now: Date,
  ): Promise<{ token: string; expiresAt: Date; email: string | null } | null> {
    const token = mailedToken(this.key, environment, kind, requestId);
    const where = { environment, personId, tokenHash: hashResetToken(token), expiresAt: MoreThan(now) };
    const row = await manager.findOneBy<PasswordReset | EmailVerification>(tableOf(kind), where);
    return row && { token, expiresAt: row.expiresAt, email: 'email' in row ? row.email : null };
  }

  private secondsOf(kind: identity.LinkKind): number {
    const { SLIPWAY_RESET_LINK_SECONDS, SLIPWAY_INVITATION_SECONDS, SLIPWAY_VERIFICATION_LINK_SECONDS } = this.config;
    if (kind === 'password_reset') return SLIPWAY_RESET_LINK_SECONDS;
    return kind === 'invitation' ? SLIPWAY_INVITATION_SECONDS : SLIPWAY_VERIFICATION_LINK_SECONDS;
  }
}
