import { Injectable } from '@nestjs/common';
import { fenceMs, identity } from '#libs/contracts';
import type { Tx } from '#libs/database';
import { ReactsTo, type EventOf } from '#libs/messaging';
import { Revocations } from '../../revocations';

type KeyEnded = typeof identity.keyRegenerated | typeof identity.keyRotated | typeof identity.keyDeleted;

/** The guarantee behind the direct question: where live tokens were to end with the key, they do. */
@Injectable()
export class OnKeyEnded {
  constructor(private readonly revocations: Revocations) {}

  @ReactsTo<KeyEnded>(identity.keyRegenerated, identity.keyRotated, identity.keyDeleted)
  async endTokens({ data, time }: EventOf<KeyEnded>, tx: Tx): Promise<void> {
    if (!data.revokeTokens || tx.scope === 'shared') return;
    const applicationId = 'previousApplicationId' in data ? data.previousApplicationId : data.applicationId;
    // No earlier token is younger than this; and it never passes the floor of the direct question, which waited as long.
    await this.revocations.raise(tx, tx.scope, applicationId, new Date(Date.parse(time) + fenceMs));
  }
}
