import { Injectable } from '@nestjs/common';
import { subscriptions } from '#libs/contracts';
import type { Tx } from '#libs/database';
import { EventHandler, unchanged, type EventOf, type Unchanged } from '#libs/events';
import { SubscriptionEnd } from '../../workflows/subscription-end';

/** The guarantee behind the direct call: a cancelled subscription keeps no keys, in either environment. */
@Injectable()
export class OnSubscriptionCancelled {
  constructor(private readonly subscriptionEnd: SubscriptionEnd) {}

  @EventHandler(subscriptions.subscriptionCancelled)
  async endKeys({ data }: EventOf<typeof subscriptions.subscriptionCancelled>, tx: Tx): Promise<Unchanged | undefined> {
    if (tx.scope === 'shared') throw new Error('keys belong to an environment');
    const ended = await this.subscriptionEnd.endKeys(tx, {
      environment: tx.scope,
      partnerId: data.partnerId,
      subscriptionId: data.subscriptionId,
      by: data.by,
      revokeTokens: data.revokeTokens,
    });
    return ended ? undefined : unchanged;
  }
}
