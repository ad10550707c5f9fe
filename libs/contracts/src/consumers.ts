import type { Scope } from './environment';
import type { Fact } from './fact';
import * as identity from './identity';
import type { Service } from './service';
import * as subscriptions from './subscriptions';
import * as tokens from './tokens';

const isFact = (value: unknown): value is Fact =>
  typeof value === 'object' && value !== null && 'when' in value && 'data' in value;

export const allFacts: Fact[] = [identity, tokens, subscriptions].flatMap((module) =>
  (Object.values(module) as unknown[]).filter(isFact),
);

/** A durable consumer: reads one scope's stream, records its effects under one scope's database role. */
export interface ConsumerSpec {
  service: Service;
  /** The stream. */
  from: Scope;
  /** The database role under which the effect is written. */
  into: Scope;
  facts: readonly Fact[];
}

export const streamName = (scope: Scope): string => `EVENTS_${scope.toUpperCase()}`;

export const durableName = ({ service, from, into }: Pick<ConsumerSpec, 'service' | 'from' | 'into'>): string =>
  `${service}_${from}_into_${into}`;

const keyFacts = [identity.keyCreated, identity.keyRegenerated, identity.keyRotated, identity.keyDeleted];

const pipelineFacts = [
  subscriptions.subscriptionCreated,
  subscriptions.submissionReceived,
  subscriptions.submissionWithdrawn,
  subscriptions.submissionApproved,
  subscriptions.submissionRejected,
  subscriptions.changesRequested,
  subscriptions.subscriptionReopened,
  subscriptions.paymentRecorded,
  subscriptions.productionUnlocked,
  subscriptions.subscriptionCancelled,
];

const partnerFacts = [
  identity.partnerVerified,
  identity.sandboxProvisioned,
  identity.sandboxActivated,
  identity.partnerSuspended,
  identity.partnerReinstated,
];

/** Everybody who listens. The broker's durables and permissions, and the reconciler, are made from this list. */
export const consumers: readonly ConsumerSpec[] = [
  {
    service: 'identity',
    from: 'shared',
    into: 'sandbox',
    facts: [identity.sandboxRequested, subscriptions.subscriptionCancelled],
  },
  {
    service: 'identity',
    from: 'shared',
    into: 'production',
    facts: [identity.partnerRegistered, subscriptions.subscriptionCancelled],
  },
  { service: 'identity', from: 'sandbox', into: 'shared', facts: [identity.accountOpened, identity.accountActivated] },
  { service: 'identity', from: 'production', into: 'shared', facts: [identity.accountOpened] },
  { service: 'tokens', from: 'sandbox', into: 'sandbox', facts: keyFacts.slice(1) },
  { service: 'tokens', from: 'production', into: 'production', facts: keyFacts.slice(1) },
  { service: 'notifications', from: 'sandbox', into: 'sandbox', facts: [...keyFacts, identity.apiAccessChanged] },
  { service: 'notifications', from: 'production', into: 'production', facts: [...keyFacts, identity.apiAccessChanged] },
  { service: 'notifications', from: 'shared', into: 'sandbox', facts: [...pipelineFacts, ...partnerFacts] },
  { service: 'notifications', from: 'shared', into: 'production', facts: [...pipelineFacts, ...partnerFacts] },
];
