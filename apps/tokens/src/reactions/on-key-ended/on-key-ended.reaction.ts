import { Injectable } from '@nestjs/common';
import { identity } from '#libs/contracts';
import type { Tx } from '#libs/database';
import { unavailable } from '#libs/errors';
import { ReactsTo, type EventOf } from '#libs/messaging';
import { Revocations } from '../../revocations';

type KeyEnded = typeof identity.keyRegenerated | typeof identity.keyRotated | typeof identity.keyDeleted;

/** By then the direct question has been answered, or never will be; and the old pair's last token has been made. */
const patienceMs = 8_000;

/**
 * The guarantee behind the direct question: where live tokens were to end with the key, they do. It waits for the
 * question first, because a floor raised a moment too late would end tokens of the new secret.
 */
@Injectable()
export class OnKeyEnded {
  constructor(private readonly revocations: Revocations) {}

  @ReactsTo<KeyEnded>(identity.keyRegenerated, identity.keyRotated, identity.keyDeleted)
  async endTokens({ data, time }: EventOf<KeyEnded>, tx: Tx): Promise<void> {
    if (!data.revokeTokens || tx.scope === 'shared') return;
    const applicationId = 'previousApplicationId' in data ? data.previousApplicationId : data.applicationId;
    const endedAt = Date.parse(time);
    const floor = await this.revocations.floorOf(tx, tx.scope, applicationId);
    if (floor && floor.getTime() >= endedAt) return;
    if (Date.now() < endedAt + patienceMs) throw unavailable(new Error('the direct question may still be on its way'));
    await this.revocations.raise(tx, tx.scope, applicationId, new Date());
  }
}
