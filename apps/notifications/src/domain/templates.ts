import {
  eventType,
  gateway,
  identity,
  notifications,
  subscriptions,
  tokens,
  type CloudEvent,
  type DataOf,
  type Environment,
  type EventDefinition,
} from '#libs/contracts';

/** A message as a person reads it. */
export interface RenderedMessage {
  title: string;
  text: string;
}

/** Whom messages name as the provider. Null: nobody has said it, and they say "the provider". */
export interface NamedProvider {
  name: string;
  contactEmail: string | null;
  contactUrl: string | null;
  reviewDays: identity.ReviewDays | null;
}

type MaybeNamed = NamedProvider | null;

/** Where the message is read, and who has given the partner what it tells of. */
interface Setting {
  inbox: Environment;
  provider: MaybeNamed;
}

type Words = (data: never, setting: Setting) => RenderedMessage;

/** The words for one event, bound to its type so that an event's data cannot be misread. */
const template = <F extends EventDefinition>(
  event: F,
  words: (data: DataOf<F>, setting: Setting) => RenderedMessage,
): [string, Words] => [eventType(event), words as Words];

const withNotes = (text: string, notes: string | null): string => (notes ? `${text} Notes: “${notes}”` : text);

/** `2026-11-21 14:03 UTC` */
export const minuteOf = (time: string): string => `${time.slice(0, 16).replace('T', ' ')} UTC`;

const named = ({ subscriptionName, productName }: { subscriptionName: string; productName: string }): string =>
  `“${subscriptionName}” (${productName})`;

/** B59: what was submitted is a change of what is in production. */
const isChange = ({ phase }: { phase?: subscriptions.Phase | undefined }): boolean => phase === 'production';

const productionGoesOn = 'Production goes on with what was approved before.';

const nameOf = (provider: MaybeNamed): string => provider?.name ?? 'the provider';

/** Where to turn to: nothing where nobody has said it. */
function withContact(text: string, provider: MaybeNamed): string {
  const address = provider?.contactEmail ?? provider?.contactUrl;
  return provider && address ? `${text} You reach ${provider.name} at ${address}.` : text;
}

function withReviewDays(text: string, provider: MaybeNamed): string {
  if (!provider?.reviewDays) return text;
  const { from, to } = provider.reviewDays;
  const days = from === to ? `${to}` : `${from} to ${to}`;
  return `${text} A review usually takes ${days} working ${to === 1 ? 'day' : 'days'}.`;
}

/** What is to be done about it. */
const missingInWords: Record<identity.AccountBlocker, string> = {
  api_access_off: 'a global admin of the primary account switches on its API access',
  not_eligible: 'your organisation becomes eligible for production, which the account’s page says more about',
  suspended: 'the suspension of your organisation ends',
};

const untilInWords = (missing: identity.AccountBlocker[]): string =>
  missing.map((reason) => missingInWords[reason]).join('; ');

const ineligibleInWords: Record<identity.Eligibility['reasons'][number], string> = {
  unverified: 'what you told us about your organisation is not confirmed',
  programme_not_eligible: 'its programme is not among those that may use the API',
  type_not_eligible: 'its type is not among those that may use the API',
  suspended: 'it is suspended',
};

const ineligibleFor = (reasons: identity.Eligibility['reasons']): string =>
  reasons.map((reason) => ineligibleInWords[reason]).join('; ');

const webhookAt = ({ host, description }: { host: string; description: string }): string =>
  description ? `The webhook “${description}” (${host})` : `The webhook at ${host}`;

const whatEnds =
  'What waited for it is not sent any more. Switch it on again when it works; what it has missed can be replayed.';

const templates = new Map<string, Words>([
  template(identity.partnerVerified, ({ eligible, reasons }, { inbox }) =>
    eligible[inbox]
      ? {
          title: 'Your organisation is confirmed',
          text: 'What you told us about your organisation at registration has been confirmed.',
        }
      : {
          title: 'Your organisation is not eligible',
          text: `What we know about your organisation is settled now. With it, it is not eligible for API access in ${inbox}${reasons ? `: ${ineligibleFor(reasons[inbox])}` : ''}.`,
        },
  ),
  template(identity.eligibilityChanged, ({ environment, eligible, reasons }) =>
    eligible
      ? {
          title: `Your organisation is eligible in ${environment}`,
          text: `API access can be switched on in ${environment}, and keys get session tokens there.`,
        }
      : {
          // It may have been so before, for another reason.
          title: `Your organisation is not eligible in ${environment}`,
          text: `Keys of ${environment} get no session tokens: ${ineligibleFor(reasons)}.`,
        },
  ),
  template(identity.registrationExpiring, ({ domain, expiresAt }, { provider }) => ({
    title: 'Your registration expires soon',
    text: withContact(
      `Prove by a DNS record that ${domain} is yours, or have ${nameOf(provider)} confirm your registration, before ${expiresAt}. Otherwise its accounts are closed then.`,
      provider,
    ),
  })),
  template(identity.registrationExpired, ({ domain }) => ({
    title: 'Your registration has expired',
    text: `The accounts of ${domain} are closed, and others may register the domain.`,
  })),
  template(identity.partnerSuspended, ({ notes, revokeTokens }, { provider }) => ({
    title: 'Your organisation is suspended',
    text: withNotes(
      withContact(
        revokeTokens
          ? 'Your session tokens have ended, and no new one is given out until the suspension ends.'
          : 'No new session token is given out until the suspension ends.',
        provider,
      ),
      notes,
    ),
  })),
  template(identity.partnerReinstated, ({ reasons }, { inbox }) => ({
    title: 'The suspension has ended',
    text: reasons?.[inbox].length
      ? `Your organisation is still not eligible in ${inbox}, and its keys there get no session tokens: ${ineligibleFor(reasons[inbox])}.`
      : 'It keeps your keys from session tokens no longer. The account’s page says whether anything else does.',
  })),
  template(identity.sandboxProvisioned, ({ domain, username }, { inbox }) => ({
    title: 'Your sandbox account has been created',
    text:
      inbox === 'production'
        ? `Sign out, sign in as ${username}@${domain} with the password you chose for it, and complete its set-up.`
        : 'Welcome. Accept the policy and complete the set-up to begin.',
  })),
  template(identity.sandboxFailed, ({ domain }, { provider }) => ({
    title: 'Your sandbox could not be made yet',
    text: withContact(
      `Something on our side keeps ${domain} from being made. We go on trying; you may also ask for it again, and then at once.`,
      provider,
    ),
  })),
  template(identity.sandboxActivated, ({ domain, by }) => ({
    title: 'Your sandbox is set up',
    text: `${by.displayName} accepted the policy for integration testing and completed the set-up of ${domain}.`,
  })),
  template(identity.apiAccessChanged, ({ enabled, by }) => ({
    title: enabled ? 'API access is on' : 'API access is off',
    text: enabled
      ? `${by.displayName} switched on API access for this account. You can make keys now.`
      : `${by.displayName} switched off API access for this account. Its keys get no session tokens.`,
  })),
  template(identity.passwordChanged, ({ username, withLink, by }) => ({
    title: withLink ? 'Password set with a link' : 'Password changed',
    text: withLink
      ? `The password of ${username} was set with a link. All sessions of ${username} have ended.`
      : `${by.displayName} changed the password of ${username}. All other sessions of ${username} have ended.`,
  })),
  template(identity.rescueStarted, ({ username, by }, { provider }) => ({
    title: 'A link for a new password was made',
    text: withContact(
      `${by.displayName}, of the staff of ${nameOf(provider)}, made a link with which ${username} can set a new password once. If none of you has asked for it, tell ${nameOf(provider)}.`,
      provider,
    ),
  })),
  template(identity.roleChanged, ({ username, role, by }) => ({
    title: 'Role changed',
    text: `${by.displayName} made ${username} a ${role === 'global_admin' ? 'global admin' : 'developer'} of this account.`,
  })),
  template(identity.emailChangeRequested, ({ username }) => ({
    title: 'Mail is to go to another address',
    text: `Mail for ${username} goes to another address once that address is proved. If ${username} has not chosen it, change the password of ${username} at once: whoever did this knows it.`,
  })),
  template(identity.keyCreated, ({ keyName, applicationId, by }) => ({
    title: 'Key made',
    text: `${by.displayName} made the key “${keyName}” (${applicationId}).`,
  })),
  template(identity.keyRegenerated, ({ keyName, applicationId, previousApplicationId, by }) => ({
    title: 'Key regenerated',
    text: `${by.displayName} regenerated the key “${keyName}”: ${applicationId} has replaced ${previousApplicationId}, which gets no session tokens any more.`,
  })),
  template(identity.keyRotated, ({ keyName, applicationId, previousSecretUntil, by }) => ({
    title: 'Secret rotated',
    text: `${by.displayName} rotated the secret of the key “${keyName}” (${applicationId}). The previous secret ${
      previousSecretUntil ? `works until ${minuteOf(previousSecretUntil)}` : 'no longer works'
    }.`,
  })),
  template(identity.keyDeleted, ({ keyName, applicationId, revokeTokens, by }) => ({
    title: 'Key deleted',
    text: `${by.displayName} deleted the key “${keyName}” (${applicationId}). ${
      revokeTokens ? 'Its session tokens have ended.' : 'Session tokens made with it live until they expire.'
    }`,
  })),
  template(identity.keyExpiring, ({ keyName, applicationId, expiresAt, daysLeft }) => ({
    title: daysLeft === 1 ? 'A key expires tomorrow' : `A key expires in ${daysLeft} days`,
    text: `The key “${keyName}” (${applicationId}) expires at ${minuteOf(expiresAt)} and gets no session tokens from then on. Make another beside it, or regenerate it: a new pair has its full time.`,
  })),
  template(identity.keyExpired, ({ keyName, applicationId, expiresAt }) => ({
    title: 'A key has expired',
    text: `The key “${keyName}” (${applicationId}) has expired at ${minuteOf(expiresAt)}: it gets no session tokens any more. Regenerate it, or delete it and make another.`,
  })),
  template(subscriptions.subscriptionCreated, (data) => ({
    title: 'Subscribed',
    text: `${data.by.displayName} subscribed to ${named(data)}.`,
  })),
  template(subscriptions.submissionReceived, (data, { provider }) => ({
    title: 'Submission received',
    text: withReviewDays(
      `${named(data)} was submitted for review by ${data.by.displayName}. You will be told the outcome here.`,
      provider,
    ),
  })),
  template(subscriptions.submissionAssigned, (data, { provider }) => ({
    title: 'Review has begun',
    text: `Somebody of ${nameOf(provider)} has taken up the submission of ${named(data)}.`,
  })),
  // In nobody's inbox: it comes without a partner.
  template(subscriptions.firstApprovalGiven, (data) => ({
    title: 'First of two approvals',
    text: withNotes(`${data.by.displayName} approved ${named(data)}. Somebody else must, too.`, data.notes),
  })),
  template(subscriptions.submissionWithdrawn, (data) => ({
    title: 'Submission withdrawn',
    text: `${data.by.displayName} withdrew the submission of ${named(data)}. ${isChange(data) ? productionGoesOn : 'It is back in the sandbox.'}`,
  })),
  template(subscriptions.submissionApproved, (data) => ({
    title: 'Approved',
    text: withNotes(`${named(data)} was approved.`, data.notes),
  })),
  template(subscriptions.submissionRejected, (data, { provider }) => ({
    title: 'Submission rejected',
    text: withNotes(
      withContact(
        `The submission of ${named(data)} was rejected.${isChange(data) ? ` ${productionGoesOn}` : ''}`,
        provider,
      ),
      data.notes,
    ),
  })),
  template(subscriptions.changesRequested, (data) => ({
    title: 'Changes requested',
    text: withNotes(
      `The reviewer asks for changes to ${named(data)}. Adjust it in the sandbox and submit it again.${isChange(data) ? ` ${productionGoesOn}` : ''}`,
      data.notes,
    ),
  })),
  template(subscriptions.subscriptionReopened, (data) => ({
    title: 'Reopened',
    text: withNotes(`${named(data)} is back in the sandbox and can be submitted again.`, data.notes),
  })),
  template(subscriptions.messageSentByStaff, (data, { provider }) => ({
    title: 'Message from the reviewer',
    text: `${data.by.displayName}, of the staff of ${nameOf(provider)}, wrote about ${named(data)}: “${data.text}”`,
  })),
  template(subscriptions.messageSentByPartner, (data, { provider }) => ({
    title: 'Message to the reviewer',
    text: `${data.by.displayName} wrote to ${nameOf(provider)} about ${named(data)}: “${data.text}”`,
  })),
  template(subscriptions.paymentRecorded, (data) => ({
    title: 'Payment received',
    text: `The payment for ${named(data)} is complete (reference ${data.reference}).`,
  })),
  template(subscriptions.paymentUndone, (data, { provider }) => ({
    title: 'Payment taken back',
    text: withNotes(
      withContact(
        `${named(data)} counts as unpaid again. Production keys can be made once its payment is recorded; one that was made in this very moment gets no session tokens until then.`,
        provider,
      ),
      data.notes,
    ),
  })),
  template(subscriptions.productionUnlocked, (data) =>
    data.missing.length === 0
      ? { title: 'Production unlocked', text: `You can make production keys for ${named(data)} now.` }
      : {
          title: 'Production waits for the account',
          text: `${named(data)} needs nothing more itself. Before production keys can be made for it: ${untilInWords(data.missing)}.`,
        },
  ),
  template(subscriptions.productionLocked, (data) => ({
    title: 'Production is locked',
    text: `No production key can be made for ${named(data)}, and those that it has get no session tokens, until ${untilInWords(data.missing)}.`,
  })),
  template(subscriptions.subscriptionCancelled, (data) => ({
    title: 'Subscription cancelled',
    text: data.restorableUntil
      ? `${data.by.displayName} cancelled ${named(data)}. Its keys get no session tokens. A global admin of the primary account can restore it until ${minuteOf(data.restorableUntil)}.`
      : `${data.by.displayName} cancelled ${named(data)}. Its keys have ended.`,
  })),
  template(subscriptions.subscriptionRestored, (data) => ({
    title: 'Subscription restored',
    text: `${data.by.displayName} restored ${named(data)}. Its keys are stopped no longer.`,
  })),
  template(subscriptions.subscriptionEnded, (data) => ({
    title: 'Subscription ended',
    text: `The time to restore ${named(data)} is over. Its keys have ended.`,
  })),
  template(tokens.firstToken, ({ at }) => ({
    title: 'First session token',
    text: `A key of this account got its first session token, at ${minuteOf(at)}.`,
  })),
  template(gateway.firstCall, ({ method, status, at }) => ({
    title: 'First call answered',
    text: `The provider’s API has answered the first call with a key of this account: ${method}, with status ${status}, at ${minuteOf(at)}.`,
  })),
  template(notifications.webhookFailing, (data) => ({
    title: 'A webhook fails',
    text: `${webhookAt(data)} has accepted nothing since ${minuteOf(data.failingSince)}. If that goes on for five days, it is switched off. Its deliveries say what it answers.`,
  })),
  template(notifications.webhookDisabled, (data) => ({
    title: 'A webhook is switched off',
    text: `${webhookAt(data)} has ${data.reason === 'gone' ? 'answered 410 (gone)' : 'accepted nothing for five days'}. ${whatEnds}`,
  })),
]);

/** How an event reads in one account's inbox. @throws Error for an event that has no words: it must not be listened to */
export function renderMessage(
  { type, data }: CloudEvent,
  inbox: Environment,
  provider: MaybeNamed = null,
): RenderedMessage {
  const words = templates.get(type);
  if (!words) throw new Error(`there are no words for ${type}`);
  return words(data as never, { inbox, provider });
}

export const hasTemplate = (event: EventDefinition): boolean => templates.has(eventType(event));
