import { Inject, Injectable } from '@nestjs/common';
import { actorOf, subscriptions, type Caller, type ReviewMessageId } from '#libs/contracts';
import { newId, type Tx } from '#libs/database';
import { fail, SlipwayError } from '#libs/errors';
import { SubscriptionsConfig } from '../config';
import { secondsToWait } from '../domain/talk-bounds';
import { InternalNote, ReviewMessage, type Side } from '../storage/entities';
import { countOfSide, lastButOf, lockTalkOf, type Talk } from '../storage/review-talk.repository';
import type { SubscriptionWithPlan } from '../storage/subscriptions.repository';
import { aggregateOf, subscriptionEventData } from '../views/subscription.event-data';

interface New {
  by: Caller;
  text: string;
}

/** B48: what is written about a review, by either side to the other, and by staff for itself. */
@Injectable()
export class ReviewTalking {
  constructor(@Inject(SubscriptionsConfig) private readonly config: SubscriptionsConfig) {}

  /** The other side is told. @throws subscriptions.message_limit_reached, subscriptions.too_many_messages */
  async send(tx: Tx, withPlan: SubscriptionWithPlan, { by, text }: New): Promise<ReviewMessage> {
    const message = await this.write(tx, ReviewMessage, withPlan, { by, text });
    const event = message.side === 'staff' ? subscriptions.messageSentByStaff : subscriptions.messageSentByPartner;
    const { id, version } = aggregateOf(withPlan);
    // It changes nothing of the subscription: it is told after what has brought that to this version.
    await tx.publishEvent(
      event,
      { id, version, follows: version },
      { ...subscriptionEventData(withPlan, message.author), messageId: message.id, text },
    );
    return message;
  }

  /** Nobody is told. @throws subscriptions.message_limit_reached, subscriptions.too_many_messages */
  note(tx: Tx, withPlan: SubscriptionWithPlan, given: New): Promise<InternalNote> {
    return this.write(tx, InternalNote, withPlan, given);
  }

  private async write(tx: Tx, talk: Talk, { subscription }: SubscriptionWithPlan, { by, text }: New) {
    const { id: subscriptionId, partnerId } = subscription;
    const side: Side = by.kind === 'staff' ? 'staff' : 'partner';
    await lockTalkOf(tx.manager, partnerId);
    await this.requireFew(tx, talk, { subscriptionId, partnerId, side });
    const row = {
      id: newId<ReviewMessageId>(),
      subscriptionId,
      partnerId,
      text,
      author: actorOf(by),
      side,
      at: tx.now,
    };
    await tx.manager.insert(talk, row);
    return row;
  }

  /** People write; a program that does not end is stopped. */
  private async requireFew(
    { manager, now }: Tx,
    talk: Talk,
    own: Pick<ReviewMessage, 'subscriptionId' | 'partnerId' | 'side'>,
  ): Promise<void> {
    const limit = subscriptions.reviewMessagesMax;
    if ((await countOfSide(manager, talk, own.subscriptionId, own.side)) >= limit)
      fail('subscriptions.message_limit_reached', `There are ${limit} about this subscription, and no more fit.`, {
        limit,
      });
    const perHour = this.config.SLIPWAY_MESSAGES_PER_HOUR;
    const retryAfterSeconds = secondsToWait(await lastButOf(manager, talk, own, perHour), now);
    if (retryAfterSeconds > 0)
      throw new SlipwayError(
        'subscriptions.too_many_messages',
        `In an hour ${perHour} can be written. Try again later.`,
        {
          retryAfterSeconds,
        },
      );
  }
}
