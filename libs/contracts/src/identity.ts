import { z } from 'zod';
import { contractOf } from './definitions';
import {
  actor,
  callerSession,
  partnerRole,
  partnerRoles,
  personCaller,
  secondFactorState,
  staffCaller,
  staffRole,
} from './caller';
import { environments, environmentSchema } from './environment';
import {
  base64,
  count,
  date,
  emailAddress,
  httpUrl,
  language,
  pageOf,
  pageRequest,
  password,
  presented,
  presentedDomain,
  presentedPassword,
  prose,
  registeredDomain,
  searchWords,
  term,
  text,
  time,
  timeZone,
  username,
  whole,
  written,
} from './fields';
import { accountId, keyId, partnerId, personId, productId, sessionId, staffId, subscriptionId } from './ids';

const { query, command, event, broadcast } = contractOf('identity');

const nothing = z.object({});
/** Node takes no more than this of all headers together. */
const presentedSession = () => presented({ max: 16_384 });

// ── Partners and accounts ───────────────────────────────────────────────────────────────────────────────────────────

export const accountState = z.enum(['awaiting_setup', 'active']);

/** B7. `none` until the partner asks for one. */
export const sandboxState = z.enum(['none', 'provisioning', 'awaiting_setup', 'active', 'failed']);

export const newPerson = z.object({
  username: username(),
  displayName: text(),
  email: emailAddress(),
  password: password(),
});

export const accountSummary = z.object({
  id: accountId,
  environment: environmentSchema,
  domain: written(),
  state: accountState,
});

/** Why a partner may not use the API in an environment (B9, B10). Empty when it may. */
export const eligibilityReason = z.enum([
  'unverified',
  'programme_not_eligible',
  /** Its programme is listed, but not with its type. */
  'type_not_eligible',
  'suspended',
]);
export const eligibility = z.object({
  eligible: z.boolean(),
  reasons: z.array(eligibilityReason).max(eligibilityReason.options.length),
});
export type Eligibility = z.infer<typeof eligibility>;

/**
 * Of a policy: text everywhere, to be compared and not to be counted on. Those of the provider's own texts are `1`, `2` and so
 * on, that of the one which Slipway brings along is `slipway-1`. Whatever version is shown somewhere can be read.
 */
const policyVersion = written(50).meta({ examples: ['1'] });

/** Whether a key takes a place of its account, or of its subscription alone: the limit is the same number. */
export const keySlotsPer = z.enum(['account', 'subscription']);
export type KeySlotsPer = z.infer<typeof keySlotsPer>;

/** How many keys an account may have, or each subscription whose plan counts them by itself. */
const keyLimit = whole({ min: 0, max: 100 });

export const account = accountSummary.extend({
  partnerId,
  organisation: written(),
  apiAccess: z.boolean(),
  eligibility,
  keyLimit,
  policyAcceptedAt: time().nullable(),
  /** Which one that was; null also where it was accepted before versions were recorded. */
  policyVersion: policyVersion.nullable(),
});

export const registerPartner = command({
  name: 'register-partner',
  scopes: ['shared'],
  calledBy: ['gateway'],
  allow: 'anyone',
  errors: ['identity.weak_password', 'identity.domain_taken', 'identity.too_many_registrations'],
  request: z.object({
    name: text(),
    domain: registeredDomain(),
    programme: term(),
    type: term(),
    admin: newPerson,
  }),
  reply: z.object({ partnerId, account: accountSummary }),
});

/** What has become of what somebody said at registration: a claim until it is confirmed, and for a time only. */
export const registrationState = z.enum(['unconfirmed', 'confirmed', 'expired']);

/** What to publish in DNS. It proves the domain to us alone, and may stay. */
export const domainRecord = z.object({ type: z.literal('TXT'), name: written(), value: written(100) });
export type DomainRecord = z.infer<typeof domainRecord>;

/** B9: a partner proves by DNS that its domain is its own. What else it says of itself is for staff to confirm. */
export const domainVerification = z.object({
  domain: written(),
  /** Whether it was proven by DNS. */
  verified: z.boolean(),
  registration: registrationState,
  /** When the registration expires, unless the domain is proven or staff confirms it before. */
  expiresAt: time().nullable(),
  record: domainRecord,
});

export const getDomainVerification = query({
  name: 'get-domain-verification',
  scopes: ['shared'],
  calledBy: ['gateway'],
  allow: 'person',
  errors: [
    'identity.domain_not_proven',
    'identity.domain_checked_just_now',
    'identity.dns_unavailable',
    'identity.registration_expired',
  ],
  request: nothing,
  reply: domainVerification,
});

export const verifyDomain = command({
  name: 'verify-domain',
  again: 'never',
  scopes: ['shared'],
  calledBy: ['gateway'],
  allow: 'global_admin',
  errors: [
    'identity.domain_not_proven',
    'identity.domain_checked_just_now',
    'identity.dns_unavailable',
    'identity.registration_expired',
  ],
  request: nothing,
  reply: domainVerification,
});

export const requestSandbox = command({
  name: 'request-sandbox',
  scopes: ['shared'],
  calledBy: ['gateway'],
  allow: 'global_admin',
  errors: ['identity.weak_password', 'identity.sandbox_of_sandbox', 'identity.sandbox_exists'],
  request: z.object({ admin: newPerson }),
  reply: z.object({ state: sandboxState, domain: written() }),
});

export const getSandbox = query({
  name: 'get-sandbox',
  scopes: ['shared'],
  calledBy: ['gateway'],
  allow: 'person',
  request: nothing,
  reply: z.object({
    state: sandboxState,
    /** Whether this person is offered the option (B2, B5, B6). */
    canCreate: z.boolean(),
    account: z.object({ id: accountId, environment: environmentSchema, domain: written() }).optional(),
    failure: written().optional(),
  }),
});

export const getAccount = query({
  name: 'get-account',
  scopes: environments,
  calledBy: ['gateway'],
  allow: 'person',
  request: nothing,
  reply: account,
});

/** What is accepted with the set-up of a sandbox, to be read before. */
export const getSandboxPolicy = query({
  name: 'get-sandbox-policy',
  scopes: ['shared'],
  calledBy: ['gateway'],
  allow: 'person',
  request: nothing,
  reply: z.object({ version: policyVersion, text: written(50_000) }),
});

export const completeSetup = command({
  name: 'complete-setup',
  scopes: environments,
  calledBy: ['gateway'],
  allow: 'global_admin',
  errors: ['identity.not_awaiting_setup', 'identity.policy_changed'],
  request: z.object({
    acceptPolicy: z.literal(true),
    /** The one that was read. */
    policyVersion: text({ max: 50 }).optional(),
  }),
  reply: account,
});

export const setApiAccess = command({
  name: 'set-api-access',
  scopes: environments,
  calledBy: ['gateway'],
  allow: 'global_admin',
  errors: ['identity.setup_incomplete', 'identity.not_eligible'],
  request: z.object({ enabled: z.boolean(), revokeTokens: z.boolean().default(false) }),
  reply: account,
});

/** IP addresses and ranges of them, in CIDR notation (RFC 4632, RFC 4291). A token carries all of them. */
const addressRanges = () => z.array(text({ max: 49 })).max(20);

/** What of the account itself keeps it from making keys. */
export const accountBlocker = z.enum(['api_access_off', 'not_eligible', 'suspended']);
export type AccountBlocker = z.infer<typeof accountBlocker>;

/** As many as a page of a list has. */
const lookedUpMax = 201;

/** For the production cards of subscriptions (B34). Of whom there is no account, there is no item. */
export const getAccountBlockers = query({
  name: 'get-account-blockers',
  scopes: environments,
  calledBy: ['subscriptions'],
  allow: 'service',
  request: z.object({ partnerIds: z.array(partnerId).max(lookedUpMax) }),
  reply: z.object({
    items: z
      .array(z.object({ partnerId, blockers: z.array(accountBlocker).max(accountBlocker.options.length) }))
      .max(lookedUpMax),
  }),
});

// ── People and sessions ─────────────────────────────────────────────────────────────────────────────────────────────

export const person = z.object({
  id: personId,
  username: written(),
  displayName: written(),
  email: written(),
  role: partnerRole,
  createdAt: time(),
  /** Whether they have followed a link that was sent there. */
  emailVerified: z.boolean().default(false),
  /** Whether they are yet to set a password, with the link of their invitation. */
  invited: z.boolean().default(false),
});

export const listPeople = query({
  name: 'list-people',
  scopes: environments,
  calledBy: ['gateway'],
  allow: 'person',
  request: z.object(pageRequest),
  reply: z.object(pageOf(person)),
});

export const addPerson = command({
  name: 'add-person',
  scopes: environments,
  calledBy: ['gateway'],
  allow: 'global_admin',
  errors: ['identity.weak_password', 'identity.username_taken', 'identity.people_limit_reached'],
  request: newPerson.extend({
    role: partnerRole,
    /** Left out: they are invited by mail, and set their own. */
    password: password().optional(),
    /** In which mails to them are written, as far as there are words in it. */
    language: language().optional(),
  }),
  reply: person,
});

export const removePerson = command({
  name: 'remove-person',
  scopes: environments,
  calledBy: ['gateway'],
  allow: 'global_admin',
  errors: ['not_found', 'identity.last_global_admin'],
  request: z.object({ personId }),
  reply: nothing,
});

export const changeRole = command({
  name: 'change-role',
  scopes: environments,
  calledBy: ['gateway'],
  allow: 'global_admin',
  errors: ['not_found', 'identity.last_global_admin'],
  request: z.object({ personId, role: partnerRole }),
  reply: person,
});

/** With a new link; the one before works no more. */
export const inviteAgain = command({
  name: 'invite-again',
  scopes: environments,
  calledBy: ['gateway'],
  allow: 'global_admin',
  errors: ['not_found', 'identity.not_invited', 'identity.too_many_requests'],
  request: z.object({ personId }),
  reply: person,
});

/** Somebody as they see themselves. */
export const ownPerson = person.extend({
  /** In which mails to them are written; null: they have chosen none. */
  language: language().nullable(),
  /** To be proved before mail goes there; null: there is none. */
  pendingEmail: written().nullable(),
});
export type OwnPerson = z.output<typeof ownPerson>;

export const getOwnPerson = query({
  name: 'get-own-person',
  scopes: environments,
  calledBy: ['gateway'],
  allow: 'person',
  request: nothing,
  reply: ownPerson,
});

export const updateOwnPerson = command({
  name: 'update-own-person',
  scopes: environments,
  calledBy: ['gateway'],
  allow: 'person',
  request: z.object({
    displayName: newPerson.shape.displayName.optional(),
    language: language().nullable().optional(),
  }),
  reply: ownPerson,
});

/**
 * Whoever gets somebody's mail can set their password: so it wants the password, and the address holds once a link that is sent
 * there was followed. The address they have: what was pending is taken back.
 */
export const changeEmail = command({
  name: 'change-email',
  again: 'never',
  scopes: environments,
  calledBy: ['gateway'],
  allow: 'person',
  errors: ['identity.wrong_password', 'identity.too_many_requests'],
  request: z.object({ email: emailAddress(), password: presentedPassword() }),
  reply: ownPerson,
});

/** The link once more, to the address that is pending or not proved yet. */
export const requestEmailVerification = command({
  name: 'request-email-verification',
  scopes: environments,
  calledBy: ['gateway'],
  allow: 'person',
  errors: ['identity.email_verified', 'identity.too_many_requests'],
  request: nothing,
  reply: ownPerson,
});

/** Which environment a domain belongs to: the only thing that decides a person's environment. */
export const resolveDomain = query({
  name: 'resolve-domain',
  scopes: ['shared'],
  calledBy: ['gateway'],
  allow: 'anyone',
  request: z.object({ domain: presentedDomain() }),
  reply: z.object({ environment: environmentSchema.nullable() }),
});

/** `username@domain`, as somebody types it who signs in. */
export const login = text({ max: 300, lowerCase: true });

/** What a browser keeps of a sign-in, so that strangers who guess do not keep its owner out; it opens nothing. */
const presentedDevice = presentedSession().optional();
const givenDevice = z.object({ token: written(100), /** Seconds. */ expiresIn: count() });

/** As whoever signs in is shown it: the device is for the browser alone. */
export const signedIn = z.object({
  accessToken: written(),
  expiresIn: count(),
  account: accountSummary,
  person: z.object({ id: personId, username: written(), displayName: written() }),
  roles: z.array(partnerRole).max(partnerRoles.length),
});

/** What somebody's client says of itself; shown to nobody but them, beside the session. */
const userAgent = presented({ max: 300 }).optional();

/** A session, as it is shown to whoever it belongs to. */
export const session = z.object({
  id: sessionId,
  createdAt: time(),
  /** To the minute. */
  lastUsedAt: time(),
  expiresAt: time(),
  /** Where it was begun. */
  address: written(64).nullable(),
  userAgent: written().nullable(),
  /** The one that this is read with. */
  current: z.boolean(),
});

const endedSessions = z.object({ endedSessions: count() });
const passwordChange = z.object({ current: presentedPassword(), new: password() });

export const signIn = command({
  name: 'sign-in',
  again: 'never',
  scopes: environments,
  calledBy: ['gateway'],
  allow: 'anyone',
  errors: ['identity.wrong_credentials', 'identity.too_many_failures'],
  request: z.object({
    username: presented({ max: 300 }),
    domain: presentedDomain(),
    password: presentedPassword(),
    device: presentedDevice,
    userAgent,
  }),
  reply: signedIn.extend({ device: givenDevice }),
});

/** False: an open stream looks whether its session lives. Nobody has done anything, and the session grows no older for it. */
const isUse = z.boolean().default(true);

export const authenticate = query({
  name: 'authenticate',
  scopes: environments,
  calledBy: ['gateway'],
  allow: 'anyone',
  request: z.object({ accessToken: presentedSession(), isUse }),
  /** Null: unknown, ended or expired. */
  reply: z.object({ caller: personCaller.nullable(), session: callerSession.nullable() }),
});

export const signOut = command({
  name: 'sign-out',
  scopes: environments,
  calledBy: ['gateway'],
  allow: 'person',
  request: z.object({ accessToken: presentedSession() }),
  reply: nothing,
});

export const listSessions = query({
  name: 'list-sessions',
  scopes: environments,
  calledBy: ['gateway'],
  allow: 'person',
  request: z.object(pageRequest),
  reply: z.object(pageOf(session)),
});

export const endSession = command({
  name: 'end-session',
  scopes: environments,
  calledBy: ['gateway'],
  allow: 'person',
  errors: ['not_found'],
  request: z.object({ sessionId }),
  reply: nothing,
});

/** All of the person's but the one that they do it with. */
export const endOtherSessions = command({
  name: 'end-other-sessions',
  scopes: environments,
  calledBy: ['gateway'],
  allow: 'person',
  request: nothing,
  reply: endedSessions,
});

export const changePassword = command({
  name: 'change-password',
  again: 'never',
  scopes: environments,
  calledBy: ['gateway'],
  allow: 'person',
  errors: ['identity.wrong_password', 'identity.weak_password'],
  request: passwordChange,
  reply: endedSessions,
});

/** What follows the # of a link; presented in a body, so that it is in no address and no log. */
const linkToken = () => presented({ max: 300 }).meta({ format: 'password' });

/** What a link is for that is sent by mail. */
export const linkKind = z.enum(['password_reset', 'invitation', 'email_verification']);
export type LinkKind = z.infer<typeof linkKind>;

/**
 * B58: for whoever has forgotten their password. The reply says nothing of who exists: whoever does gets a mail with a link.
 * Several people may have one address: each gets a link of their own.
 */
export const requestPasswordReset = command({
  name: 'request-password-reset',
  scopes: ['shared'],
  calledBy: ['gateway'],
  allow: 'anyone',
  errors: ['identity.too_many_requests'],
  request: z.object({ /** `username@domain`, or an e-mail address. */ username: login }),
  reply: nothing,
});

/** Made by whoever sends the mail, each time it is tried: always the same of one request. Null: it was used, replaced, or is too old. */
export const getMailedLink = query({
  name: 'get-mailed-link',
  scopes: environments,
  calledBy: ['notifications'],
  allow: 'service',
  request: z.object({ kind: linkKind, personId, requestId: z.uuid() }),
  reply: z.object({
    link: z
      .object({
        token: written(100),
        expiresAt: time(),
        /** Where it goes, if that is not where other mail of this person goes. */
        email: written().nullable().default(null),
      })
      .nullable(),
  }),
});

/** With the token of the link in an invitation. Whoever has it needs no sign-in, and gets none. */
export const acceptInvitation = command({
  name: 'accept-invitation',
  again: 'never',
  scopes: environments,
  calledBy: ['gateway'],
  allow: 'anyone',
  errors: ['identity.invitation_invalid', 'identity.weak_password'],
  request: z.object({ token: linkToken(), password: password() }),
  /** With what to sign in now. */
  reply: z.object({ account: accountSummary, username: written() }),
});

/** Proves that mail to an address reaches its person. */
export const verifyEmail = command({
  name: 'verify-email',
  again: 'never',
  scopes: environments,
  calledBy: ['gateway'],
  allow: 'anyone',
  errors: ['identity.verification_link_invalid'],
  request: z.object({ token: linkToken() }),
  reply: z.object({ username: written(), email: written() }),
});

/** With the token of a link: from a mail, or from staff's rescue. Whoever has it needs no sign-in, and gets none. */
export const resetPassword = command({
  name: 'reset-password',
  again: 'never',
  scopes: environments,
  calledBy: ['gateway'],
  allow: 'anyone',
  errors: ['identity.reset_link_invalid', 'identity.weak_password'],
  request: z.object({ token: linkToken(), password: password() }),
  /** With what to sign in now. */
  reply: z.object({ account: accountSummary, username: written() }),
});

// ── Whom mails go to ────────────────────────────────────────────────────────────────────────────────────────────────

/** As many as an account may have people. */
export const mailRecipientsMax = 500;

/** Who of a partner's account is to know of what happens to it: its global admins, and whoever has done it. */
export const findMailRecipients = query({
  name: 'find-mail-recipients',
  scopes: environments,
  calledBy: ['notifications'],
  allow: 'service',
  request: z.object({
    partnerId,
    /** Who has done it, where it was somebody of a partner. */ personId: personId.nullable(),
  }),
  reply: z.object({ personIds: z.array(personId).max(mailRecipientsMax) }),
});

/** Where a person gets mail at this moment, and in which words. */
export const mailRecipient = z.object({
  personId,
  username: written(),
  displayName: written(),
  email: written(),
  /** Of the account they belong to. */
  domain: written(),
  /** Null: they have chosen none. */
  language: language().nullable(),
});
export type MailRecipient = z.infer<typeof mailRecipient>;

/** Who of the staff is to know: of these people and roles, whoever may still sign in. */
export const findStaffRecipients = query({
  name: 'find-staff-recipients',
  scopes: ['shared'],
  calledBy: ['notifications'],
  allow: 'service',
  request: z.object({ staffIds: z.array(staffId).max(mailRecipientsMax), roles: z.array(staffRole).max(2) }),
  reply: z.object({ staffIds: z.array(staffId).max(mailRecipientsMax) }),
});

/** Null: somebody who may sign in no more gets nothing. */
export const getStaffRecipient = query({
  name: 'get-staff-recipient',
  scopes: ['shared'],
  calledBy: ['notifications'],
  allow: 'service',
  request: z.object({ staffId }),
  reply: z.object({ recipient: z.object({ displayName: written(), email: written() }).nullable() }),
});

/** Null: somebody who has been removed gets nothing. */
export const getMailRecipient = query({
  name: 'get-mail-recipient',
  scopes: environments,
  calledBy: ['notifications'],
  allow: 'service',
  request: z.object({ personId }),
  reply: z.object({ recipient: mailRecipient.nullable() }),
});

// ── Access keys ─────────────────────────────────────────────────────────────────────────────────────────────────────

/** Why the keys of a subscription are stopped: it is cancelled and may be restored, or its payment was taken back. */
export const stopReason = z.enum(['cancelled', 'payment']);
export type StopReason = z.infer<typeof stopReason>;

/** An expired key is that for good, whatever becomes of its subscription; regenerating makes another of it. */
export const keyState = z.enum(['active', 'stopped', 'expired']);
export type KeyState = z.infer<typeof keyState>;

export const key = z.object({
  id: keyId,
  name: written(),
  environment: environmentSchema,
  applicationId: written(100),
  /** Never the secret: its marker and last four characters. */
  maskedSecret: written(100),
  domain: written(),
  subscriptionId,
  createdAt: time(),
  createdBy: actor,
  /** When the pair or its secret was last renewed. */
  renewedAt: time().nullable(),
  /** From when on it gets no token and its tokens have ended; null: never by itself. */
  expiresAt: time().nullable().default(null),
  /** When its secret was last used for a token, and from where; some seconds late. Null: not yet. */
  lastUsedAt: time().nullable().default(null),
  lastUsedAddress: written(64).nullable().default(null),
  /** What holds at this moment. Left out only by copies of the release before, whose edges make it of the rest. */
  state: keyState.optional(),
  /** Until when the secret works that was replaced last, beside the new one. Null: it does no more. */
  previousSecretUntil: time().nullable().default(null),
  /** How many of its tokens are live, those of its earlier pairs among them, and when the last of them ends; null: there are none. */
  liveTokens: count().default(0),
  liveTokensUntil: time().nullable().default(null),
  /** From where it may get tokens, and these may be used. Empty: from anywhere. */
  allowedAddresses: addressRanges().default([]),
  /** Since when it gets no token because of its subscription. */
  stoppedAt: time().nullable(),
  /** Null also where it was stopped before reasons were recorded: then its subscription is cancelled. */
  stopReason: stopReason.nullable().default(null),
});
export type Key = z.infer<typeof key>;

/** The only reply that ever carries a secret; null where the call is a replay (Idempotency-Key). */
export const keyWithSecret = key.extend({
  applicationSecret: written(100).nullable(),
  secretAlreadyShown: z.boolean(),
  /** B14: to show beside the secret. */
  warning: written(),
});
export type KeyWithSecret = z.infer<typeof keyWithSecret>;

/** Where its session tokens come from: the edge puts it beside each key, as it knows where partners reach it. */
const whereTokensAre = { tokenUrl: written(600).meta({ format: 'uri' }) };
const asShown = { ...whereTokensAre, state: keyState };
export const shownKey = key.extend(asShown);
export const shownKeyWithSecret = keyWithSecret.extend(asShown);

/** As long as a rotation's overlap can be at most, wherever the setting stands (`SLIPWAY_ROTATION_OVERLAP_SECONDS_MAX`). */
export const overlapSecondsMax = 7 * 86_400;

/** Whether the live tokens of what a key was are ended, too. */
const revokeTokens = z.boolean().default(false);

export const createKey = command({
  name: 'create-key',
  scopes: environments,
  calledBy: ['gateway'],
  allow: 'developer',
  errors: [
    'not_found',
    'identity.production_locked',
    'identity.setup_incomplete',
    'identity.api_access_off',
    'identity.not_eligible',
    'identity.key_limit_reached',
    'subscriptions.plan_has_no_sandbox',
    'identity.subscription_ended',
  ],
  request: z.object({
    name: text(),
    subscriptionId,
    /** Not later than the plan has it; null, or left out: as the plan has it. */
    expiresAt: time().nullable().optional(),
    allowedAddresses: addressRanges().optional(),
  }),
  reply: keyWithSecret,
});

export const listKeys = query({
  name: 'list-keys',
  scopes: environments,
  calledBy: ['gateway'],
  allow: 'person',
  request: z.object({ ...pageRequest, subscriptionId: subscriptionId.optional() }),
  reply: z.object({
    ...pageOf(key),
    /** Of the account; of the subscription where one was given whose keys are counted by themselves. */
    slots: z.object({ used: count(), limit: keyLimit }),
  }),
});
export const shownKeys = listKeys.reply.extend(pageOf(shownKey));

export const getKey = query({
  name: 'get-key',
  scopes: environments,
  calledBy: ['gateway'],
  allow: 'person',
  errors: ['not_found'],
  request: z.object({ keyId }),
  reply: key,
});

export const renameKey = command({
  name: 'rename-key',
  scopes: environments,
  calledBy: ['gateway'],
  allow: 'developer',
  errors: ['not_found'],
  request: z.object({ keyId, name: text() }),
  reply: key,
});

/** Sets when it expires, in whole seconds: not later than the plan has it; null: as the plan has it. An expired key stays that. */
/** From where a key and its tokens may be used. */
export const setAllowedAddresses = command({
  name: 'set-allowed-addresses',
  scopes: environments,
  calledBy: ['gateway'],
  allow: 'developer',
  errors: ['not_found'],
  request: z.object({ keyId, allowedAddresses: addressRanges() }),
  reply: key,
});

export const setKeyExpiry = command({
  name: 'set-key-expiry',
  scopes: environments,
  calledBy: ['gateway'],
  allow: 'developer',
  errors: ['not_found', 'identity.key_expired'],
  request: z.object({ keyId, expiresAt: time().nullable() }),
  reply: key,
});

export const regenerateKey = command({
  name: 'regenerate-key',
  scopes: environments,
  calledBy: ['gateway'],
  allow: 'developer',
  errors: ['not_found'],
  request: z.object({ keyId, revokeTokens }),
  reply: keyWithSecret,
});

export const rotateKey = command({
  name: 'rotate-key',
  scopes: environments,
  calledBy: ['gateway'],
  allow: 'developer',
  errors: ['not_found', 'identity.key_expired'],
  request: z.object({
    keyId,
    revokeTokens,
    /** In which both secrets work: up to what the setting allows. A rotation within it ends the oldest at once. */
    overlapSeconds: whole({ min: 0, max: overlapSecondsMax }).optional(),
  }),
  reply: keyWithSecret,
});

export const deleteKey = command({
  name: 'delete-key',
  scopes: environments,
  calledBy: ['gateway'],
  allow: 'developer',
  errors: ['not_found'],
  request: z.object({ keyId, revokeTokens }),
  reply: nothing,
});

/** What `tokens` puts into a token once a key has proven to be good. */
export const provenKey = z.object({
  applicationId: written(100),
  keyId,
  partnerId,
  accountId,
  subscriptionId,
  productId,
  domain: written(),
  /** The environment's token epoch, of the moment in which the key was good. */
  epoch: count(),
  /** Of a key that expires: no token of it lives longer. */
  expiresAt: time().optional(),
  /** Of a key that may be used from some addresses only. */
  allowedAddresses: addressRanges().optional(),
});
export type ProvenKey = z.infer<typeof provenKey>;

/** Longer than any answer is used: who ends later than this is said to be good for so long. */
export const goodForMsMax = 60_000;

/** A negative verdict is an answer, not an error. */
export const keyVerdict = z.discriminatedUnion('verdict', [
  z.object({
    verdict: z.literal('good'),
    key: provenKey,
    /** How long whoever says this waits after a commit that ends it: its own `fenceMs`. */
    fenceMs: whole({ min: 1, max: 60_000 }).optional(),
    /** For how long, from when the call was sent, this may be used at most: the secret ends by itself, and nobody waits for that. */
    goodForMs: whole({ min: 1, max: goodForMsMax }).optional(),
  }),
  z.object({
    verdict: z.literal('unknown'),
    /** Of a key that is stopped, to whoever has its secret. */
    stopped: stopReason.optional(),
    /** Of a key that has expired, to whoever has its secret. */
    expired: z.boolean().optional(),
  }),
  z.object({ verdict: z.literal('api_access_off') }),
  z.object({
    verdict: z.literal('not_eligible'),
    reasons: z.array(eligibilityReason).max(eligibilityReason.options.length),
  }),
]);
export type KeyVerdict = z.infer<typeof keyVerdict>;

export const verifyKey = query({
  name: 'verify-key',
  scopes: environments,
  calledBy: ['tokens'],
  allow: 'service',
  batched: true,
  errors: ['identity.too_many_failures'],
  request: z.object({ applicationId: presented({ max: 1_000 }), secret: presented({ max: 1_000 }) }),
  reply: keyVerdict,
});

/** For a person who makes a token in the portal (B31): being signed in to the key's account is enough. */
export const verifyOwnKey = query({
  name: 'verify-own-key',
  scopes: environments,
  calledBy: ['tokens'],
  allow: 'person',
  request: z.object({ keyId }),
  reply: keyVerdict,
});

// ── Counting live tokens (docs/adr/0041) ────────────────────────────────────────────────────────────────────────────

/** Tokens of one key and one epoch that expire in the same minute. */
const countedTokens = z.object({
  keyId,
  partnerId,
  /** The person who made them without the key's secret. */
  madeBy: personId.nullable(),
  epoch: count(),
  tokens: whole({ min: 1, max: 1_000_000 }),
  /** Of the one that lives longest; seconds since 1970. */
  expiresAt: count(),
});
export type CountedTokens = z.infer<typeof countedTokens>;

export const countedTokensMax = 256;

export const countTokens = command({
  unrecorded: 'A token is no act (see issue-token); this counts those that were made.',
  name: 'count-tokens',
  scopes: environments,
  calledBy: ['tokens'],
  allow: 'service',
  request: z.object({
    /** Counted once, however often it is sent within an hour. */
    batchId: z.uuid(),
    items: z.array(countedTokens).min(1).max(countedTokensMax),
  }),
  reply: nothing,
});

// ── Ending live tokens (docs/adr/0021) ──────────────────────────────────────────────────────────────────────────────

/** Longest a token may live, in seconds. What ends tokens is remembered for longer. */
export const tokenSecondsMax = 86_400;

/** Whose live tokens are ended. */
export const tokenHolder = z.enum(['key', 'person', 'subscription', 'account', 'partner']);
export type TokenHolder = z.infer<typeof tokenHolder>;

/** Tokens of this holder are refused whose epoch is lower. */
export const tokenRevocation = z.object({
  holder: tokenHolder,
  /** Of the key, person, subscription, account or partner. */
  holderId: z.uuid(),
  /** Null: the holder is the partner. */
  accountId: accountId.nullable(),
  /** The application ID that a key had, for tokens that do not name their key. */
  applicationId: written(100).nullable(),
  epoch: count(),
});
export type TokenRevocation = z.infer<typeof tokenRevocation>;

/** A page of revocations, in the order of their epochs. */
export const listTokenRevocations = query({
  name: 'list-token-revocations',
  scopes: environments,
  calledBy: ['gateway'],
  allow: 'service',
  request: z.object({ after: count() }),
  reply: z.object({
    items: z.array(tokenRevocation).max(1_000),
    /** Of the last item; where there are no more, the environment's own. */
    epoch: count(),
    more: z.boolean(),
  }),
});

/** Tells every gateway at once what was revoked last, and how far the list goes. */
export const tokensRevoked = broadcast({
  name: 'tokens-revoked',
  scopes: environments,
  receivedBy: ['gateway'],
  guarantee: 'Gateways read list-token-revocations every second.',
  data: z.object({ epoch: count(), latest: z.array(tokenRevocation).max(32) }),
});

export const revokeKeyTokens = command({
  name: 'revoke-key-tokens',
  scopes: environments,
  calledBy: ['gateway'],
  allow: 'developer',
  errors: ['not_found'],
  request: z.object({ keyId }),
  reply: nothing,
});

export const revokeAccountTokens = command({
  name: 'revoke-account-tokens',
  scopes: environments,
  calledBy: ['gateway'],
  allow: 'global_admin',
  errors: ['not_found'],
  request: nothing,
  reply: nothing,
});

export const revokePartnerTokens = command({
  name: 'revoke-partner-tokens',
  scopes: ['shared'],
  calledBy: ['admin'],
  allow: 'admin',
  errors: ['not_found'],
  request: z.object({ partnerId }),
  reply: nothing,
});

export const hasLiveKey = query({
  name: 'has-live-key',
  scopes: environments,
  calledBy: ['subscriptions'],
  allow: 'service',
  request: z.object({ partnerId, subscriptionId }),
  reply: z.object({ live: z.boolean() }),
});

/** Which of the subscriptions have a live key. */
export const findLiveKeys = query({
  name: 'find-live-keys',
  scopes: environments,
  calledBy: ['subscriptions'],
  allow: 'service',
  request: z.object({ subscriptions: z.array(z.object({ partnerId, subscriptionId })).max(lookedUpMax) }),
  reply: z.object({ subscriptionIds: z.array(subscriptionId).max(lookedUpMax) }),
});

/** A subscription was cancelled and may be restored, or its payment was taken back: its keys get no token meanwhile, and keep their slots. */
export const stopSubscriptionKeys = command({
  name: 'stop-subscription-keys',
  scopes: environments,
  calledBy: ['subscriptions'],
  allow: 'service',
  request: z.object({
    partnerId,
    subscriptionId,
    /** Of the subscription after the act; what is older than the last that was heard changes nothing. */
    version: count(),
    reason: stopReason.default('cancelled'),
    revokeTokens: z.boolean().default(true),
  }),
  reply: nothing,
});

export const restoreSubscriptionKeys = command({
  name: 'restore-subscription-keys',
  scopes: environments,
  calledBy: ['subscriptions'],
  allow: 'service',
  request: z.object({ partnerId, subscriptionId, version: count() }),
  reply: nothing,
});

/** A subscription has ended: its keys get no token from the moment this has been answered. */
export const endSubscriptionKeys = command({
  name: 'end-subscription-keys',
  scopes: environments,
  calledBy: ['subscriptions'],
  allow: 'service',
  request: z.object({ partnerId, subscriptionId, revokeTokens: z.boolean().default(true) }),
  reply: nothing,
});

// ── Staff ───────────────────────────────────────────────────────────────────────────────────────────────────────────

export const staffMember = z.object({
  id: staffId,
  email: written(),
  displayName: written(),
  role: staffRole,
  active: z.boolean(),
  createdAt: time(),
});

const staffMethod = { scopes: ['shared'], calledBy: ['admin'] } as const;

export const signedInStaff = z.object({
  accessToken: written(),
  expiresIn: count(),
  staff: staffMember,
  /** What the session may do first, and nothing else: present its code, or enrol a second factor. */
  secondFactor: secondFactorState,
});

export const signInStaff = command({
  ...staffMethod,
  name: 'sign-in-staff',
  again: 'never',
  allow: 'anyone',
  errors: ['identity.wrong_credentials', 'identity.too_many_failures'],
  request: z.object({
    email: text({ max: 254, lowerCase: true }),
    password: presentedPassword(),
    device: presentedDevice,
    userAgent,
  }),
  reply: signedInStaff.extend({ device: givenDevice }),
});

export const authenticateStaff = query({
  ...staffMethod,
  name: 'authenticate-staff',
  allow: 'anyone',
  request: z.object({ accessToken: presentedSession(), isUse }),
  reply: z.object({ caller: staffCaller.nullable(), session: callerSession.nullable() }),
});

export const signOutStaff = command({
  ...staffMethod,
  name: 'sign-out-staff',
  allow: 'staff',
  openTo: ['required', 'enrol'],
  request: z.object({ accessToken: presentedSession() }),
  reply: nothing,
});

export const listStaffSessions = query({
  ...staffMethod,
  name: 'list-staff-sessions',
  allow: 'staff',
  request: z.object(pageRequest),
  reply: z.object(pageOf(session)),
});

export const endStaffSession = command({
  ...staffMethod,
  name: 'end-staff-session',
  allow: 'staff',
  errors: ['not_found'],
  request: z.object({ sessionId }),
  reply: nothing,
});

export const endOtherStaffSessions = command({
  ...staffMethod,
  name: 'end-other-staff-sessions',
  allow: 'staff',
  request: nothing,
  reply: endedSessions,
});

export const changeStaffPassword = command({
  ...staffMethod,
  name: 'change-staff-password',
  again: 'never',
  allow: 'staff',
  errors: ['identity.wrong_password', 'identity.weak_password'],
  request: passwordChange,
  reply: endedSessions,
});

/** Six digits of the authenticator, or a recovery code. */
const secondFactorCode = presented({ min: 1, max: 64 }).meta({ format: 'password' });

export const presentSecondFactor = command({
  ...staffMethod,
  name: 'present-second-factor',
  again: 'never',
  allow: 'staff',
  openTo: ['required'],
  errors: ['identity.wrong_code', 'identity.too_many_codes', 'identity.no_second_factor'],
  request: z.object({ code: secondFactorCode }),
  reply: z.object({ secondFactor: secondFactorState, recoveryCodesLeft: count() }),
});

/** Proves again who is there, in the session they have. */
export const reauthenticateStaff = command({
  ...staffMethod,
  name: 'reauthenticate-staff',
  again: 'never',
  allow: 'staff',
  openTo: ['enrol'],
  errors: ['identity.wrong_password', 'identity.wrong_code', 'identity.too_many_codes'],
  request: z.object({ password: presentedPassword(), code: secondFactorCode.optional() }),
  reply: nothing,
});

/** Begins an enrolment; it takes the place of what is enrolled once a code has proved that it was taken over. */
export const startSecondFactor = command({
  ...staffMethod,
  name: 'start-second-factor',
  again: 'never',
  allow: 'staff',
  openTo: ['enrol'],
  recentSignIn: true,
  errors: ['identity.second_factor_required'],
  request: nothing,
  /** Null where the call is a replay (Idempotency-Key). */
  reply: z.object({
    /** For typing it in: base32. */
    secret: written(100).nullable(),
    /** For a QR code: `otpauth://totp/…`. */
    uri: written(1_000).nullable(),
  }),
});

export const recoveryCodesCount = 10;

export const confirmSecondFactor = command({
  ...staffMethod,
  name: 'confirm-second-factor',
  again: 'never',
  allow: 'staff',
  openTo: ['enrol'],
  recentSignIn: true,
  errors: ['identity.wrong_code', 'identity.no_second_factor', 'identity.second_factor_required'],
  request: z.object({ code: secondFactorCode }),
  /** Shown here and nowhere else; empty where the call is a replay (Idempotency-Key). */
  reply: z.object({ recoveryCodes: z.array(written(100)).max(recoveryCodesCount) }),
});

export const removeSecondFactor = command({
  ...staffMethod,
  name: 'remove-second-factor',
  allow: 'staff',
  recentSignIn: true,
  errors: ['identity.second_factor_compulsory'],
  request: nothing,
  reply: nothing,
});

/** For a colleague who has lost theirs; it ends their sessions. */
export const resetSecondFactor = command({
  ...staffMethod,
  name: 'reset-second-factor',
  allow: 'admin',
  recentSignIn: true,
  errors: ['not_found', 'identity.own_second_factor'],
  request: z.object({ staffId }),
  reply: nothing,
});

export const listStaff = query({
  ...staffMethod,
  name: 'list-staff',
  allow: 'staff',
  request: z.object(pageRequest),
  reply: z.object(pageOf(staffMember)),
});

/** Of these, whoever is of the staff, switched off or not. */
export const findStaff = query({
  name: 'find-staff',
  scopes: ['shared'],
  calledBy: ['subscriptions'],
  allow: 'service',
  request: z.object({ staffIds: z.array(staffId).max(200) }),
  reply: z.object({ staffIds: z.array(staffId).max(200) }),
});

export const createStaff = command({
  ...staffMethod,
  name: 'create-staff',
  allow: 'admin',
  recentSignIn: true,
  errors: ['identity.weak_password', 'identity.email_taken'],
  request: z.object({ email: emailAddress(), displayName: text(), role: staffRole, password: password() }),
  reply: staffMember,
});

export const updateStaff = command({
  ...staffMethod,
  name: 'update-staff',
  allow: 'admin',
  recentSignIn: true,
  errors: ['identity.weak_password', 'not_found', 'identity.last_staff_admin'],
  request: z.object({
    staffId,
    displayName: text().optional(),
    role: staffRole.optional(),
    password: password().optional(),
    active: z.boolean().optional(),
  }),
  reply: staffMember,
});

export const partner = z.object({
  id: partnerId,
  name: written(),
  domain: written(),
  /** Whether it was proven by DNS. */
  domainVerified: z.boolean(),
  registration: registrationState,
  /** Of a registration that nobody has confirmed. */
  expiresAt: time().nullable(),
  programme: written(63),
  type: written(63),
  verified: z.boolean(),
  suspended: z.boolean(),
  sandbox: sandboxState,
  keyLimit: z.object({ sandbox: keyLimit, production: keyLimit }),
  eligibility: z.object({ sandbox: eligibility, production: eligibility }),
  createdAt: time(),
});

export const listPartners = query({
  ...staffMethod,
  name: 'list-partners',
  allow: 'staff',
  request: z.object({
    ...pageRequest,
    /** False: those who wait for it; a registration that has expired waits for nothing. */
    verified: z.boolean().optional(),
    /** In the name or the domain. */
    q: searchWords().optional(),
  }),
  reply: z.object(pageOf(partner)),
});

export const getPartner = query({
  ...staffMethod,
  name: 'get-partner',
  allow: 'staff',
  errors: ['not_found'],
  request: z.object({ partnerId }),
  reply: partner,
});

export const updatePartner = command({
  ...staffMethod,
  name: 'update-partner',
  allow: 'admin',
  errors: ['not_found', 'identity.registration_expired'],
  request: z.object({
    partnerId,
    verified: z.boolean().optional(),
    programme: term().optional(),
    type: term().optional(),
    keyLimit: z.object({ sandbox: keyLimit.optional(), production: keyLimit.optional() }).optional(),
    /** Whether its live tokens end, too, where it is no longer eligible. */
    revokeTokens: z.boolean().default(false),
  }),
  reply: partner,
});

export const suspendPartner = command({
  ...staffMethod,
  name: 'suspend-partner',
  allow: 'admin',
  recentSignIn: true,
  errors: ['not_found', 'identity.already_suspended'],
  request: z.object({
    partnerId,
    notes: prose().nullable().default(null),
    revokeTokens: z.boolean().default(true),
  }),
  reply: partner,
});

export const reinstatePartner = command({
  ...staffMethod,
  name: 'reinstate-partner',
  allow: 'admin',
  errors: ['not_found', 'identity.not_suspended'],
  request: z.object({ partnerId }),
  reply: partner,
});

/** Ends at once what would expire later: whoever has the domain may register it. */
export const endRegistration = command({
  ...staffMethod,
  name: 'end-registration',
  allow: 'admin',
  errors: ['not_found', 'identity.registration_confirmed'],
  request: z.object({ partnerId }),
  reply: nothing,
});

/**
 * For an administrator who has lost their password: staff is shown a link, once, and hands it over as they see fit. A new
 * one ends the one before.
 */
export const rescuePerson = command({
  ...staffMethod,
  name: 'rescue-person',
  allow: 'admin',
  recentSignIn: true,
  errors: ['not_found', 'identity.not_global_admin'],
  request: z.object({ partnerId, environment: environmentSchema, username: username() }),
  reply: z.object({
    personId,
    username: written(),
    displayName: written(),
    email: written(),
    account: accountSummary,
    /** Null where the call is a replay (Idempotency-Key). */
    token: written(100).nullable(),
    expiresAt: time(),
  }),
});

export const eligibilityRule = z.object({ programme: term(), type: term() });

export const getEligibilityRules = query({
  ...staffMethod,
  name: 'get-eligibility-rules',
  allow: 'staff',
  errors: ['not_found'],
  request: z.object({ environment: environmentSchema }),
  reply: z.object({ environment: environmentSchema, rules: z.array(eligibilityRule).max(200) }),
});

/** Of whoever a change of the rules concerns, this many are named. */
export const concernedPartnersMax = 10;

const concernedPartners = z.object({
  count: count(),
  /** The first of them. */
  partners: z.array(z.object({ id: partnerId, name: written(), domain: written() })).max(concernedPartnersMax),
});
export type ConcernedPartners = z.infer<typeof concernedPartners>;

export const setEligibilityRules = command({
  ...staffMethod,
  name: 'set-eligibility-rules',
  allow: 'admin',
  errors: ['not_found'],
  request: z.object({
    environment: environmentSchema,
    rules: z.array(eligibilityRule).max(200),
    /** Says what it would do, and does nothing. */
    dryRun: z.boolean().default(false),
    /** Whether the live tokens of whoever is no longer eligible end, too. */
    revokeTokens: z.boolean().default(false),
  }),
  reply: z.object({
    environment: environmentSchema,
    /** As they are now, or of a dry run: as they would be. */
    rules: z.array(eligibilityRule).max(200),
    dryRun: z.boolean(),
    /** Whoever could use the API and no longer can, and the other way round. */
    becameIneligible: concernedPartners,
    becameEligible: concernedPartners,
  }),
});

// ── The provider itself ─────────────────────────────────────────────────────────────────────────────────────────────

export const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;

const shownToAll = { scopes: ['shared'], calledBy: ['gateway', 'admin'], allow: 'anyone' } as const;

/** Where partners turn to. */
export const providerContact = z.object({
  email: emailAddress().nullable().default(null),
  url: httpUrl().nullable().default(null),
});

/** How long a review usually takes, in working days. */
export const reviewDays = z
  .object({ from: whole({ min: 0, max: 365 }), to: whole({ min: 1, max: 365 }) })
  .refine(({ from, to }) => from <= to, { path: ['to'], error: 'must not be less than from' });
export type ReviewDays = z.infer<typeof reviewDays>;

export const holiday = z.object({ date: date(), name: text() });

/** When the provider's people work. */
export const providerCalendar = z.object({
  timeZone: timeZone(),
  workingDays: z.array(z.enum(weekdays)).min(1).max(weekdays.length),
  holidays: z.array(holiday).max(100).default([]),
});
export type ProviderCalendar = z.infer<typeof providerCalendar>;

/** What holds for partners: each text is a version, and every version stays readable. */
export const providerPolicy = z.object({ version: policyVersion, text: written(50_000), createdAt: time() });

/** What is no picture alone is left out: SVG can hold scripts. */
export const logoType = z.enum(['image/png', 'image/jpeg', 'image/webp']);
export type LogoType = z.infer<typeof logoType>;

export const logoBytesMax = 65_536;
/** Wide, and high. */
export const logoPixelsMax = 4_096;

export const provider = z.object({
  /** Null until an administrator has said it. */
  name: written().nullable(),
  contact: z.object({ email: written().nullable(), url: written(500).nullable() }),
  policy: providerPolicy.nullable(),
  reviewDays: reviewDays.nullable(),
  calendar: providerCalendar,
  /** The picture itself is read apart. */
  logo: z.object({ type: logoType, bytes: count() }).nullable(),
});
export type Provider = z.infer<typeof provider>;

export const getProvider = query({
  ...shownToAll,
  // For the calendar, by which reviews are due.
  calledBy: ['gateway', 'admin', 'subscriptions'],
  name: 'get-provider',
  request: nothing,
  reply: provider,
});

export const getProviderPolicy = query({
  ...shownToAll,
  name: 'get-provider-policy',
  errors: ['not_found'],
  /** Edges send a number of digits as one: copies of the release before take nothing else. */
  request: z.object({ version: z.union([text({ max: 50 }), whole({ min: 1, max: 1_000_000_000 })]) }),
  reply: providerPolicy,
});

export const getProviderLogo = query({
  ...shownToAll,
  name: 'get-provider-logo',
  errors: ['not_found'],
  request: nothing,
  reply: z.object({ type: logoType, data: base64({ bytesMax: logoBytesMax }) }),
});

export const setProvider = command({
  ...staffMethod,
  name: 'set-provider',
  allow: 'admin',
  request: z.object({
    name: text(),
    contact: providerContact.default({ email: null, url: null }),
    /** Left out: stays as it is. Another text than the last is a new version. */
    policy: z.object({ text: prose({ max: 50_000 }) }).optional(),
    reviewDays: reviewDays.nullable().default(null),
    calendar: providerCalendar.optional(),
  }),
  reply: provider,
});

export const setProviderLogo = command({
  ...staffMethod,
  name: 'set-provider-logo',
  allow: 'admin',
  request: z.object({ data: base64({ bytesMax: logoBytesMax }) }),
  reply: provider,
});

export const removeProviderLogo = command({
  ...staffMethod,
  name: 'remove-provider-logo',
  allow: 'admin',
  request: nothing,
  reply: nothing,
});

// ── Events ───────────────────────────────────────────────────────────────────────────────────────────────────────────

const ofPartner = { partnerId, by: actor };

export const partnerRegistered = event({
  name: 'partner-registered',
  scopes: ['shared'],
  when: 'An organisation has registered; its primary account is opened next.',
  data: z.object({ ...ofPartner, name: written() }),
});

/** The state itself, so that whoever keeps a copy needs no other event. The newest version is what holds. */
export const partnerChanged = event({
  name: 'partner-changed',
  scopes: ['shared'],
  when: 'A partner is new, or something of it has changed; carries what others show of it.',
  data: z.object({
    partnerId,
    name: written(),
    domain: written(),
    verified: z.boolean(),
    suspended: z.boolean(),
  }),
});

const eligibilityReasons = z.array(eligibilityReason).max(eligibilityReason.options.length);

/** Why a partner is not eligible after what the event tells. */
const remainingReasons = z.object({ sandbox: eligibilityReasons, production: eligibilityReasons });

export const staffChanged = event({
  name: 'staff-changed',
  scopes: ['shared'],
  when: 'Somebody of the staff has another role, or may sign in no more, or again.',
  data: z.object({ staffId, role: staffRole, active: z.boolean() }),
});

export const partnerVerified = event({
  name: 'partner-verified',
  scopes: ['shared'],
  when: 'Staff, or the setting that trusts registrations, has confirmed what an organisation says of itself.',
  data: z.object({
    ...ofPartner,
    /** What has been confirmed may be, or have become, what is not eligible. */
    eligible: z.object({ sandbox: z.boolean(), production: z.boolean() }).default({ sandbox: true, production: true }),
    reasons: remainingReasons.optional(),
  }),
});

export const eligibilityChanged = event({
  name: 'eligibility-changed',
  scopes: ['shared'],
  when: 'What staff has changed of a partner, or of the rules, makes it eligible in an environment, or no longer so, or is one more reason why it is not.',
  data: z.object({ ...ofPartner, environment: environmentSchema, ...eligibility.shape }),
});

export const registrationExpiring = event({
  name: 'registration-expiring',
  scopes: ['shared'],
  when: 'A registration that nobody has confirmed expires soon.',
  data: z.object({ ...ofPartner, domain: written(), expiresAt: time() }),
});

export const registrationExpired = event({
  name: 'registration-expired',
  scopes: ['shared'],
  when: 'A registration was not confirmed in time, or staff has ended it: its accounts are closed and its domain is free.',
  data: z.object({ ...ofPartner, domain: written() }),
});

export const partnerSuspended = event({
  name: 'partner-suspended',
  scopes: ['shared'],
  when: 'Staff has suspended an organisation; it gets no new token.',
  data: z.object({ ...ofPartner, notes: written(4_000).nullable(), revokeTokens: z.boolean().default(false) }),
});

export const partnerReinstated = event({
  name: 'partner-reinstated',
  scopes: ['shared'],
  when: 'Staff has ended a suspension.',
  data: z.object({ ...ofPartner, reasons: remainingReasons.optional() }),
});

export const providerChanged = event({
  name: 'provider-changed',
  scopes: ['shared'],
  when: 'An administrator has changed what the provider says of itself.',
  data: z.object({
    by: actor,
    name: written(),
    contact: z.object({ email: written().nullable(), url: written(500).nullable() }),
    reviewDays: reviewDays.nullable(),
    /** Still published as a number, as copies of the release before take nothing else. */
    policyVersion: z.union([policyVersion, count()]).nullable(),
  }),
});

export const sandboxRequested = event({
  name: 'sandbox-requested',
  scopes: ['shared'],
  when: 'A global admin of the primary account has asked for the sandbox; it is `provisioning`.',
  data: z.object(ofPartner),
});

export const sandboxProvisioned = event({
  name: 'sandbox-provisioned',
  scopes: ['shared'],
  when: 'The sandbox account exists and awaits its set-up.',
  data: z.object({ ...ofPartner, domain: written(), username: written() }),
});

export const sandboxFailed = event({
  name: 'sandbox-failed',
  scopes: ['shared'],
  when: 'The sandbox that was asked for could not be opened for minutes; it can be asked for again.',
  data: z.object({ ...ofPartner, domain: written() }),
});

export const sandboxActivated = event({
  name: 'sandbox-activated',
  scopes: ['shared'],
  when: 'The sandbox administrator has accepted the policy and completed the set-up.',
  data: z.object({ ...ofPartner, domain: written() }),
});

export const accountOpened = event({
  name: 'account-opened',
  scopes: environments,
  when: "An account was made in its environment's partition.",
  data: z.object({ partnerId, accountId }),
});

export const accountOpeningFailed = event({
  name: 'account-opening-failed',
  scopes: environments,
  when: 'An account that was asked for could not be opened for minutes. It is tried on, and can be asked for again.',
  data: z.object({ partnerId, reason: written() }),
});

export const accountActivated = event({
  name: 'account-activated',
  scopes: environments,
  when: 'A sandbox account has been set up.',
  data: z.object({ ...ofPartner, accountId }),
});

export const apiAccessChanged = event({
  name: 'api-access-changed',
  scopes: environments,
  when: 'A global admin has switched API access on or off for the account.',
  data: z.object({ ...ofPartner, accountId, enabled: z.boolean() }),
});

const ofPerson = { ...ofPartner, accountId, personId, username: written() };

export const passwordChanged = event({
  name: 'password-changed',
  scopes: environments,
  when: 'Somebody has changed their password, or set one with a link; their other sessions have ended.',
  data: z.object({ ...ofPerson, withLink: z.boolean() }),
});

export const rescueStarted = event({
  name: 'rescue-started',
  scopes: environments,
  when: 'Staff has made a link with which an administrator can set a new password.',
  data: z.object(ofPerson),
});

/** Never the token: whoever sends the mail calls for it (`get-mailed-link`). */
const ofLink = { ...ofPerson, requestId: z.uuid(), expiresAt: time() };

export const passwordResetRequested = event({
  name: 'password-reset-requested',
  scopes: environments,
  when: 'Somebody has said that they have forgotten their password; they are sent a link.',
  data: z.object(ofLink),
});

export const personInvited = event({
  name: 'person-invited',
  scopes: environments,
  when: 'Somebody was added to an account without a password; they are sent a link with which they set their own.',
  data: z.object(ofLink),
});

export const emailVerificationRequested = event({
  name: 'email-verification-requested',
  scopes: environments,
  when: 'An account has somebody with an address that nobody has proved; they are sent a link that does.',
  data: z.object(ofLink),
});

export const emailChangeRequested = event({
  name: 'email-change-requested',
  scopes: environments,
  when: 'Somebody wants their mail at another address; it goes there once they have proved it.',
  data: z.object(ofPerson),
});

export const roleChanged = event({
  name: 'role-changed',
  scopes: environments,
  when: 'A global admin has given somebody of the account another role; it holds at once.',
  data: z.object({ ...ofPerson, role: partnerRole }),
});

const ofKey = {
  ...ofPartner,
  accountId,
  subscriptionId,
  keyId,
  keyName: written(),
  applicationId: written(100),
};

export const keyCreated = event({
  name: 'key-created',
  scopes: environments,
  when: 'An access key was made.',
  data: z.object(ofKey),
});

export const keyRegenerated = event({
  name: 'key-regenerated',
  scopes: environments,
  when: 'A key got a new pair; the previous application ID is dead.',
  data: z.object({ ...ofKey, previousApplicationId: written(100), revokeTokens: z.boolean() }),
});

export const keyRotated = event({
  name: 'key-rotated',
  scopes: environments,
  when: 'A key got a new secret under the same application ID.',
  data: z.object({
    ...ofKey,
    revokeTokens: z.boolean(),
    /** Until when the secret before it works, too; null: it has ended. */
    previousSecretUntil: time().nullable().default(null),
  }),
});

export const keyDeleted = event({
  name: 'key-deleted',
  scopes: environments,
  when: 'A key was deleted by a person, or ended with its subscription.',
  data: z.object({ ...ofKey, revokeTokens: z.boolean() }),
});

export const keyExpiring = event({
  name: 'key-expiring',
  scopes: environments,
  when: 'A key expires in 30, 7 or 1 days; each is told once for each time at which the key was to expire.',
  data: z.object({ ...ofKey, expiresAt: time(), daysLeft: count() }),
});

export const keyExpired = event({
  name: 'key-expired',
  scopes: environments,
  when: 'A key has expired: it gets no token any more. It keeps its slot until it is regenerated or deleted.',
  data: z.object({ ...ofKey, expiresAt: time() }),
});
