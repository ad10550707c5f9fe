import { z } from 'zod';
import { contractOf } from './definitions';
import { environments } from './environment';
import { count, pageOf, pageRequest, time, written } from './fields';
import { messageId } from './ids';

const { query, command } = contractOf('notifications');

/** A message in an account's inbox, in words a person understands. */
export const message = z.object({
  id: messageId,
  /** CloudEvents type of the event it tells, such as `subscriptions.submission-approved.v1`. */
  type: written(),
  title: written(),
  text: written(10_000),
  subscriptionId: z.uuid().nullable(),
  keyId: z.uuid().nullable(),
  /** When it happened. */
  occurredAt: time(),
  readAt: time().nullable(),
});

export const listMessages = query({
  name: 'list-messages',
  scopes: environments,
  calledBy: ['gateway'],
  allow: 'person',
  request: z.object(pageRequest),
  reply: z.object({ ...pageOf(message), unread: count() }),
});

export const markRead = command({
  name: 'mark-read',
  scopes: environments,
  calledBy: ['gateway'],
  allow: 'person',
  errors: ['not_found'],
  request: z.object({ messageId }),
  reply: message,
});
