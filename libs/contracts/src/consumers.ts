import type { Scope } from './environment';
import type { EventDefinition } from './event';
import * as gateway from './gateway';
import * as identity from './identity';
import type { Service } from './apps';
import * as subscriptions from './subscriptions';
import * as tokens from './tokens';
import { webhookDisabled, webhookFailing, webhookVerified } from './webhook-events';

/** A durable consumer: reads one scope's stream, records its effects under one scope's database role. */
export interface ConsumerSpec {
  service: Service;
  /** The stream. */
  from: Scope;
  /** The database role under which the effect is written. */
  into: Scope;
  events: readonly EventDefinition[];
}

export const streamName = (scope: Scope): string => `EVENTS_${scope.toUpperCase()}`;

export const durableName = ({ service, from, into }: Pick<ConsumerSpec, 'service' | 'from' | 'into'>): string =>
  `${service}_${from}_into_${into}`;

const keyEvents = [
  identity.keyCreated,
  identity.keyRegenerated,
  identity.keyRotated,
  identity.keyDeleted,
  identity.keyExpiring,
  identity.keyExpired,
];

const cancellationEvents = [
  subscriptions.subscriptionCancelled,
  subscriptions.subscriptionRestored,
  subscriptions.subscriptionEnded,
];

const paymentEvents = [subscriptions.paymentRecorded, subscriptions.paymentUndone];

const personEvents = [
  identity.passwordChanged,
  identity.rescueStarted,
  identity.roleChanged,
  identity.emailChangeRequested,
];

/** What is sent to one person by mail, and stands in no inbox. */
export const linkEvents: readonly EventDefinition[] = [
  identity.passwordResetRequested,
  identity.personInvited,
  identity.emailVerificationRequested,
];

/** What the staff is told, by mail alone: partners are told nothing of it. */
export const staffEvents: readonly EventDefinition[] = [
  subscriptions.reviewDue,
  subscriptions.reviewOverdue,
  subscriptions.reviewNudged,
];

/** Published by who has no table for it, perhaps more than once under the same id: whoever consumes one remembers it for good. */
export const onceEvents: readonly EventDefinition[] = [tokens.firstToken, gateway.firstCall];

/** Its own, which take the way of all others. */
const webhookEvents = [webhookFailing, webhookDisabled];

const openingEvents = [identity.accountOpened, identity.accountOpeningFailed];

const pipelineEvents = [
  subscriptions.subscriptionCreated,
  subscriptions.submissionReceived,
  subscriptions.submissionAssigned,
  subscriptions.firstApprovalGiven,
  subscriptions.submissionWithdrawn,
  subscriptions.submissionApproved,
  subscriptions.submissionRejected,
  subscriptions.changesRequested,
  subscriptions.subscriptionReopened,
  subscriptions.messageSentByStaff,
  subscriptions.messageSentByPartner,
  ...paymentEvents,
  subscriptions.productionUnlocked,
  subscriptions.productionLocked,
  ...cancellationEvents,
];

const partnerEvents = [
  identity.partnerVerified,
  identity.eligibilityChanged,
  identity.sandboxProvisioned,
  identity.sandboxActivated,
  identity.partnerSuspended,
  identity.partnerReinstated,
  identity.registrationExpiring,
  identity.registrationExpired,
];

/** Of which the first of a partner in an environment is a milestone. */
const milestoneEvents = [identity.keyCreated, ...onceEvents, webhookVerified];

/** Everybody who listens. The broker's durables and permissions, and the reconciler, are made from this list. */
export const consumers: readonly ConsumerSpec[] = [
  {
    service: 'identity',
    from: 'shared',
    into: 'sandbox',
    events: [identity.sandboxRequested, ...cancellationEvents],
  },
  {
    service: 'identity',
    from: 'shared',
    into: 'production',
    events: [identity.partnerRegistered, ...cancellationEvents, ...paymentEvents],
  },
  { service: 'identity', from: 'sandbox', into: 'shared', events: [...openingEvents, identity.accountActivated] },
  { service: 'identity', from: 'production', into: 'shared', events: openingEvents },
  {
    service: 'subscriptions',
    from: 'shared',
    into: 'shared',
    events: [
      ...[identity.partnerChanged, identity.staffChanged],
      ...[identity.partnerRegistered, identity.partnerVerified, identity.sandboxActivated],
    ],
  },
  { service: 'subscriptions', from: 'sandbox', into: 'shared', events: milestoneEvents },
  {
    service: 'subscriptions',
    from: 'production',
    into: 'shared',
    events: [...milestoneEvents, identity.apiAccessChanged],
  },
  {
    service: 'notifications',
    from: 'sandbox',
    into: 'sandbox',
    events: [...keyEvents, ...personEvents, ...linkEvents, ...webhookEvents, ...onceEvents, identity.apiAccessChanged],
  },
  {
    service: 'notifications',
    from: 'production',
    into: 'production',
    events: [...keyEvents, ...personEvents, ...linkEvents, ...webhookEvents, ...onceEvents, identity.apiAccessChanged],
  },
  {
    service: 'notifications',
    from: 'shared',
    into: 'sandbox',
    events: [...pipelineEvents, ...partnerEvents, identity.providerChanged],
  },
  {
    service: 'notifications',
    from: 'shared',
    into: 'production',
    // To the primary account alone: there is no other yet. What the staff is told belongs to no environment, and has its mails here.
    events: [...pipelineEvents, ...partnerEvents, ...staffEvents, identity.sandboxFailed, identity.providerChanged],
  },
];
