import type { EntityManager } from 'typeorm';
import type { Environment, EventId, MessageId, PartnerId } from '#libs/contracts';
import { newId } from '#libs/database';
import { Message } from './entities';

interface OwnMessage {
  environment: Environment;
  partnerId: PartnerId;
  eventId: EventId;
  type: string;
  title: string;
  text: string;
  at: Date;
}

/** Of what has happened here, and in no other service. */
export async function insertMessage(manager: EntityManager, { at, ...message }: OwnMessage): Promise<void> {
  const nothing = { subscriptionId: null, keyId: null, readAt: null };
  await manager.insert(Message, { ...message, ...nothing, id: newId<MessageId>(), occurredAt: at });
}
