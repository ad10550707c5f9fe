import { Injectable } from '@nestjs/common';
import { subscriptions } from '#libs/contracts';
import type { Tx } from '#libs/database';
import { EventHandler, unchanged, type EventOf, type Unchanged } from '#libs/events';
import { SubscriptionStop } from '../../workflows/subscription-stop';

/** Nobody pays for a sandbox. */
const environment = 'production' as const;

/**
 * The guarantee behind the direct calls: what is no longer paid for has no production key that gets tokens, not even one
 * that was being made when the payment was undone; and once it is paid for it may have some again.
 */
@Injectable()
export class OnPayment {
  constructor(private readonly subscriptionStop: SubscriptionStop) {}

  @EventHandler(subscriptions.paymentUndone)
  async undone(
    { data, aggregateversion: version }: EventOf<typeof subscriptions.paymentUndone>,
    tx: Tx,
  ): Promise<Unchanged | undefined> {
    const { partnerId, subscriptionId } = data;
    const stopped = { environment, partnerId, subscriptionId, version, reason: 'payment' as const, revokeTokens: true };
    return (await this.subscriptionStop.stop(tx, stopped)) ? undefined : unchanged;
  }

  @EventHandler(subscriptions.paymentRecorded)
  async recorded(
    { data, aggregateversion: version }: EventOf<typeof subscriptions.paymentRecorded>,
    tx: Tx,
  ): Promise<Unchanged | undefined> {
    const { partnerId, subscriptionId } = data;
    const paid = { environment, partnerId, subscriptionId, version };
    return (await this.subscriptionStop.restore(tx, paid)) ? undefined : unchanged;
  }
}
