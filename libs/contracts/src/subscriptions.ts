import { z } from 'zod';
import { contractOf } from './definitions';
import { actor, staffRole } from './caller';
import { environmentSchema } from './environment';
import {
  count,
  currency,
  freeJson,
  httpUrl,
  pageOf,
  pageRequest,
  presented,
  prose,
  searchWords,
  slug,
  text,
  time,
  whole,
  written,
} from './fields';
import { accountBlocker, keySlotsPer } from './identity';
import {
  draftVersion,
  partnerId,
  planId,
  productId,
  reviewerGroupId,
  reviewMessageId,
  staffId,
  submissionId,
  subscriptionId,
} from './ids';

const { query, command, event } = contractOf('subscriptions');

const shared = ['shared'] as const;

// ── Catalogue ───────────────────────────────────────────────────────────────────────────────────────────────────────

export const endpoints = z.object({ sandbox: httpUrl().nullable(), production: httpUrl().nullable() });
/** Left out: none. */
const newEndpoints = z.object({
  sandbox: httpUrl().nullable().default(null),
  production: httpUrl().nullable().default(null),
});

export const price = z.object({
  /** Minor units of the currency (cents). */
  amountMinor: whole({ min: 1, max: 1_000_000_000 }),
  currency: currency(),
  interval: z.enum(['once', 'month', 'year']),
});

/** Characters of a JSON Schema as it is written down. */
export const formSchemaCharactersMax = 32_768;
/** Characters of the answers to all steps of a form. */
export const formCharactersMax = 65_536;

export const formStep = z.object({
  /** Names a member of the answers. */
  id: slug(),
  title: text(),
  schema: freeJson(z.record(z.string(), z.unknown()), formSchemaCharactersMax),
});
export type FormStep = z.infer<typeof formStep>;

export const formStepsMax = 20;
export const formSteps = z.array(formStep).min(1).max(formStepsMax);

/** A form as it stood at one version; a submission keeps the version it answered (B41). */
export const form = z.object({ version: count(), steps: formSteps });
export type Form = z.infer<typeof form>;

/** How what is submitted on a plan is reviewed: the provider's own business, which no partner is shown. */
export const planReview = z.object({
  /** Whose members alone see and decide; null: every reviewer. */
  reviewerGroupId: reviewerGroupId.nullable(),
  /** Whether two different people must approve. */
  fourEyes: z.boolean().default(false),
  /** By the end of the how manieth working day after the day of a submission it is to be decided; null: whenever. */
  dueWorkingDays: whole({ min: 1, max: 60 }).nullable().default(null),
});

export const plan = z.object({
  id: planId,
  name: written(),
  sandbox: z.boolean(),
  /** Whether staff must approve a subscription to a plan without a sandbox (B32). */
  approval: z.boolean(),
  price: price.nullable(),
  credentialType: z.literal('client_secret'),
  submissionForm: form.nullable(),
  review: planReview.default({ reviewerGroupId: null, fourEyes: false, dueWorkingDays: null }),
  /** After which its keys expire that are made from then on; null: they do not. */
  keyLifetimeDays: count().nullable().default(null),
  /** Whether its keys take places of their account, or each subscription has its own. */
  keySlotsPer: keySlotsPer.default('account'),
});
export type Plan = z.infer<typeof plan>;

/** Plans of one product. */
export const plansMax = 100;

export const product = z.object({
  id: productId,
  name: written(),
  slug: slug(),
  description: written(4_000),
  endpoints,
  plans: z.array(plan).max(plansMax),
});

/** As partners see it: they call the gateway, and where the provider's own servers are is nothing of theirs. */
export const publicProduct = product
  .omit({ endpoints: true })
  .extend({ plans: z.array(plan.omit({ review: true })).max(plansMax) });
export const publicProducts = z.object(pageOf(publicProduct));

/** B35: the provider sets it, the partner reads and copies it. */
export const testDatum = z.object({
  type: text({ max: 50 }),
  name: text(),
  description: prose({ max: 1_000, min: 0 }),
  value: prose({ min: 0, verbatim: true }),
});

const testData = z.array(testDatum).max(200);

export const listProducts = query({
  name: 'list-products',
  scopes: shared,
  calledBy: ['gateway', 'admin'],
  allow: 'member',
  request: z.object(pageRequest),
  reply: z.object(pageOf(product)),
});

export const getProduct = query({
  name: 'get-product',
  scopes: shared,
  calledBy: ['gateway', 'admin'],
  allow: 'member',
  errors: ['not_found'],
  request: z.object({ productId }),
  reply: product,
});

export const createProduct = command({
  name: 'create-product',
  scopes: shared,
  calledBy: ['admin'],
  allow: 'admin',
  errors: ['subscriptions.slug_taken'],
  request: z.object({
    name: text(),
    slug: slug(),
    description: prose({ min: 0 }).default(''),
    endpoints: newEndpoints.default({ sandbox: null, production: null }),
  }),
  reply: product,
});

export const updateProduct = command({
  name: 'update-product',
  scopes: shared,
  calledBy: ['admin'],
  allow: 'admin',
  errors: ['not_found', 'subscriptions.slug_taken'],
  request: z.object({
    productId,
    name: text().optional(),
    slug: slug().optional(),
    description: prose({ min: 0 }).optional(),
    endpoints: endpoints.partial().optional(),
  }),
  reply: product,
});

export const getProductTestData = query({
  name: 'get-product-test-data',
  scopes: shared,
  calledBy: ['admin'],
  allow: 'staff',
  errors: ['not_found'],
  request: z.object({ productId }),
  reply: z.object({ items: testData }),
});

export const setTestData = command({
  name: 'set-test-data',
  scopes: shared,
  calledBy: ['admin'],
  allow: 'admin',
  errors: ['not_found'],
  request: z.object({ productId, items: testData }),
  reply: z.object({ items: testData }),
});

export const createPlan = command({
  name: 'create-plan',
  scopes: shared,
  calledBy: ['admin'],
  allow: 'admin',
  errors: ['not_found', 'subscriptions.plan_limit_reached'],
  request: z.object({
    productId,
    name: text(),
    sandbox: z.boolean(),
    /** Left out: as the sandbox has it. */
    approval: z.boolean().optional(),
    price: price.nullable().default(null),
    credentialType: z.literal('client_secret').default('client_secret'),
    submissionForm: z.object({ steps: formSteps }).nullable().default(null),
    /** Days, counted from when a pair is made. */
    keyLifetimeDays: whole({ min: 1, max: 3_650 }).nullable().default(null),
    keySlotsPer: keySlotsPer.default('account'),
  }),
  reply: plan,
});

/** Puts a new version of the form in force; submissions already made keep theirs. Null: no form from now on. */
export const setSubmissionForm = command({
  name: 'set-submission-form',
  scopes: shared,
  calledBy: ['admin'],
  allow: 'admin',
  errors: ['not_found'],
  request: z.object({ productId, planId, steps: formSteps.nullable() }),
  reply: plan,
});

/** Holds at once, also for what waits already; but when something is due was said when it was submitted. */
export const setPlanReview = command({
  name: 'set-plan-review',
  scopes: shared,
  calledBy: ['admin'],
  allow: 'admin',
  errors: ['not_found'],
  request: z.object({ productId, planId, ...planReview.shape }),
  reply: plan,
});

// ── Subscriptions ───────────────────────────────────────────────────────────────────────────────────────────────────

export const phase = z.enum(['sandbox', 'in_review', 'production', 'rejected']);
export type Phase = z.infer<typeof phase>;

export const paymentState = z.enum(['not_required', 'due', 'paid']);
export type PaymentState = z.infer<typeof paymentState>;

export const decision = z.enum(['approved', 'rejected', 'changes_requested']);
export type Decision = z.infer<typeof decision>;

/** Notes that one decision pins to fields. */
const changeItemsMax = 100;

/** A note as a reviewer pins it: to a field by the names of step and field, or by one pointer. */
export const newChangeItem = z.object({
  stepId: slug().optional(),
  /** `street`, or `address.street`: of a list, all its items. */
  field: text({ max: 200 }).optional(),
  /** RFC 6901, as the faults of answers have it: `/answers/company/address/street`. In place of step and field. */
  pointer: text({ max: 200 }).optional(),
  note: prose({ max: 2_000 }),
});
const newChangeItems = z.array(newChangeItem).max(changeItemsMax);

/** A reviewer's note pinned to a field of the form. */
export const changeItem = z.object({
  stepId: slug(),
  field: text({ max: 200 }),
  /** Of a field within a list, where no pointer names its item, that of the list. Absent: of an earlier release. */
  pointer: written(500).optional(),
  note: prose({ max: 2_000 }),
});
const changeItems = z.array(changeItem).max(changeItemsMax);
export type ChangeItem = z.infer<typeof changeItem>;

/** What whoever submits again says of a note: whether it was addressed, and in a word how, or why not. */
export const changeResponse = z.object({
  /** The `id` of the note. */
  item: text({ max: 60 }),
  addressed: z.boolean(),
  comment: prose({ max: 1_000 }),
});
const changeResponses = z.array(changeResponse).max(changeItemsMax);
export type ChangeResponse = z.infer<typeof changeResponse>;

/** A note as both sides see it. */
export const shownChangeItem = changeItem.extend({
  /** By which a response names it. */
  id: written(60).optional(),
  /** Of the submission that came after it. Null: none yet, and the next has to have one. */
  response: changeResponse.omit({ item: true }).extend({ submissionId }).nullable().optional(),
});
const shownChangeItems = z.array(shownChangeItem).max(changeItemsMax);
export type ShownChangeItem = z.infer<typeof shownChangeItem>;

/** What a reviewer decided, or took back, as the partner sees it on the subscription (B40). */
export const notice = z.object({
  kind: z.enum([...decision.options, 'reopened']),
  title: written(),
  notes: written(4_000).nullable(),
  items: shownChangeItems,
  at: time(),
  by: actor,
  submissionId,
  formVersion: count().nullable(),
});

export type Notice = z.infer<typeof notice>;

/** B33: three steps; `rejected` marks the review step. */
export const step = z.object({
  id: z.enum(['sandbox', 'in_review', 'production']),
  title: written(),
  state: z.enum(['done', 'current', 'upcoming', 'rejected', 'skipped']),
});

export const productionBlocker = z.enum(['review', 'payment', 'cancelled', ...accountBlocker.options]);
export type ProductionBlocker = z.infer<typeof productionBlocker>;

export const submitBlocker = z.enum([
  'in_review',
  'in_production',
  'rejected',
  'cancelled',
  'no_sandbox_key',
  'submission_limit_reached',
]);
export type SubmitBlocker = z.infer<typeof submitBlocker>;

/** Of one subscription: each is read by a person. With it the timeline is bounded, too. */
export const submissionsMax = 50;
/** A submission, its decision and a reopening each; the beginning, the payments, the end. */
const timelineMax = 200;

export const subscription = z.object({
  id: subscriptionId,
  name: written(),
  product: z.object({ id: productId, name: written(), slug: slug() }),
  plan: z.object({ id: planId, name: written(), sandbox: z.boolean(), hasForm: z.boolean() }),
  phase,
  changesRequested: z.boolean(),
  steps: z.array(step).max(3),
  payment: z.object({
    state: paymentState,
    price: price.nullable(),
    reference: written(200).nullable(),
    paidAt: time().nullable(),
  }),
  /** A decision and a reopening of each submission. */
  notices: z.array(notice).max(2 * submissionsMax),
  canSubmit: z.boolean(),
  /** Why it cannot be submitted for review. */
  submitBlockers: z.array(submitBlocker).max(submitBlocker.options.length),
  /** One verdict, for the card, for staff and for whoever makes a key: what the pipeline wants, and the primary account. */
  production: z.object({
    unlocked: z.boolean(),
    reasons: z.array(productionBlocker).max(productionBlocker.options.length),
    approvedAt: time().nullable(),
  }),
  /** Its keys are stopped, and nothing changes in it any more. `null`: it cannot be restored, or no more; its keys have ended. */
  cancellation: z.object({ at: time(), restorableUntil: time().nullable() }).nullable(),
  /** What was approved last of what was submitted, and holds. */
  inForce: z.object({ submissionId, number: count(), approvedAt: time() }).nullable().default(null),
  /** What is in review: in production, a change, and production goes on meanwhile. */
  underReview: z
    .object({
      submissionId,
      number: count(),
      submittedAt: time(),
      /** From when the partner may ask, once, what has become of it. */
      nudgeFrom: time().nullable().default(null),
      nudgedAt: time().nullable().default(null),
    })
    .nullable()
    .default(null),
  createdAt: time(),
});
export type Subscription = z.infer<typeof subscription>;

/** Which subscriptions a list has: the same words for partners and for staff. */
export const subscriptionFilter = z.enum(['current', 'running', 'cancelled', 'restorable', 'ended', 'all']).meta({
  description:
    '`running`: not cancelled; `cancelled`: whatever is, of which `restorable` can still be restored and `ended` no more; `current`: running or restorable; `all` leaves none out.',
});
export type SubscriptionFilter = z.infer<typeof subscriptionFilter>;

const partnerMethod = { scopes: shared, calledBy: ['gateway'] } as const;

export const createSubscription = command({
  ...partnerMethod,
  name: 'create-subscription',
  allow: 'developer',
  errors: ['not_found', 'subscriptions.limit_reached'],
  request: z.object({ planId, name: text() }),
  reply: subscription,
});

export const listSubscriptions = query({
  ...partnerMethod,
  name: 'list-subscriptions',
  allow: 'person',
  request: z.object({ ...pageRequest, state: subscriptionFilter.default('current') }),
  reply: z.object(pageOf(subscription)),
});

export const getSubscription = query({
  ...partnerMethod,
  name: 'get-subscription',
  allow: 'person',
  errors: ['not_found'],
  request: z.object({ subscriptionId }),
  reply: subscription,
});

export const cancelSubscription = command({
  ...partnerMethod,
  name: 'cancel-subscription',
  allow: 'developer',
  errors: ['not_found', 'subscriptions.has_production_keys', 'subscriptions.cancelled'],
  request: z.object({
    subscriptionId,
    /** Whether the live tokens of its keys end with them. */
    revokeTokens: z.boolean().default(true),
  }),
  reply: z.object({}),
});

/** Cancels what has production keys: they stop at once, keep their slots, and end when the time to restore it is over. */
export const cancelInProduction = command({
  ...partnerMethod,
  name: 'cancel-in-production',
  allow: 'global_admin',
  errors: ['not_found', 'subscriptions.cancelled', 'subscriptions.not_in_production'],
  request: z.object({
    subscriptionId,
    /** The name of the subscription, so that nobody ends the wrong one. */
    confirm: text(),
    /** Whether the live tokens of its keys end with them. Restored keys do not bring them back. */
    revokeTokens: z.boolean().default(true),
  }),
  reply: subscription,
});

export const restoreSubscription = command({
  ...partnerMethod,
  name: 'restore-subscription',
  allow: 'global_admin',
  errors: ['not_found', 'subscriptions.not_cancelled', 'subscriptions.restoring_too_late'],
  request: z.object({ subscriptionId }),
  reply: subscription,
});

export const getTestData = query({
  ...partnerMethod,
  name: 'get-test-data',
  allow: 'person',
  errors: ['not_found'],
  request: z.object({ subscriptionId }),
  reply: z.object({ items: testData }),
});

export const getForm = query({
  ...partnerMethod,
  name: 'get-form',
  allow: 'person',
  errors: ['not_found'],
  /** Left out: the version in force. */
  request: z.object({ subscriptionId, version: count().optional() }),
  reply: z.object({ form: form.nullable() }),
});

export const timelineItem = z.object({
  /** What happened, such as `submitted` or `changes_requested`. */
  action: written(),
  title: written(),
  from: phase.nullable(),
  to: phase,
  at: time(),
  by: actor,
  notes: written(4_000).nullable(),
  submissionId: submissionId.nullable(),
});

export const getTimeline = query({
  scopes: shared,
  calledBy: ['gateway', 'admin'],
  name: 'get-timeline',
  allow: 'member',
  errors: ['not_found'],
  request: z.object({ subscriptionId }),
  reply: z.object({ items: z.array(timelineItem).max(timelineMax) }),
});

export const answers = freeJson(z.record(z.string(), z.record(z.string(), z.unknown())), formCharactersMax);
export type FormAnswers = z.infer<typeof answers>;

export const submissionState = z.enum(['pending', 'approved', 'rejected', 'changes_requested', 'withdrawn']);
export type SubmissionState = z.infer<typeof submissionState>;

export const submitted = z.object({
  submissionId,
  number: count(),
  state: submissionState,
  formVersion: count().nullable(),
  phase,
  subscription,
});

export const submitForReview = command({
  ...partnerMethod,
  name: 'submit-for-review',
  allow: 'developer',
  errors: [
    'subscriptions.cancelled',
    'not_found',
    'subscriptions.wrong_phase',
    'subscriptions.no_sandbox_key',
    'subscriptions.submission_limit_reached',
    'subscriptions.answers_too_costly',
    'subscriptions.form_replaced',
  ],
  request: z.object({
    subscriptionId,
    answers: answers.default({}),
    /** Of the form that is answered; another in force is then refused. Left out: whichever is in force. */
    formVersion: count().nullable().optional(),
    /** One for each note that the last decision has pinned to a field. */
    responses: changeResponses.optional(),
  }),
  reply: submitted,
});

/** What the partner has submitted, as it was then. */
export const ownSubmission = z.object({
  submissionId,
  number: count(),
  state: submissionState,
  /** Which `get-form` has. */
  formVersion: count().nullable(),
  answers,
  submittedAt: time(),
  submittedBy: actor,
  /** Also of who withdrew it. `null`: it waits. */
  decision: z
    .object({
      state: submissionState,
      at: time(),
      by: actor,
      notes: written(4_000).nullable(),
      items: shownChangeItems,
    })
    .nullable(),
});

export type OwnSubmission = z.infer<typeof ownSubmission>;

/** Newest first. A page ends sooner where answers are long: at least one is in it. */
export const listSubmissions = query({
  ...partnerMethod,
  name: 'list-submissions',
  allow: 'person',
  errors: ['not_found'],
  request: z.object({ ...pageRequest, subscriptionId }),
  reply: z.object(pageOf(ownSubmission)),
});

/** A submission in the making, the same for all people of both accounts. Nothing in it has to be complete or valid. */
export const draft = z.object({
  /** Another with each that is saved. */
  version: draftVersion,
  answers,
  /** Of the form that it was to answer. */
  formVersion: count().nullable(),
  savedAt: time(),
  savedBy: actor,
});
export type Draft = z.infer<typeof draft>;

export const getDraft = query({
  ...partnerMethod,
  name: 'get-draft',
  allow: 'person',
  errors: ['not_found'],
  request: z.object({ subscriptionId }),
  reply: z.object({ draft: draft.nullable() }),
});

export const saveDraft = command({
  ...partnerMethod,
  name: 'save-draft',
  allow: 'developer',
  errors: ['subscriptions.cancelled', 'not_found', 'subscriptions.wrong_phase', 'subscriptions.draft_changed'],
  request: z.object({
    subscriptionId,
    answers,
    /** Left out: of the form in force. */
    formVersion: count().nullable().optional(),
    /** Of the draft that was read, and is replaced. Null, or left out: there was none. */
    version: draftVersion.nullable().optional(),
  }),
  reply: draft,
});

export const withdrawSubmission = command({
  ...partnerMethod,
  name: 'withdraw-submission',
  allow: 'developer',
  errors: ['subscriptions.cancelled', 'not_found', 'subscriptions.no_sandbox_phase', 'subscriptions.wrong_phase'],
  request: z.object({ subscriptionId }),
  reply: subscription,
});

/** Once for each submission, when it has waited for a while: whoever reviews it is told by mail. */
export const nudgeReview = command({
  ...partnerMethod,
  name: 'nudge-review',
  allow: 'developer',
  errors: [
    'subscriptions.cancelled',
    'not_found',
    'subscriptions.not_in_review',
    'subscriptions.nudge_too_early',
    'subscriptions.nudged_already',
  ],
  request: z.object({ subscriptionId }),
  reply: subscription,
});

// ── Review ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** A partner as `identity` has published it last. */
export const partnerSummary = z.object({
  id: partnerId,
  /** Null for the moment until what `identity` has published of a new one is here. */
  name: written().nullable(),
  domain: written().nullable(),
  verified: z.boolean(),
  suspended: z.boolean(),
});
export type PartnerSummary = z.infer<typeof partnerSummary>;

/** What the same partner has submitted before for the same product, whether or not that subscription is cancelled. */
export const earlierAttempt = z.object({
  submissionId,
  subscriptionId,
  subscriptionName: written(),
  planName: written(),
  number: count(),
  state: submissionState,
  submittedAt: time(),
  decidedAt: time().nullable(),
  decidedBy: actor.nullable(),
  notes: written(4_000).nullable(),
  isCancelled: z.boolean(),
});
const earlierAttemptsMax = 100;

const differingMax = 200;

/** A field of which two submissions do not say the same; a list is one field. */
export const fieldDifference = z.object({
  /** RFC 6901, as the faults of answers have it. */
  pointer: written(500),
  /** What has become of the answer. Null: nothing, there is none in either; the form alone has changed. */
  change: z.enum(['added', 'removed', 'changed']).nullable(),
  /** Whether the form itself has had the field only since, or has it no longer. Null: neither. */
  form: z.enum(['added', 'removed']).nullable(),
  before: freeJson(z.unknown(), formCharactersMax).optional(),
  after: freeJson(z.unknown(), formCharactersMax).optional(),
});
export type FieldDifference = z.infer<typeof fieldDifference>;

export const submissionDifference = z.object({
  since: z.object({ submissionId, number: count(), formVersion: count().nullable() }),
  fields: z.array(fieldDifference).max(differingMax),
  /** `false`: there are more than are listed. */
  complete: z.boolean(),
});

export const review = z.object({
  submissionId,
  number: count(),
  state: submissionState,
  partnerId,
  partner: partnerSummary,
  subscription,
  /** Of an earlier submission of the same subscription. */
  changesRequestedBefore: z.boolean(),
  /** What would still keep the partner from making production keys once this is approved: a warning. */
  missingAfterApproval: z.array(productionBlocker).max(productionBlocker.options.length),
  /** How many there are; `get-review` has the newest of them. */
  earlierAttempts: count(),
  earlier: z.array(earlierAttempt).max(earlierAttemptsMax),
  /** The form as it stood when it was answered. */
  form: form.nullable(),
  answers,
  submittedAt: time(),
  submittedBy: actor,
  decidedAt: time().nullable(),
  decidedBy: actor.nullable(),
  notes: written(4_000).nullable(),
  items: shownChangeItems,
  /** Of the last one that was decided: what was pinned to its fields, each with what this one says of it. */
  requested: shownChangeItems.optional(),
  /** What differs from the last one that was decided. Null: there is none. */
  difference: submissionDifference.nullable().optional(),
  /** Who has taken it up, while it is in review. */
  claim: z.object({ by: actor, at: time() }).nullable().default(null),
  /** Whether two different people must approve it. */
  fourEyes: z.boolean().default(false),
  /** By when it is to be decided; null: nobody has said. */
  dueAt: time().nullable().default(null),
  /** When the partner has asked what has become of it. */
  nudgedAt: time().nullable().default(null),
  /** On a four-eyes plan, oldest first: who has approved it, and why. */
  approvals: z
    .array(z.object({ by: actor, at: time(), notes: written(4_000).nullable() }))
    .max(2)
    .default([]),
});

export type Review = z.infer<typeof review>;

// ── Reviewer groups ─────────────────────────────────────────────────────────────────────────────────────────────────

const groupMembersMax = 200;
const groupMembers = z.array(staffId).max(groupMembersMax);

export const reviewerGroup = z.object({
  id: reviewerGroupId,
  name: written(),
  members: groupMembers,
  /** How many are reviewed by it. */
  plans: count(),
});
export type ReviewerGroup = z.infer<typeof reviewerGroup>;

const groupMethod = { scopes: shared, calledBy: ['admin'], allow: 'admin' } as const;

export const listReviewerGroups = query({
  ...groupMethod,
  name: 'list-reviewer-groups',
  allow: 'staff',
  request: z.object(pageRequest),
  reply: z.object(pageOf(reviewerGroup)),
});

export const createReviewerGroup = command({
  ...groupMethod,
  name: 'create-reviewer-group',
  errors: ['subscriptions.group_name_taken'],
  request: z.object({ name: text(), members: groupMembers.default([]) }),
  reply: reviewerGroup,
});

export const updateReviewerGroup = command({
  ...groupMethod,
  name: 'update-reviewer-group',
  errors: ['not_found', 'subscriptions.group_name_taken'],
  request: z.object({
    reviewerGroupId,
    name: text().optional(),
    /** In place of all that were. */
    members: groupMembers.optional(),
  }),
  reply: reviewerGroup,
});

export const deleteReviewerGroup = command({
  ...groupMethod,
  name: 'delete-reviewer-group',
  errors: ['not_found', 'subscriptions.group_in_use'],
  request: z.object({ reviewerGroupId }),
  reply: z.object({}),
});

/** Of these, those that the caller neither sees nor decides on: their plan is reviewed by a group that they are not in. */
export const findConcealed = query({
  ...groupMethod,
  name: 'find-concealed',
  allow: 'staff',
  request: z.object({ subscriptionIds: z.array(subscriptionId).max(200) }),
  reply: z.object({ subscriptionIds: z.array(subscriptionId).max(200) }),
});

const reviewMethod = { scopes: shared, calledBy: ['admin'], allow: 'reviewer' } as const;

/** What both lists of staff are narrowed by. */
const staffFilters = {
  partnerId: partnerId.optional(),
  productId: productId.optional(),
  planId: planId.optional(),
  /** In the names of partner, subscription, product and plan, and in the partner's domain. */
  q: searchWords().optional(),
};

/** Without answers, forms, earlier attempts, and what is new in it, which `get-review` has. */
export const reviewSummary = review.omit({
  ...{ answers: true, form: true, earlier: true },
  ...{ requested: true, difference: true },
});

export const listReviews = query({
  ...reviewMethod,
  name: 'list-reviews',
  request: z.object({ ...pageRequest, state: submissionState.optional(), ...staffFilters }),
  reply: z.object(pageOf(reviewSummary)),
});

/** Of a cancelled one whether it can still be restored: `cancelled`, or no more: `ended`. */
export const subscriptionState = z.enum(['running', 'cancelled', 'ended']);
export type SubscriptionState = z.infer<typeof subscriptionState>;

/** A subscription as staff finds it in a list. */
export const foundSubscription = subscription.extend({ state: subscriptionState, partner: partnerSummary });

export const searchSubscriptions = query({
  scopes: shared,
  calledBy: ['admin'],
  allow: 'staff',
  name: 'search-subscriptions',
  request: z.object({
    ...pageRequest,
    state: subscriptionFilter.default('running'),
    phase: phase.optional(),
    /** `due`: those that wait for payment. */
    payment: paymentState.optional(),
    ...staffFilters,
  }),
  reply: z.object(pageOf(foundSubscription)),
});

export const getReview = query({
  ...reviewMethod,
  name: 'get-review',
  errors: ['not_found'],
  request: z.object({ submissionId }),
  reply: review,
});

/** What the reviewer has read. */
const whatWasRead = {
  submissionId,
  /** Of the submission that was read; another is then refused. Left out: whichever the ID names. */
  number: count().optional(),
};

const decisionErrors = [
  'subscriptions.cancelled',
  'not_found',
  'subscriptions.already_decided',
  'subscriptions.another_submission',
  'subscriptions.claimed',
] as const;

const claimErrors = [
  'subscriptions.cancelled',
  'not_found',
  'subscriptions.already_decided',
  'subscriptions.claimed',
] as const;

/** Nobody else decides on it while it is claimed. Whoever has it already keeps it. */
export const claimSubmission = command({
  ...reviewMethod,
  name: 'claim-submission',
  errors: [...claimErrors],
  request: z.object({
    submissionId,
    /** An admin's word that whoever has claimed it loses it. */
    takeOver: z.boolean().default(false),
  }),
  reply: review,
});

/** Whoever has claimed it gives it back; an admin for anybody. Of what nobody has claimed, too. */
export const releaseSubmission = command({
  ...reviewMethod,
  name: 'release-submission',
  errors: [...claimErrors],
  request: z.object({ submissionId }),
  reply: z.object({}),
});

export const approveSubmission = command({
  ...reviewMethod,
  name: 'approve-submission',
  errors: [...decisionErrors, 'subscriptions.another_must_approve'],
  request: z.object({ ...whatWasRead, notes: prose().nullable().default(null) }),
  reply: review,
});

export const rejectSubmission = command({
  ...reviewMethod,
  name: 'reject-submission',
  errors: [...decisionErrors],
  request: z.object({ ...whatWasRead, notes: prose() }),
  reply: review,
});

export const requestChanges = command({
  ...reviewMethod,
  name: 'request-changes',
  errors: [...decisionErrors, 'subscriptions.no_sandbox_phase'],
  request: z.object({ ...whatWasRead, notes: prose(), items: newChangeItems.default([]) }),
  reply: review,
});

export const reopenSubscription = command({
  ...reviewMethod,
  name: 'reopen-subscription',
  errors: ['subscriptions.cancelled', 'not_found', 'subscriptions.no_sandbox_phase', 'subscriptions.wrong_phase'],
  request: z.object({ submissionId, notes: prose() }),
  reply: review,
});

export const recordPayment = command({
  scopes: shared,
  calledBy: ['admin'],
  allow: 'admin',
  name: 'record-payment',
  errors: ['subscriptions.cancelled', 'not_found', 'subscriptions.nothing_to_pay', 'subscriptions.already_paid'],
  request: z.object({ subscriptionId, reference: text({ max: 200 }) }),
  reply: subscription,
});

/** For one that was recorded by mistake. */
export const undoPayment = command({
  scopes: shared,
  calledBy: ['admin'],
  allow: 'admin',
  name: 'undo-payment',
  errors: ['not_found', 'subscriptions.cancelled', 'subscriptions.not_paid', 'subscriptions.has_production_keys'],
  request: z.object({
    subscriptionId,
    /** For the partner, who is told. */
    notes: text({ max: 500 }).optional(),
  }),
  reply: subscription,
});

// ── Review talk ─────────────────────────────────────────────────────────────────────────────────────────────────────

/** Of one subscription and side, and as many internal notes: people write them. */
export const reviewMessagesMax = 500;

/** What one side of a review has written to the other. Text alone: nothing can be attached. */
export const reviewMessage = z.object({ id: reviewMessageId, text: written(4_000), at: time(), by: actor });
export type ReviewMessage = z.infer<typeof reviewMessage>;

/** Newest first. Internal notes are in another list, which no partner has. */
export const listReviewMessages = query({
  ...partnerMethod,
  name: 'list-review-messages',
  allow: 'person',
  errors: ['not_found'],
  request: z.object({ ...pageRequest, subscriptionId }),
  reply: z.object(pageOf(reviewMessage)),
});

export const sendReviewMessage = command({
  ...partnerMethod,
  name: 'send-review-message',
  allow: 'developer',
  errors: [
    'subscriptions.cancelled',
    'not_found',
    'subscriptions.not_submitted',
    'subscriptions.message_limit_reached',
    'subscriptions.too_many_messages',
  ],
  request: z.object({ subscriptionId, text: prose() }),
  reply: reviewMessage,
});

/** As staff reads it. */
export const reviewTalkEntry = reviewMessage.extend({
  /** Whether it is an internal note, which no partner is shown. */
  internal: z.boolean(),
});
export type ReviewTalkEntry = z.infer<typeof reviewTalkEntry>;

/** Newest first, of all submissions of the same subscription. */
export const listReviewTalk = query({
  ...reviewMethod,
  name: 'list-review-talk',
  errors: ['not_found'],
  request: z.object({ ...pageRequest, submissionId }),
  reply: z.object(pageOf(reviewTalkEntry)),
});

export const addToReviewTalk = command({
  ...reviewMethod,
  name: 'add-to-review-talk',
  errors: [
    'subscriptions.cancelled',
    'not_found',
    'subscriptions.message_limit_reached',
    'subscriptions.too_many_messages',
  ],
  request: z.object({
    submissionId,
    text: prose(),
    /** `true`: a note that staff alone sees; `false`: a message to the partner. Never left out: a slip would be published. */
    internal: z.boolean(),
  }),
  reply: reviewTalkEntry,
});

// ── For our own services ────────────────────────────────────────────────────────────────────────────────────────────

/** A grant is a subscription's right to hold keys in one environment. */
export const checkGrant = query({
  name: 'check-grant',
  scopes: shared,
  calledBy: ['identity'],
  allow: 'service',
  request: z.object({ partnerId, subscriptionId, environment: environmentSchema }),
  reply: z.discriminatedUnion('verdict', [
    z.object({
      verdict: z.literal('granted'),
      productId,
      /** As the plan has it: how long a key lives. Left out by copies of the release before, which know of none. */
      keyLifetimeDays: count().nullable().optional(),
      keySlotsPer: keySlotsPer.optional(),
    }),
    z.object({
      verdict: z.literal('locked'),
      reasons: z.array(productionBlocker).max(productionBlocker.options.length),
    }),
    z.object({ verdict: z.literal('cancelled') }),
    /** The plan has no sandbox, so there is no sandbox lane to hold keys in. */
    z.object({ verdict: z.literal('no_sandbox') }),
    z.object({ verdict: z.literal('unknown') }),
  ]),
});

/** Where the data plane sends a call. */
export const resolveProduct = query({
  name: 'resolve-product',
  scopes: shared,
  calledBy: ['gateway'],
  allow: 'service',
  errors: ['not_found'],
  request: z.object({ slug: presented({ max: 300 }) }),
  reply: z.object({ product: z.object({ id: productId, endpoints }).nullable() }),
});

// ── Events ───────────────────────────────────────────────────────────────────────────────────────────────────────────

const ofSubscription = { partnerId, subscriptionId, subscriptionName: written(), productName: written(), by: actor };
const ofSubmission = {
  ...ofSubscription,
  submissionId,
  number: count(),
  /** Of the subscription now: with a change, production goes on. */
  phase: phase.optional(),
};
const decided = { ...ofSubmission, notes: written(4_000).nullable() };

export const subscriptionCreated = event({
  name: 'subscription-created',
  scopes: shared,
  when: 'A partner has subscribed to a plan.',
  data: z.object({ ...ofSubscription, phase }),
});

export const submissionReceived = event({
  name: 'submission-received',
  scopes: shared,
  when: 'A subscription was submitted for review.',
  data: z.object(ofSubmission),
});

export const submissionAssigned = event({
  name: 'submission-assigned',
  scopes: shared,
  when: 'A reviewer has claimed a submission that nobody had claimed before. Whoever has it after that is told to nobody.',
  data: z.object(ofSubmission),
});

export const submissionWithdrawn = event({
  name: 'submission-withdrawn',
  scopes: shared,
  when: 'The partner has taken a submission back.',
  data: z.object(ofSubmission),
});

export const submissionApproved = event({
  name: 'submission-approved',
  scopes: shared,
  when: 'A reviewer has approved a submission.',
  data: z.object(decided),
});

export const firstApprovalGiven = event({
  name: 'first-approval-given',
  scopes: shared,
  when: 'On a four-eyes plan, the first of two reviewers has approved a submission, which stays in review. The provider alone is told.',
  data: z.object({
    ...decided,
    /** Null: what the first of two has said is nothing of the partner's. */
    partnerId: partnerId.nullable(),
  }),
});

/** Whom of the staff it is for: these, and whoever has one of these roles. */
const forStaff = { staffIds: z.array(staffId).max(groupMembersMax), roles: z.array(staffRole).max(2) };

export const reviewDue = event({
  name: 'review-due',
  scopes: shared,
  when: 'A submission is to be decided today. For whoever has claimed it, or may: no partner is told.',
  data: z.object({ ...ofSubmission, ...forStaff, dueAt: time() }),
});

export const reviewOverdue = event({
  name: 'review-overdue',
  scopes: shared,
  when: 'A submission was to be decided by now. For whoever has claimed it, or may, and for admins: no partner is told.',
  data: z.object({ ...ofSubmission, ...forStaff, dueAt: time() }),
});

export const reviewNudged = event({
  name: 'review-nudged',
  scopes: shared,
  when: 'A partner asks what has become of a submission. For whoever has claimed it, or may.',
  data: z.object({ ...ofSubmission, ...forStaff, dueAt: time().nullable() }),
});

export const submissionRejected = event({
  name: 'submission-rejected',
  scopes: shared,
  when: 'A reviewer has rejected a submission.',
  data: z.object(decided),
});

export const changesRequested = event({
  name: 'changes-requested',
  scopes: shared,
  when: 'A reviewer has asked for changes.',
  data: z.object({ ...decided, items: changeItems }),
});

export const subscriptionReopened = event({
  name: 'subscription-reopened',
  scopes: shared,
  when: 'Staff has reopened a rejected subscription to the sandbox.',
  data: z.object({ ...ofSubscription, notes: written(4_000).nullable() }),
});

export const paymentRecorded = event({
  name: 'payment-recorded',
  scopes: shared,
  when: 'The payment of a paid plan is complete.',
  data: z.object({ ...ofSubscription, reference: written(200) }),
});

export const paymentUndone = event({
  name: 'payment-undone',
  scopes: shared,
  when: 'Staff has taken back that the payment of a paid plan is complete.',
  data: z.object({ ...ofSubscription, notes: written(500).nullable() }),
});

export const productionUnlocked = event({
  name: 'production-unlocked',
  scopes: shared,
  when: 'The production grant has opened: approved, and paid where the plan has a price. Again, with nothing missing, when what the account lacked is there.',
  data: z.object({
    ...ofSubscription,
    /** What of the primary account still keeps production keys from being made. */
    missing: z.array(accountBlocker).max(accountBlocker.options.length).default([]),
  }),
});

export const productionLocked = event({
  name: 'production-locked',
  scopes: shared,
  when: 'The production grant is open, and the primary account has come to lack something for production keys.',
  data: z.object({
    ...ofSubscription,
    /** All that is missing now. */
    missing: z.array(accountBlocker).min(1).max(accountBlocker.options.length),
  }),
});

export const subscriptionCancelled = event({
  name: 'subscription-cancelled',
  scopes: shared,
  when: 'A subscription was cancelled; its keys end, or stop where it can be restored.',
  data: z.object({
    ...ofSubscription,
    revokeTokens: z.boolean().default(false),
    restorableUntil: time().nullable().default(null),
  }),
});

export const subscriptionRestored = event({
  name: 'subscription-restored',
  scopes: shared,
  when: 'A cancellation was taken back; the keys get tokens again.',
  data: z.object(ofSubscription),
});

export const subscriptionEnded = event({
  name: 'subscription-ended',
  scopes: shared,
  when: 'The time to restore a cancelled subscription is over; its keys end.',
  data: z.object(ofSubscription),
});

const ofReviewMessage = { ...ofSubscription, messageId: reviewMessageId, text: written(4_000) };

export const messageSentByStaff = event({
  name: 'message-sent-by-staff',
  scopes: shared,
  when: 'Staff has written to the partner about a review. Internal notes are no event.',
  data: z.object(ofReviewMessage),
});

export const messageSentByPartner = event({
  name: 'message-sent-by-partner',
  scopes: shared,
  when: 'Somebody of the partner has written to staff about a review.',
  data: z.object(ofReviewMessage),
});

// ── Milestones (docs/adr/0042) ──────────────────────────────────────────────────────────────────────────────────────

/** On the way of a partner from sandbox to production, in the order in which most reach them. */
export const milestone = z.enum([
  'registered',
  'verified',
  'sandbox_ready',
  'sandbox_key',
  'sandbox_token',
  /** A call was answered with success. */
  'sandbox_call',
  /** A webhook has accepted something, in either environment. */
  'webhook',
  'submitted',
  'approved',
  'production_key',
  'production_token',
  'production_call',
]);
export type Milestone = z.infer<typeof milestone>;

export const listMilestones = query({
  name: 'list-milestones',
  scopes: ['shared'],
  calledBy: ['gateway'],
  allow: 'person',
  request: z.object({}),
  reply: z.object({
    /** All there are, in their order. */
    items: z
      .array(
        z.object({
          milestone,
          /** Null: not yet. */
          reachedAt: time().nullable(),
          /** Of a call: its trace id. */
          requestId: written(64).nullable(),
        }),
      )
      .max(milestone.options.length),
  }),
});
