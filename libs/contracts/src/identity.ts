import { z } from 'zod';
import { actor, partnerRole, personCaller, staffCaller, staffRole } from './caller';
import { environments, environmentSchema } from './environment';
import { factsFor } from './fact';
import { accountId, keyId, partnerId, personId, productId, staffId, subscriptionId } from './ids';
import { questionsFor } from './question';

const question = questionsFor('identity');
const fact = factsFor('identity');

const nothing = z.object({});

// ── Organisations and accounts ──────────────────────────────────────────────────────────────────────────────────────

export const accountState = z.enum(['awaiting_setup', 'active']);

/** B7. `none` until the partner asks for one. */
export const sandboxState = z.enum(['none', 'provisioning', 'awaiting_setup', 'active', 'failed']);

export const newPerson = z.object({
  username: z.string(),
  displayName: z.string(),
  email: z.string(),
  password: z.string(),
});

export const accountSummary = z.object({
  id: accountId,
  environment: environmentSchema,
  domain: z.string(),
  state: accountState,
});

/** Why a partner may not use the API in an environment (B9, B10). Empty when it may. */
export const eligibilityReason = z.enum(['unverified', 'programme_not_eligible', 'suspended']);
export const eligibility = z.object({ eligible: z.boolean(), reasons: z.array(eligibilityReason) });
export type Eligibility = z.infer<typeof eligibility>;

export const account = accountSummary.extend({
  partnerId,
  organisation: z.string(),
  apiAccess: z.boolean(),
  eligibility,
  keyLimit: z.number().int(),
  policyAcceptedAt: z.string().nullable(),
});

export const registerPartner = question({
  name: 'register-partner',
  scopes: ['shared'],
  askedBy: ['gateway'],
  allow: 'anyone',
  request: z.object({
    name: z.string(),
    domain: z.string(),
    programme: z.string(),
    type: z.string(),
    admin: newPerson,
  }),
  reply: z.object({ partnerId, account: accountSummary }),
});

export const requestSandbox = question({
  name: 'request-sandbox',
  scopes: ['shared'],
  askedBy: ['gateway'],
  allow: 'global_admin',
  request: z.object({ admin: newPerson }),
  reply: z.object({ state: sandboxState, domain: z.string() }),
});

export const getSandbox = question({
  name: 'get-sandbox',
  scopes: ['shared'],
  askedBy: ['gateway'],
  allow: 'person',
  request: nothing,
  reply: z.object({
    state: sandboxState,
    /** Whether this person is offered the option (B2, B5, B6). */
    canCreate: z.boolean(),
    account: z.object({ id: accountId, environment: environmentSchema, domain: z.string() }).optional(),
    failure: z.string().optional(),
  }),
});

export const getAccount = question({
  name: 'get-account',
  scopes: environments,
  askedBy: ['gateway'],
  allow: 'person',
  request: nothing,
  reply: account,
});

export const completeSetup = question({
  name: 'complete-setup',
  scopes: environments,
  askedBy: ['gateway'],
  allow: 'global_admin',
  request: z.object({ acceptPolicy: z.literal(true) }),
  reply: account,
});

export const setApiAccess = question({
  name: 'set-api-access',
  scopes: environments,
  askedBy: ['gateway'],
  allow: 'global_admin',
  request: z.object({ enabled: z.boolean() }),
  reply: account,
});

/** What of the account itself keeps it from making keys. */
export const accountLock = z.enum(['api_access_off', 'not_eligible', 'suspended']);
export type AccountLock = z.infer<typeof accountLock>;

/** For the production card of a subscription (B34). */
export const getStanding = question({
  name: 'get-standing',
  scopes: environments,
  askedBy: ['gateway'],
  allow: 'service',
  request: z.object({ partnerId }),
  reply: z.object({ locks: z.array(accountLock) }),
});

// ── People and sessions ─────────────────────────────────────────────────────────────────────────────────────────────

export const person = z.object({
  id: personId,
  username: z.string(),
  displayName: z.string(),
  email: z.string(),
  role: partnerRole,
  createdAt: z.string(),
});

export const listPeople = question({
  name: 'list-people',
  scopes: environments,
  askedBy: ['gateway'],
  allow: 'person',
  request: z.object({ limit: z.number().int(), cursor: z.string().optional() }),
  reply: z.object({ items: z.array(person), nextCursor: z.string().nullable() }),
});

export const addPerson = question({
  name: 'add-person',
  scopes: environments,
  askedBy: ['gateway'],
  allow: 'global_admin',
  request: newPerson.extend({ role: partnerRole }),
  reply: person,
});

export const removePerson = question({
  name: 'remove-person',
  scopes: environments,
  askedBy: ['gateway'],
  allow: 'global_admin',
  request: z.object({ personId }),
  reply: nothing,
});

/** Which environment a domain belongs to: the only thing that decides a person's environment. */
export const resolveDomain = question({
  name: 'resolve-domain',
  scopes: ['shared'],
  askedBy: ['gateway'],
  allow: 'anyone',
  request: z.object({ domain: z.string() }),
  reply: z.object({ environment: environmentSchema.nullable() }),
});

export const signIn = question({
  name: 'sign-in',
  scopes: environments,
  askedBy: ['gateway'],
  allow: 'anyone',
  request: z.object({ username: z.string(), domain: z.string(), password: z.string() }),
  reply: z.object({
    accessToken: z.string(),
    expiresIn: z.number().int(),
    account: accountSummary,
    person: z.object({ id: personId, username: z.string(), displayName: z.string() }),
    roles: z.array(partnerRole),
  }),
});

export const authenticate = question({
  name: 'authenticate',
  scopes: environments,
  askedBy: ['gateway'],
  allow: 'anyone',
  request: z.object({ accessToken: z.string() }),
  /** Null: unknown, ended or expired. */
  reply: z.object({ caller: personCaller.nullable() }),
});

export const signOut = question({
  name: 'sign-out',
  scopes: environments,
  askedBy: ['gateway'],
  allow: 'person',
  request: z.object({ accessToken: z.string() }),
  reply: nothing,
});

// ── Access keys ─────────────────────────────────────────────────────────────────────────────────────────────────────

export const key = z.object({
  id: keyId,
  name: z.string(),
  environment: environmentSchema,
  applicationId: z.string(),
  /** Never the secret: its marker and last four characters. */
  maskedSecret: z.string(),
  domain: z.string(),
  subscriptionId,
  createdAt: z.string(),
  createdBy: actor,
  /** When the pair or its secret was last renewed. */
  renewedAt: z.string().nullable(),
});
export type Key = z.infer<typeof key>;

/** The only reply that ever carries a secret; null where the call is a replay (Idempotency-Key). */
export const keyWithSecret = key.extend({
  applicationSecret: z.string().nullable(),
  secretAlreadyShown: z.boolean(),
  /** B14: to show beside the secret. */
  warning: z.string(),
});
export type KeyWithSecret = z.infer<typeof keyWithSecret>;

export const createKey = question({
  name: 'create-key',
  scopes: environments,
  askedBy: ['gateway'],
  allow: 'developer',
  request: z.object({ name: z.string(), subscriptionId }),
  reply: keyWithSecret,
});

export const listKeys = question({
  name: 'list-keys',
  scopes: environments,
  askedBy: ['gateway'],
  allow: 'person',
  request: z.object({
    limit: z.number().int(),
    cursor: z.string().optional(),
    subscriptionId: subscriptionId.optional(),
  }),
  reply: z.object({
    items: z.array(key),
    nextCursor: z.string().nullable(),
    slots: z.object({ used: z.number(), limit: z.number() }),
  }),
});

export const getKey = question({
  name: 'get-key',
  scopes: environments,
  askedBy: ['gateway'],
  allow: 'person',
  request: z.object({ keyId }),
  reply: key,
});

export const renameKey = question({
  name: 'rename-key',
  scopes: environments,
  askedBy: ['gateway'],
  allow: 'developer',
  request: z.object({ keyId, name: z.string() }),
  reply: key,
});

export const regenerateKey = question({
  name: 'regenerate-key',
  scopes: environments,
  askedBy: ['gateway'],
  allow: 'developer',
  request: z.object({ keyId, revokeTokens: z.boolean() }),
  reply: keyWithSecret,
});

export const rotateKey = question({
  name: 'rotate-key',
  scopes: environments,
  askedBy: ['gateway'],
  allow: 'developer',
  request: z.object({ keyId, revokeTokens: z.boolean() }),
  reply: keyWithSecret,
});

export const deleteKey = question({
  name: 'delete-key',
  scopes: environments,
  askedBy: ['gateway'],
  allow: 'developer',
  request: z.object({ keyId, revokeTokens: z.boolean() }),
  reply: nothing,
});

/** What `tokens` puts into a token once a key has proven to be good. */
export const provenKey = z.object({
  applicationId: z.string(),
  keyId,
  partnerId,
  accountId,
  subscriptionId,
  productId,
  domain: z.string(),
});
export type ProvenKey = z.infer<typeof provenKey>;

/** A negative verdict is an answer, not an error. */
export const keyVerdict = z.discriminatedUnion('verdict', [
  z.object({ verdict: z.literal('good'), key: provenKey }),
  z.object({ verdict: z.literal('unknown') }),
  z.object({ verdict: z.literal('api_access_off') }),
  z.object({ verdict: z.literal('not_eligible'), reasons: z.array(eligibilityReason) }),
]);
export type KeyVerdict = z.infer<typeof keyVerdict>;

export const verifyKey = question({
  name: 'verify-key',
  scopes: environments,
  askedBy: ['tokens'],
  allow: 'service',
  batched: true,
  request: z.object({ applicationId: z.string(), secret: z.string() }),
  reply: keyVerdict,
});

/** For a person who makes a token in the portal (B31): being signed in to the key's account is enough. */
export const verifyOwnKey = question({
  name: 'verify-own-key',
  scopes: environments,
  askedBy: ['tokens'],
  allow: 'person',
  request: z.object({ keyId }),
  reply: keyVerdict,
});

export const hasLiveKey = question({
  name: 'has-live-key',
  scopes: environments,
  askedBy: ['subscriptions'],
  allow: 'service',
  request: z.object({ partnerId, subscriptionId }),
  reply: z.object({ live: z.boolean() }),
});

/** A subscription has ended: its keys get no token from the moment this has been answered. */
export const endSubscriptionKeys = question({
  name: 'end-subscription-keys',
  scopes: environments,
  askedBy: ['subscriptions'],
  allow: 'service',
  request: z.object({ partnerId, subscriptionId }),
  reply: nothing,
});

// ── Staff ───────────────────────────────────────────────────────────────────────────────────────────────────────────

export const staffMember = z.object({
  id: staffId,
  email: z.string(),
  displayName: z.string(),
  role: staffRole,
  active: z.boolean(),
  createdAt: z.string(),
});

const staffQuestion = { scopes: ['shared'], askedBy: ['admin'] } as const;

export const signInStaff = question({
  ...staffQuestion,
  name: 'sign-in-staff',
  allow: 'anyone',
  request: z.object({ email: z.string(), password: z.string() }),
  reply: z.object({ accessToken: z.string(), expiresIn: z.number().int(), staff: staffMember }),
});

export const authenticateStaff = question({
  ...staffQuestion,
  name: 'authenticate-staff',
  allow: 'anyone',
  request: z.object({ accessToken: z.string() }),
  reply: z.object({ caller: staffCaller.nullable() }),
});

export const signOutStaff = question({
  ...staffQuestion,
  name: 'sign-out-staff',
  allow: 'staff',
  request: z.object({ accessToken: z.string() }),
  reply: nothing,
});

export const listStaff = question({
  ...staffQuestion,
  name: 'list-staff',
  allow: 'staff',
  request: z.object({ limit: z.number().int(), cursor: z.string().optional() }),
  reply: z.object({ items: z.array(staffMember), nextCursor: z.string().nullable() }),
});

export const createStaff = question({
  ...staffQuestion,
  name: 'create-staff',
  allow: 'admin',
  request: z.object({ email: z.string(), displayName: z.string(), role: staffRole, password: z.string() }),
  reply: staffMember,
});

export const updateStaff = question({
  ...staffQuestion,
  name: 'update-staff',
  allow: 'admin',
  request: z.object({
    staffId,
    displayName: z.string().optional(),
    role: staffRole.optional(),
    password: z.string().optional(),
    active: z.boolean().optional(),
  }),
  reply: staffMember,
});

export const partner = z.object({
  id: partnerId,
  name: z.string(),
  domain: z.string(),
  programme: z.string(),
  type: z.string(),
  verified: z.boolean(),
  suspended: z.boolean(),
  sandbox: sandboxState,
  keyLimit: z.object({ sandbox: z.number().int(), production: z.number().int() }),
  eligibility: z.object({ sandbox: eligibility, production: eligibility }),
  createdAt: z.string(),
});

export const listPartners = question({
  ...staffQuestion,
  name: 'list-partners',
  allow: 'staff',
  request: z.object({ limit: z.number().int(), cursor: z.string().optional() }),
  reply: z.object({ items: z.array(partner), nextCursor: z.string().nullable() }),
});

export const getPartner = question({
  ...staffQuestion,
  name: 'get-partner',
  allow: 'staff',
  request: z.object({ partnerId }),
  reply: partner,
});

export const updatePartner = question({
  ...staffQuestion,
  name: 'update-partner',
  allow: 'admin',
  request: z.object({
    partnerId,
    verified: z.boolean().optional(),
    programme: z.string().optional(),
    type: z.string().optional(),
    keyLimit: z.object({ sandbox: z.number().int().optional(), production: z.number().int().optional() }).optional(),
  }),
  reply: partner,
});

export const suspendPartner = question({
  ...staffQuestion,
  name: 'suspend-partner',
  allow: 'admin',
  request: z.object({ partnerId, notes: z.string().nullable() }),
  reply: partner,
});

export const reinstatePartner = question({
  ...staffQuestion,
  name: 'reinstate-partner',
  allow: 'admin',
  request: z.object({ partnerId }),
  reply: partner,
});

export const eligibilityRule = z.object({ programme: z.string(), type: z.string() });

export const getEligibilityRules = question({
  ...staffQuestion,
  name: 'get-eligibility-rules',
  allow: 'staff',
  request: z.object({ environment: environmentSchema }),
  reply: z.object({ environment: environmentSchema, rules: z.array(eligibilityRule) }),
});

export const setEligibilityRules = question({
  ...staffQuestion,
  name: 'set-eligibility-rules',
  allow: 'admin',
  request: z.object({ environment: environmentSchema, rules: z.array(eligibilityRule) }),
  reply: z.object({ environment: environmentSchema, rules: z.array(eligibilityRule) }),
});

// ── Facts ───────────────────────────────────────────────────────────────────────────────────────────────────────────

const ofPartner = { partnerId, by: actor };

export const partnerRegistered = fact({
  name: 'partner-registered',
  scopes: ['shared'],
  when: 'An organisation has registered; its primary account is opened next.',
  data: z.object({ ...ofPartner, name: z.string() }),
});

export const partnerVerified = fact({
  name: 'partner-verified',
  scopes: ['shared'],
  when: 'Staff, or the setting that trusts registrations, has confirmed what an organisation says of itself.',
  data: z.object(ofPartner),
});

export const partnerSuspended = fact({
  name: 'partner-suspended',
  scopes: ['shared'],
  when: 'Staff has suspended an organisation; it gets no new token.',
  data: z.object({ ...ofPartner, notes: z.string().nullable() }),
});

export const partnerReinstated = fact({
  name: 'partner-reinstated',
  scopes: ['shared'],
  when: 'Staff has ended a suspension.',
  data: z.object(ofPartner),
});

export const sandboxRequested = fact({
  name: 'sandbox-requested',
  scopes: ['shared'],
  when: 'A global admin of the primary account has asked for the sandbox; it is `provisioning`.',
  data: z.object(ofPartner),
});

export const sandboxProvisioned = fact({
  name: 'sandbox-provisioned',
  scopes: ['shared'],
  when: 'The sandbox account exists and awaits its set-up.',
  data: z.object({ ...ofPartner, domain: z.string(), username: z.string() }),
});

export const sandboxActivated = fact({
  name: 'sandbox-activated',
  scopes: ['shared'],
  when: 'The sandbox administrator has accepted the policy and completed the set-up.',
  data: z.object({ ...ofPartner, domain: z.string() }),
});

export const accountOpened = fact({
  name: 'account-opened',
  scopes: environments,
  when: "An account was made in its environment's partition.",
  data: z.object({ partnerId, accountId }),
});

export const accountActivated = fact({
  name: 'account-activated',
  scopes: environments,
  when: 'A sandbox account has been set up.',
  data: z.object({ ...ofPartner, accountId }),
});

export const apiAccessChanged = fact({
  name: 'api-access-changed',
  scopes: environments,
  when: 'A global admin has switched API access on or off for the account.',
  data: z.object({ ...ofPartner, accountId, enabled: z.boolean() }),
});

const ofKey = {
  ...ofPartner,
  accountId,
  subscriptionId,
  keyId,
  keyName: z.string(),
  applicationId: z.string(),
};

export const keyCreated = fact({
  name: 'key-created',
  scopes: environments,
  when: 'An access key was made.',
  data: z.object(ofKey),
});

export const keyRegenerated = fact({
  name: 'key-regenerated',
  scopes: environments,
  when: 'A key got a new pair; the previous application ID is dead.',
  data: z.object({ ...ofKey, previousApplicationId: z.string(), revokeTokens: z.boolean() }),
});

export const keyRotated = fact({
  name: 'key-rotated',
  scopes: environments,
  when: 'A key got a new secret under the same application ID.',
  data: z.object({ ...ofKey, revokeTokens: z.boolean() }),
});

export const keyDeleted = fact({
  name: 'key-deleted',
  scopes: environments,
  when: 'A key was deleted by a person, or ended with its subscription.',
  data: z.object({ ...ofKey, revokeTokens: z.boolean() }),
});
