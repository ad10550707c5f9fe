import { Inject, Injectable } from '@nestjs/common';
import type { StaffId } from '#libs/contracts';
import type { Tx } from '#libs/database';
import { IdentityConfig } from '../config';
import { hashResetToken, newResetToken } from '../domain/credentials';
import { PasswordReset, type Person } from '../storage/entities';

/**
 * Links with which somebody sets a new password. Staff's rescue makes them and shows them; what is to send them by mail
 * makes them in the same way, with nobody in `madeBy`.
 */
@Injectable()
export class PasswordLinks {
  constructor(@Inject(IdentityConfig) private readonly config: IdentityConfig) {}

  /** The person is locked by whoever calls. A link that they had ends. */
  async make(
    { manager, now }: Tx,
    { environment, id: personId, partnerId, accountId }: Person,
    madeBy: StaffId | null,
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
