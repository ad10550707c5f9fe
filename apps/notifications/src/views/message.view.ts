import type { Message } from '../storage/entities';

export const describeMessage = (message: Message) => ({
  id: message.id,
  type: message.type,
  title: message.title,
  text: message.text,
  subscriptionId: message.subscriptionId,
  keyId: message.keyId,
  occurredAt: message.occurredAt.toISOString(),
  readAt: message.readAt?.toISOString() ?? null,
});
