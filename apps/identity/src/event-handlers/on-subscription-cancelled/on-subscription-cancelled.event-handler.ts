import { Injectable } from '@nestjs/common';
import { subscriptions, type Environment } from '#libs/contracts';
import type { Tx } from '#libs/database';
import { EventHandler, unchanged, type EventOf, type Unchanged } from '#libs/events';
import { SubscriptionEnd } from '../../workflows/subscription-end';
import { SubscriptionStop } from '../../workflows/subscription-stop';

type Cancelled = EventOf<typeof subscriptions.subscriptionCancelled>;

/**
 * The guarantee behind the direct calls: a subscription that has ended keeps no keys, in either environment, and those of
 * one that may be restored are stopped until it is.
 */
@Injectable()
export class OnSubscriptionCancelled {
  constructor(
    private readonly subscriptionEnd: SubscriptionEnd,
    private readonly subscriptionStop: SubscriptionStop,
  ) {}

  @EventHandler(subscriptions.subscriptionCancelled)
  async cancelled({ data, aggregateversion }: Cancelled, tx: Tx): Promise<Unchanged | undefined> {
    const cancelled = { ...data, environment: environmentOf(tx) };
    const isNews =
      data.restorableUntil === null
        ? await this.subscriptionEnd.endKeys(tx, cancelled)
        : await this.subscriptionStop.stop(tx, { ...cancelled, reason: 'cancelled', version: aggregateversion });
    return isNews ? undefined : unchanged;
  }

  @EventHandler(subscriptions.subscriptionRestored)
  async restored(
    { data, aggregateversion }: EventOf<typeof subscriptions.subscriptionRestored>,
    tx: Tx,
  ): Promise<Unchanged | undefined> {
    const restored = { ...data, environment: environmentOf(tx), version: aggregateversion };
    return (await this.subscriptionStop.restore(tx, restored)) ? undefined : unchanged;
  }

  /** Tokens were ended with the cancellation, or were to live on. */
  @EventHandler(subscriptions.subscriptionEnded)
  async ended({ data }: EventOf<typeof subscriptions.subscriptionEnded>, tx: Tx): Promise<Unchanged | undefined> {
    const ended = { ...data, environment: environmentOf(tx), revokeTokens: false };
    return (await this.subscriptionEnd.endKeys(tx, ended)) ? undefined : unchanged;
  }
}

function environmentOf({ scope }: Tx): Environment {
  if (scope === 'shared') throw new Error('keys belong to an environment');
  return scope;
}
