import type { Message } from '../storage/entities';

/** @param readAt when whoever is shown it has read it */
export const describeMessage = (message: Message, readAt: Date | null) => ({
  id: message.id,
  type: message.type,
  title: message.title,
  text: message.text,
  subscriptionId: message.subscriptionId,
  keyId: message.keyId,
  occurredAt: message.occurredAt.toISOString(),
  readAt: readAt?.toISOString() ?? null,
});
