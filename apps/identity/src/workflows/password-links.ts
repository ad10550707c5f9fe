import { Inject, Injectable } from '@nestjs/common';
import type { StaffId } from '#libs/contracts';
import type { Tx } from '#libs/database';
import { IdentityConfig } from '../config';
import { hashResetToken, newResetToken } from '../domain/credentials';
import { PasswordReset, type Person } from '../storage/entities';

/** Links with which somebody sets a new password, made by staff's rescue and shown to them. What is sent by mail: `MailedLinks`. */
@Injectable()
export class PasswordLinks {
  constructor(@Inject(IdentityConfig) private readonly config: IdentityConfig) {}

  /** The person is locked by whoever calls. A link that they had ends. */
  async make(
    { manager, now }: Tx,
    { environment, id: personId, partnerId, accountId }: Person,
    madeBy: StaffId,
  ): Promise<{ token: string; expiresAt: Date }> {
    const token = newResetToken(environment);
    const expiresAt = new Date(now.getTime() + this.config.SLIPWAY_RESET_LINK_SECONDS * 1_000);
    const tokenHash = hashResetToken(token);
    await manager.upsert(
      PasswordReset,
      { environment, personId, partnerId, accountId, tokenHash, expiresAt, madeBy, createdAt: now },
      ['environment', 'personId'],
    );
    return { token, expiresAt };
  }
}
