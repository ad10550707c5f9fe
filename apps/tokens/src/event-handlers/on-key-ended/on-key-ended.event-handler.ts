import { Injectable } from '@nestjs/common';
import { identity } from '#libs/contracts';
import type { Tx } from '#libs/database';
import { EventHandler, later, unchanged, type EventOf, type Later, type Unchanged } from '#libs/events';
import { Revocations } from '../../workflows/revocations';

type KeyEnded = typeof identity.keyRegenerated | typeof identity.keyRotated | typeof identity.keyDeleted;

/** By then the direct call has been answered, or never will be; and the old pair's last token has been made. */
const patienceMs = 8_000;

/**
 * The guarantee behind the direct call: where live tokens were to end with the key, they do. It waits for the
 * call first, because a revocation raised a moment too late would end tokens of the new secret.
 */
@Injectable()
export class OnKeyEnded {
  constructor(private readonly revocations: Revocations) {}

  @EventHandler<KeyEnded>(identity.keyRegenerated, identity.keyRotated, identity.keyDeleted)
  async endTokens({ data, time }: EventOf<KeyEnded>, tx: Tx): Promise<Later | Unchanged | undefined> {
    if (!data.revokeTokens || tx.scope === 'shared') return unchanged;
    const applicationId = 'previousApplicationId' in data ? data.previousApplicationId : data.applicationId;
    const endedAt = Date.parse(time);
    const revocation = await this.revocations.revokedBefore(tx, tx.scope, applicationId);
    if (revocation && revocation.getTime() >= endedAt) return unchanged;
    if (tx.now.getTime() < endedAt + patienceMs) return later(endedAt + patienceMs - tx.now.getTime());
    await this.revocations.raise(tx, tx.scope, { partnerId: data.partnerId, applicationId }, tx.now);
    return undefined;
  }
}
