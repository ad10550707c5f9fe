import { eventType, identity, notifications, onceEvents, subscriptions } from '#libs/contracts';

type NewsKind = notifications.NewsKind;

/** Without these somebody could lose their account, or their production, and not know why. */
const essentials: readonly NewsKind[] = ['security', 'account', 'outcomes'];

export const isEssential = (kind: NewsKind): boolean => essentials.includes(kind);

const typesOf: Record<NewsKind, readonly string[]> = {
  security: [
    identity.passwordChanged,
    identity.rescueStarted,
    identity.roleChanged,
    identity.emailChangeRequested,
    identity.passwordResetRequested,
    identity.personInvited,
    identity.emailVerificationRequested,
  ].map(eventType),
  account: [
    identity.partnerVerified,
    identity.eligibilityChanged,
    identity.registrationExpiring,
    identity.registrationExpired,
    identity.partnerSuspended,
    identity.partnerReinstated,
    identity.sandboxProvisioned,
    identity.sandboxFailed,
    identity.sandboxActivated,
  ].map(eventType),
  outcomes: [
    subscriptions.submissionApproved,
    subscriptions.submissionRejected,
    subscriptions.changesRequested,
    subscriptions.subscriptionReopened,
    subscriptions.messageSentByStaff,
    subscriptions.paymentUndone,
    subscriptions.productionUnlocked,
    subscriptions.productionLocked,
    subscriptions.subscriptionCancelled,
    subscriptions.subscriptionEnded,
  ].map(eventType),
  progress: [
    subscriptions.subscriptionCreated,
    subscriptions.submissionReceived,
    subscriptions.submissionAssigned,
    subscriptions.firstApprovalGiven,
    subscriptions.submissionWithdrawn,
    subscriptions.paymentRecorded,
    subscriptions.subscriptionRestored,
  ].map(eventType),
  keys: [
    identity.apiAccessChanged,
    identity.keyCreated,
    identity.keyRegenerated,
    identity.keyRotated,
    identity.keyDeleted,
    identity.keyExpiring,
    identity.keyExpired,
  ].map(eventType),
  webhooks: [notifications.webhookFailing, notifications.webhookDisabled].map(eventType),
};

/** What somebody's own program has just done, or a colleague has written, is in the inbox, and nobody is sent a mail. */
const unmailed = [...onceEvents, subscriptions.messageSentByPartner].map(eventType);

export const isMailed = (type: string): boolean => !unmailed.includes(type);

/** Of the event that is told. Undefined: nobody has said it, and nobody can be spared it. */
export const newsKindOf = (type: string): NewsKind | undefined =>
  notifications.newsKind.options.find((kind) => typesOf[kind].includes(type));
