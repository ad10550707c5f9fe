import { z } from 'zod';
import { contractOf } from './definitions';
import { environments, environmentSchema } from './environment';
import { count, freeJson, httpUrl, pageOf, pageRequest, presented, text, time, whole, written } from './fields';
import { deliveryId, eventId, mailId, messageId, partnerId, personId, subscriptionId, webhookId } from './ids';
import { publicEventTypes } from './public-events';
import type { RpcMethod } from './rpc-method';

export { webhookDisabled, webhookFailing, webhookVerified } from './webhook-events';

const { query, command, broadcast } = contractOf('notifications');

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
  /** When whoever calls has read it. */
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

/** For the caller alone, what their inbox had up to a message that they have seen; what came behind it stays as it is. */
export const markAllRead = command({
  name: 'mark-all-read',
  scopes: environments,
  calledBy: ['gateway'],
  allow: 'person',
  errors: ['not_found'],
  request: z.object({ upTo: messageId }),
  reply: z.object({ unread: count() }),
});

/** An address of an account, or of the provider itself, to which what happens is sent (B51). */
export const webhook = z.object({
  id: webhookId,
  /** Null: the provider's own, which is told what every partner is told. */
  partnerId: partnerId.nullable(),
  url: written(500),
  description: written(),
  /** The types it is sent; null: all. */
  events: z.array(written()).max(publicEventTypes.length).nullable(),
  enabled: z.boolean(),
  /** `owner`: switched off by somebody; `gone`: it has answered 410; `failing`: nothing was accepted for days. */
  disabledReason: z.enum(['owner', 'gone', 'failing']).nullable(),
  /** Since when nothing was accepted. */
  failingSince: time().nullable(),
  /** Until when the secret before the last rotation signs, too. */
  previousSecretUntil: time().nullable(),
  createdAt: time(),
});
export type Webhook = z.output<typeof webhook>;

const webhookWithSecret = webhook.extend({
  /** Null in the answer to a repetition: it was shown, once. */
  secret: written(200).nullable(),
  secretAlreadyShown: z.boolean(),
  warning: written(),
});
export type WebhookWithSecret = z.output<typeof webhookWithSecret>;

const ofWebhook = { scopes: environments, calledBy: ['gateway', 'admin'] } as const;

/** The members of a webhook that somebody chooses. */
const eventTypes = z
  .array(z.enum(publicEventTypes, 'must be a type that GET /v1/event-types lists with `webhookFilter`'))
  .min(1)
  .max(publicEventTypes.length)
  .nullable();
const description = text({ min: 0, max: 200 });

export const createWebhook = command({
  ...ofWebhook,
  name: 'create-webhook',
  allow: 'developer_or_admin',
  errors: ['notifications.webhook_limit_reached'],
  request: z.object({ url: httpUrl(), description: description.default(''), events: eventTypes.default(null) }),
  reply: webhookWithSecret,
});

export const listWebhooks = query({
  ...ofWebhook,
  name: 'list-webhooks',
  allow: 'member',
  /** Asked by staff: those of a partner; unless named, the provider's own. A person has those of their account. */
  request: z.object({ ...pageRequest, partnerId: partnerId.optional() }),
  reply: z.object(pageOf(webhook)),
});

export const getWebhook = query({
  ...ofWebhook,
  name: 'get-webhook',
  allow: 'member',
  errors: ['not_found'],
  request: z.object({ webhookId }),
  reply: webhook,
});

export const updateWebhook = command({
  ...ofWebhook,
  name: 'update-webhook',
  allow: 'developer_or_admin',
  errors: ['not_found'],
  request: z.object({
    webhookId,
    url: httpUrl().optional(),
    description: description.optional(),
    events: eventTypes.optional(),
    enabled: z.boolean().optional(),
  }),
  reply: webhook,
});

export const deleteWebhook = command({
  ...ofWebhook,
  name: 'delete-webhook',
  allow: 'developer_or_admin',
  errors: ['not_found'],
  request: z.object({ webhookId }),
  reply: z.object({}),
});

const overlapSecondsMax = 7 * 86_400;

export const rotateWebhookSecret = command({
  ...ofWebhook,
  name: 'rotate-webhook-secret',
  allow: 'developer_or_admin',
  errors: ['not_found'],
  request: z.object({
    webhookId,
    /** Seconds in which what is sent is signed with both secrets. */
    overlapSeconds: whole({ min: 0, max: overlapSecondsMax }).default(86_400),
  }),
  reply: webhookWithSecret,
});

export const deliveryState = z.enum(['waiting', 'delivered', 'failed', 'ended']);
export type DeliveryState = z.output<typeof deliveryState>;

export const delivery = z.object({
  id: deliveryId,
  /** `webhook-id` of what is sent. */
  eventId,
  type: written(),
  /** `failed`: every attempt has; `ended`: the webhook was switched off or deleted first. */
  state: deliveryState,
  attempts: count(),
  /** HTTP status of the last attempt; null: none, or there was no answer. */
  lastStatus: count().nullable(),
  createdAt: time(),
  nextAttemptAt: time().nullable(),
});

export const deliveryAttempt = z.object({
  at: time(),
  /** Null: there was no answer. */
  status: count().nullable(),
  latencyMs: count(),
  /** The first of what was answered. */
  excerpt: written(1_000).nullable(),
  /** Why it counts as failed; null: it does not. */
  error: written(500).nullable(),
});

/** The newest that are shown of a delivery. */
const attemptsMax = 50;

export const listDeliveries = query({
  ...ofWebhook,
  name: 'list-deliveries',
  allow: 'member',
  errors: ['not_found'],
  request: z.object({ ...pageRequest, webhookId, state: deliveryState.optional() }),
  reply: z.object(pageOf(delivery)),
});

export const getDelivery = query({
  ...ofWebhook,
  name: 'get-delivery',
  allow: 'member',
  errors: ['not_found'],
  request: z.object({ webhookId, deliveryId }),
  reply: delivery.extend({
    /** What is sent: the same bytes each time. */
    body: written(20_000),
    log: z.array(deliveryAttempt).max(attemptsMax),
  }),
});

export const testWebhook = command({
  ...ofWebhook,
  name: 'test-webhook',
  allow: 'developer_or_admin',
  errors: ['not_found', 'notifications.webhook_disabled'],
  request: z.object({ webhookId }),
  reply: delivery,
});

export const replayDelivery = command({
  ...ofWebhook,
  name: 'replay-delivery',
  allow: 'developer_or_admin',
  errors: ['not_found', 'notifications.webhook_disabled'],
  request: z.object({ webhookId, deliveryId }),
  reply: delivery,
});

export const replayDeliveries = command({
  ...ofWebhook,
  name: 'replay-deliveries',
  allow: 'developer_or_admin',
  errors: ['not_found', 'notifications.webhook_disabled'],
  /** Whatever failed or was ended, of what has happened since. */
  request: z.object({ webhookId, since: time() }),
  /** `more`: there are others yet, so call it again. */
  reply: z.object({ replayed: count(), more: z.boolean() }),
});

/**
 * What has become of a mail. `waiting`: to be sent, or to be tried again; `sent`: the mail server has taken it; `bounced`: a
 * mail server has refused the address or the mail for good; `failed`: it was tried for as long as it is; `kept`: there is no
 * mail server, so staff reads it here; `dropped`: there is nobody to send it to any more, or they want none of its kind.
 */
export const mailState = z.enum(['waiting', 'sent', 'bounced', 'failed', 'kept', 'dropped']);
export type MailState = z.infer<typeof mailState>;

/** A mail to one person. */
export const mail = z.object({
  id: mailId,
  environment: environmentSchema,
  partnerId,
  /** Of a mail to the staff: their ID there. */
  personId,
  audience: z.enum(['partner', 'staff']).default('partner'),
  /** CloudEvents type of the event it tells. */
  type: written(),
  state: mailState,
  /** Where it went, or was to go, last; null: nobody has tried yet. */
  to: written().nullable(),
  subject: written().nullable(),
  /** What it says in plain text. */
  text: written(20_000).nullable(),
  /** Why it is where it is, as the mail server has put it. */
  reason: written(1_000).nullable(),
  attempts: count(),
  createdAt: time(),
  sentAt: time().nullable(),
  /** When it is tried again. */
  nextAttemptAt: time().nullable(),
});

/** Of both environments, newest first. */
export const listMails = query({
  name: 'list-mails',
  scopes: ['shared'],
  calledBy: ['admin'],
  // They carry what reviewers wrote, whoever may review what.
  allow: 'admin',
  request: z.object({ ...pageRequest, state: mailState.optional(), partnerId: partnerId.optional() }),
  reply: z.object(pageOf(mail)),
});

/** How people are told, beside the inbox, which has everything. */
export const channel = z.enum(['email']);

/**
 * What is told, by what it means to a person. `security`: passwords, roles, links; `account`: whether and where the account
 * may use the API; `outcomes`: decisions, and what they make of production; `progress`: what the account's own people do with
 * a subscription; `keys`: keys, and API access; `webhooks`: those that fail.
 */
export const newsKind = z.enum(['security', 'account', 'outcomes', 'progress', 'keys', 'webhooks']);
export type NewsKind = z.output<typeof newsKind>;

export const preference = z.object({
  channel,
  kind: newsKind,
  enabled: z.boolean(),
  /** It cannot be switched off. */
  essential: z.boolean(),
});

export const listPreferences = query({
  name: 'list-preferences',
  scopes: environments,
  calledBy: ['gateway'],
  allow: 'person',
  request: z.object({}),
  reply: z.object({
    items: z.array(preference).max(newsKind.options.length),
    /** What became of the mail that was tried last, so that whoever gets none sees why; null: none was. */
    lastMail: z
      .object({
        state: mailState,
        to: written().nullable(),
        reason: written(1_000).nullable(),
        createdAt: time(),
      })
      .nullable(),
  }),
});

export const setPreference = command({
  name: 'set-preference',
  scopes: environments,
  calledBy: ['gateway'],
  allow: 'person',
  errors: ['not_found', 'notifications.essential'],
  request: z.object({ channel, kind: newsKind, enabled: z.boolean() }),
  reply: preference,
});

/** RFC 8058: with the token of a mail, whose person wants no more of its kind. As often as one likes. */
export const unsubscribe = command({
  name: 'unsubscribe',
  scopes: environments,
  calledBy: ['gateway'],
  allow: 'anyone',
  errors: ['not_found'],
  request: z.object({ token: presented({ max: 300 }) }),
  reply: z.object({ partnerId, personId, kind: newsKind }),
});

/** How many events a feed had when it was given out (B52). */
const feedCursor = count;

/** What has happened, as CloudEvents 1.0: `data` is what webhooks are sent, `id` their `webhook-id`. */
export const publicCloudEvent = z.object({
  specversion: z.literal('1.0'),
  id: eventId,
  /** The provider's Slipway, and the environment. */
  source: written(500),
  type: written(),
  time: time(),
  datacontenttype: z.literal('application/json'),
  /** Its place in the feed that it is read from; one more than that of the event before it. */
  cursor: feedCursor(),
  /** Of each type the members are in the catalogue of events; a member is text, a number, a switch, or nothing. */
  data: freeJson(z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).nullable()), 20_000),
});
export type PublicCloudEvent = z.output<typeof publicCloudEvent>;

const feedRequest = {
  after: feedCursor().optional(),
  limit: whole({ min: 1, max: 200 }).default(50),
  /** Where to begin without `after`: with the oldest that is kept, or behind all that there is. */
  begin: z.enum(['oldest', 'end']).default('oldest'),
};
const feedPart = z.object({
  /** Oldest first. */
  items: z.array(publicCloudEvent).max(200),
  /** `after` of the next request; given where there was nothing, too. */
  nextCursor: feedCursor(),
  /** There are others at once. */
  more: z.boolean(),
});
export type FeedPart = z.output<typeof feedPart>;

/** What has happened to a person's account; for staff what has happened to everybody's, unless they name a partner. */
export const listEvents = query({
  name: 'list-events',
  scopes: environments,
  calledBy: ['gateway', 'admin'],
  allow: 'member',
  errors: ['cursor_expired'],
  request: z.object({ ...feedRequest, partnerId: partnerId.optional() }),
  reply: feedPart,
});

/** What has happened to one subscription, for whoever has a session token of one of its keys: the gateway has verified it. */
export const listSubscriptionEvents = query({
  name: 'list-subscription-events',
  scopes: environments,
  calledBy: ['gateway'],
  allow: 'service',
  errors: ['cursor_expired'],
  request: z.object({ ...feedRequest, partnerId, subscriptionId }),
  reply: feedPart,
});

/** One type of what webhooks, feeds and streams bring. */
export const publicEventType = z.object({
  /** By which webhooks are narrowed, and that of the event itself. */
  type: written(),
  /** When it is published, in a sentence. */
  when: written(1_000),
  /** Whose accounts are told. */
  environments: z.array(environmentSchema).max(environments.length),
  /** False: only sent when somebody asks for it, whatever the filter, and in no feed. */
  webhookFilter: z.boolean(),
  /** Of its data, as JSON Schema. */
  schema: freeJson(z.record(z.string(), z.unknown()), 20_000),
});

/** Whoever may read events may know which there are. Every edge has the contracts, and tells it without a call. */
export const listEventTypes: RpcMethod = {
  ...listEvents,
  name: 'list-event-types',
  errors: [],
  request: z.object({}),
  reply: z.object(pageOf(publicEventType)),
};

/** In place of a partner: the feed of all that happens in an environment. */
export const everyone = '00000000-0000-0000-0000-000000000000' as z.output<typeof partnerId>;

export const fedAtOnceMax = 256;

/** Whose feeds have something new: whoever waits for it reads at once. */
export const fed = broadcast({
  name: 'fed',
  scopes: environments,
  receivedBy: ['gateway', 'admin'],
  guarantee: 'Edges read the feed again every few seconds while somebody waits.',
  data: z.object({ partnerIds: z.array(partnerId).max(fedAtOnceMax) }),
});
