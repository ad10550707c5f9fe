import { z } from 'zod';
import { consumers } from './consumers';
import { environments, type Environment } from './environment';
import { eventType, type EventDefinition } from './event';
import { count, time, written } from './fields';
import * as gateway from './gateway';
import * as identity from './identity';
import { webhookId } from './ids';
import * as subscriptions from './subscriptions';
import * as tokens from './tokens';
import { webhookDisabled, webhookFailing } from './webhook-events';

/**
 * What leaves the house: whatever partners are told, by webhook and wherever else programs listen, as Standard Webhooks
 * has it (`type`, `timestamp`, `data`). Thin: ids, and the address at which whoever may know finds the present state. No
 * name, no notes, nobody of the staff.
 */
export interface PublicEvent {
  /** The contract's: `subscriptions.changes-requested.v1`. */
  type: string;
  when: string;
  /** Whose accounts are told. */
  environments: readonly Environment[];
  data: z.ZodObject;
  /** What of the event's own data leaves. */
  members: readonly string[];
  /** Where the present state is, at the gateway; `{name}` stands for that member. */
  path: string;
}

/** What every one has beside its own ids. */
const always = {
  /** Counts the changes of what it is about, so that what arrives late is known to be old. */
  sequence: count(),
  /** Of the present state, for whoever is signed in to the account. */
  url: written(500),
};

/** Whose inboxes it comes into. */
const environmentsOf = (event: EventDefinition): readonly Environment[] =>
  environments.filter((environment) =>
    consumers.some(
      ({ service, into, events }) => service === 'notifications' && into === environment && events.includes(event),
    ),
  );

const publicEvent = <Shape extends z.ZodRawShape>(
  event: EventDefinition<z.ZodObject<Shape>>,
  path: string,
  ...members: (keyof Shape & string)[]
): PublicEvent => ({
  type: eventType(event),
  when: event.when,
  environments: environmentsOf(event),
  data: z.object({ ...Object.fromEntries(members.map((name) => [name, event.data.shape[name]])), ...always }),
  members,
  path,
});

const subscription = '/v1/subscriptions/{subscriptionId}';
const ofSubscription = ['partnerId', 'subscriptionId'] as const;
const ofReviewMessage = [...ofSubscription, 'messageId'] as const;
const ofSubmission = [...ofSubscription, 'submissionId', 'number'] as const;
const key = '/v1/keys/{keyId}';
const ofKey = ['partnerId', 'accountId', 'subscriptionId', 'keyId', 'applicationId'] as const;
const ofUsedKey = ['partnerId', 'accountId', 'subscriptionId', 'keyId'] as const;
const ofPerson = ['partnerId', 'accountId', 'personId'] as const;
const account = '/v1/account';
const sandbox = '/v1/sandbox';
const webhook = '/v1/webhooks/{webhookId}';

const ofContracts: readonly PublicEvent[] = [
  publicEvent(identity.partnerVerified, account, 'partnerId'),
  publicEvent(identity.eligibilityChanged, account, 'partnerId', 'environment'),
  publicEvent(identity.registrationExpiring, account, 'partnerId', 'expiresAt'),
  publicEvent(identity.registrationExpired, account, 'partnerId'),
  publicEvent(identity.partnerSuspended, account, 'partnerId'),
  publicEvent(identity.partnerReinstated, account, 'partnerId'),
  publicEvent(identity.sandboxProvisioned, sandbox, 'partnerId'),
  publicEvent(identity.sandboxFailed, sandbox, 'partnerId'),
  publicEvent(identity.sandboxActivated, sandbox, 'partnerId'),
  publicEvent(identity.apiAccessChanged, account, 'partnerId', 'accountId', 'enabled'),
  publicEvent(identity.passwordChanged, '/v1/account/users', ...ofPerson),
  publicEvent(identity.rescueStarted, '/v1/account/users', ...ofPerson),
  publicEvent(identity.roleChanged, '/v1/account/users', ...ofPerson),
  publicEvent(identity.emailChangeRequested, '/v1/account/users', ...ofPerson),
  publicEvent(identity.keyCreated, key, ...ofKey),
  publicEvent(identity.keyRegenerated, key, ...ofKey, 'previousApplicationId'),
  publicEvent(identity.keyRotated, key, ...ofKey, 'previousSecretUntil'),
  publicEvent(identity.keyDeleted, key, ...ofKey),
  publicEvent(identity.keyExpiring, key, ...ofKey, 'expiresAt', 'daysLeft'),
  publicEvent(identity.keyExpired, key, ...ofKey, 'expiresAt'),
  publicEvent(tokens.firstToken, key, ...ofUsedKey, 'at'),
  publicEvent(gateway.firstCall, key, ...ofUsedKey, 'method', 'status', 'requestId', 'at'),
  publicEvent(subscriptions.subscriptionCreated, subscription, ...ofSubscription),
  publicEvent(subscriptions.submissionReceived, subscription, ...ofSubmission),
  publicEvent(subscriptions.submissionAssigned, subscription, ...ofSubmission),
  publicEvent(subscriptions.firstApprovalGiven, subscription, 'subscriptionId', 'submissionId', 'number'),
  publicEvent(subscriptions.submissionWithdrawn, subscription, ...ofSubmission),
  publicEvent(subscriptions.submissionApproved, subscription, ...ofSubmission),
  publicEvent(subscriptions.submissionRejected, subscription, ...ofSubmission),
  publicEvent(subscriptions.changesRequested, subscription, ...ofSubmission),
  publicEvent(subscriptions.subscriptionReopened, subscription, ...ofSubscription),
  publicEvent(subscriptions.messageSentByStaff, `${subscription}/messages`, ...ofReviewMessage),
  publicEvent(subscriptions.messageSentByPartner, `${subscription}/messages`, ...ofReviewMessage),
  publicEvent(subscriptions.paymentRecorded, subscription, ...ofSubscription),
  publicEvent(subscriptions.paymentUndone, subscription, ...ofSubscription),
  publicEvent(subscriptions.productionUnlocked, subscription, ...ofSubscription),
  publicEvent(subscriptions.productionLocked, subscription, ...ofSubscription),
  publicEvent(subscriptions.subscriptionCancelled, subscription, ...ofSubscription),
  publicEvent(subscriptions.subscriptionRestored, subscription, ...ofSubscription),
  publicEvent(subscriptions.subscriptionEnded, subscription, ...ofSubscription),
  publicEvent(webhookFailing, webhook, 'partnerId', 'webhookId'),
  publicEvent(webhookDisabled, webhook, 'partnerId', 'webhookId', 'reason'),
];

/** Sent to whichever webhook somebody asks it for, whatever its filter. */
export const webhookTest: PublicEvent = {
  type: 'webhooks.test.v1',
  when: 'Somebody has asked for it, to see whether it arrives.',
  environments,
  data: z.object({ webhookId, ...always }),
  members: ['webhookId'],
  path: webhook,
};

export const publicEvents: readonly PublicEvent[] = [...ofContracts, webhookTest];

/** What a webhook can be narrowed to. */
export const publicEventTypes: readonly string[] = publicEvents
  .filter((event) => event !== webhookTest)
  .map(({ type }) => type);

/** The data of one as JSON Schema (2020-12), for whoever reads or makes types of it. */
const schemaOf = (event: PublicEvent) => z.toJSONSchema(event.data, { io: 'output' });

/** What `GET /v1/event-types` says: every type that a webhook, a feed or a stream may bring. */
export const eventCatalogue = publicEvents.map((event) => ({
  type: event.type,
  when: event.when,
  environments: [...event.environments],
  webhookFilter: publicEventTypes.includes(event.type),
  schema: schemaOf(event) as Record<string, unknown>,
}));

export const publicEventOf = (type: string): PublicEvent | undefined =>
  publicEvents.find((event) => event.type === type);

/** The body, by Standard Webhooks. */
export const publicPayload = (event: PublicEvent) =>
  z.object({ type: z.literal(event.type), timestamp: time(), data: event.data });
