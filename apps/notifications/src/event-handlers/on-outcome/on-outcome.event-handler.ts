import { Injectable } from '@nestjs/common';
import {
  consumers,
  identity,
  type CloudEvent,
  type Environment,
  type MessageId,
  type PartnerId,
} from '#libs/contracts';
import { newId, type Tx } from '#libs/database';
import { EventHandler } from '#libs/events';
import { renderMessage } from '../../domain/templates';
import { Message, Provider } from '../../storage/entities';

const outcomes = [
  ...new Set(consumers.filter(({ service }) => service === 'notifications').flatMap(({ events }) => events)),
].filter((event) => event !== identity.providerChanged);

/** What every event we listen to has; the rest differs. */
interface Outcome {
  partnerId: PartnerId;
  subscriptionId?: string;
  keyId?: string;
  /** The only one that it concerns. */
  environment?: Environment;
}

/** What an inbox keeps: a key that is made and deleted over and over says so each time. */
export const messagesMax = 2_000;

/** B50: an outcome becomes a message in the inbox of each account that is to know. */
@Injectable()
export class OnOutcome {
  @EventHandler(...outcomes)
  async notify(event: CloudEvent, tx: Tx): Promise<void> {
    if (tx.scope === 'shared') throw new Error('an inbox belongs to an environment');
    const { partnerId, subscriptionId, keyId, environment = tx.scope } = event.data as Outcome;
    if (environment !== tx.scope) return;
    await tx.manager.insert(Message, {
      environment: tx.scope,
      id: newId<MessageId>(),
      partnerId,
      eventId: event.id,
      type: event.type,
      ...renderMessage(event, tx.scope, await tx.manager.findOneBy(Provider, { environment: tx.scope })),
      subscriptionId: subscriptionId ?? null,
      keyId: keyId ?? null,
      occurredAt: new Date(event.time),
    });
    await tx.manager.query(
      `delete from notifications.messages where environment = $1 and partner_id = $2 and id <= (
         select id from notifications.messages where environment = $1 and partner_id = $2
         order by id desc offset $3 limit 1)`,
      [tx.scope, partnerId, messagesMax],
    );
  }
}
