import { Injectable } from '@nestjs/common';
import { subscriptions } from '#libs/contracts';
import type { Tx } from '#libs/database';
import { ReactsTo, type EventOf } from '#libs/messaging';
import { endKeysOf } from '../../subscription-end';

/** The guarantee behind the direct question: a cancelled subscription keeps no keys, in either environment. */
@Injectable()
export class OnSubscriptionCancelled {
  @ReactsTo(subscriptions.subscriptionCancelled)
  async endKeys({ data }: EventOf<typeof subscriptions.subscriptionCancelled>, tx: Tx): Promise<void> {
    if (tx.scope === 'shared') throw new Error('keys belong to an environment');
    await endKeysOf(tx, {
      environment: tx.scope,
      partnerId: data.partnerId,
      subscriptionId: data.subscriptionId,
      by: data.by,
    });
  }
}
