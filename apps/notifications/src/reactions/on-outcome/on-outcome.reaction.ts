import { Injectable } from '@nestjs/common';
import { consumers, type CloudEvent, type MessageId, type PartnerId } from '#libs/contracts';
import { newId, type Tx } from '#libs/database';
import { ReactsTo } from '#libs/messaging';
import { wordingOf } from '../../domain/wording';
import { Message } from '../../storage/entities';

const outcomes = [
  ...new Set(consumers.filter(({ service }) => service === 'notifications').flatMap(({ facts }) => facts)),
];

/** What every fact we listen to has; the rest differs. */
interface Outcome {
  partnerId: PartnerId;
  subscriptionId?: string;
  keyId?: string;
}

/** B50: an outcome becomes a message in the inbox of each account that is to know. */
@Injectable()
export class OnOutcome {
  @ReactsTo(...outcomes)
  async tell(event: CloudEvent, tx: Tx): Promise<void> {
    if (tx.scope === 'shared') throw new Error('an inbox belongs to an environment');
    const { partnerId, subscriptionId, keyId } = event.data as Outcome;
    await tx.manager.insert(Message, {
      environment: tx.scope,
      id: newId<MessageId>(),
      partnerId,
      eventId: event.id,
      type: event.type,
      ...wordingOf(event, tx.scope),
      subscriptionId: subscriptionId ?? null,
      keyId: keyId ?? null,
      occurredAt: new Date(event.time),
    });
  }
}
