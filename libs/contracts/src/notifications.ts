import { z } from 'zod';
import { environments } from './environment';
import { messageId } from './ids';
import { questionsFor } from './question';

const question = questionsFor('notifications');

/** A message in an account's inbox, in words a person understands. */
export const message = z.object({
  id: messageId,
  /** CloudEvents type of the fact it tells, such as `subscriptions.submission-approved.v1`. */
  type: z.string(),
  title: z.string(),
  text: z.string(),
  subscriptionId: z.string().nullable(),
  keyId: z.string().nullable(),
  /** When it happened. */
  occurredAt: z.string(),
  readAt: z.string().nullable(),
});

export const listMessages = question({
  name: 'list-messages',
  scopes: environments,
  askedBy: ['gateway'],
  allow: 'person',
  request: z.object({ limit: z.number().int(), cursor: z.string().optional() }),
  reply: z.object({ items: z.array(message), nextCursor: z.string().nullable(), unread: z.number().int() }),
});

export const markRead = question({
  name: 'mark-read',
  scopes: environments,
  askedBy: ['gateway'],
  allow: 'person',
  request: z.object({ messageId }),
  reply: message,
});
