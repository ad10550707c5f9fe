import { z } from 'zod';
import { actor } from './caller';
import { environmentSchema } from './environment';
import { factsFor } from './fact';
import { partnerId, planId, productId, submissionId, subscriptionId } from './ids';
import { questionsFor } from './question';

const question = questionsFor('subscriptions');
const fact = factsFor('subscriptions');

const shared = ['shared'] as const;
const page = { limit: z.number().int(), cursor: z.string().optional() };
const paged = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() });

// ── Catalogue ───────────────────────────────────────────────────────────────────────────────────────────────────────

export const endpoints = z.object({ sandbox: z.string().nullable(), production: z.string().nullable() });

export const price = z.object({
  /** Minor units of the currency (cents). */
  amountMinor: z.number().int().positive(),
  currency: z.string(),
  interval: z.enum(['once', 'month', 'year']),
});

export const formStep = z.object({ id: z.string(), title: z.string(), schema: z.record(z.string(), z.unknown()) });
export type FormStep = z.infer<typeof formStep>;

/** A form as it stood at one version; a submission keeps the version it answered (B41). */
export const form = z.object({ version: z.number().int(), steps: z.array(formStep) });
export type Form = z.infer<typeof form>;

export const plan = z.object({
  id: planId,
  name: z.string(),
  sandbox: z.boolean(),
  /** Whether staff must approve a subscription to a plan without a sandbox (B32). */
  approval: z.boolean(),
  price: price.nullable(),
  credentialType: z.literal('client_secret'),
  submissionForm: form.nullable(),
});
export type Plan = z.infer<typeof plan>;

export const product = z.object({
  id: productId,
  name: z.string(),
  slug: z.string(),
  description: z.string(),
  endpoints,
  plans: z.array(plan),
});

/** As partners see it: they call the gateway, and where the provider's own servers are is nothing of theirs. */
export const publicProduct = product.omit({ endpoints: true });

/** B35: the provider sets it, the partner reads and copies it. */
export const testDatum = z.object({ type: z.string(), name: z.string(), description: z.string(), value: z.string() });

export const listProducts = question({
  name: 'list-products',
  scopes: shared,
  askedBy: ['gateway', 'admin'],
  allow: 'member',
  request: z.object(page),
  reply: paged(product),
});

export const getProduct = question({
  name: 'get-product',
  scopes: shared,
  askedBy: ['gateway', 'admin'],
  allow: 'member',
  request: z.object({ productId }),
  reply: product,
});

export const createProduct = question({
  name: 'create-product',
  scopes: shared,
  askedBy: ['admin'],
  allow: 'admin',
  request: z.object({ name: z.string(), slug: z.string(), description: z.string(), endpoints }),
  reply: product,
});

export const updateProduct = question({
  name: 'update-product',
  scopes: shared,
  askedBy: ['admin'],
  allow: 'admin',
  request: z.object({
    productId,
    name: z.string().optional(),
    slug: z.string().optional(),
    description: z.string().optional(),
    endpoints: endpoints.partial().optional(),
  }),
  reply: product,
});

export const getProductTestData = question({
  name: 'get-product-test-data',
  scopes: shared,
  askedBy: ['admin'],
  allow: 'staff',
  request: z.object({ productId }),
  reply: z.object({ items: z.array(testDatum) }),
});

export const setTestData = question({
  name: 'set-test-data',
  scopes: shared,
  askedBy: ['admin'],
  allow: 'admin',
  request: z.object({ productId, items: z.array(testDatum) }),
  reply: z.object({ items: z.array(testDatum) }),
});

export const createPlan = question({
  name: 'create-plan',
  scopes: shared,
  askedBy: ['admin'],
  allow: 'admin',
  request: z.object({
    productId,
    name: z.string(),
    sandbox: z.boolean(),
    approval: z.boolean(),
    price: price.nullable(),
    credentialType: z.literal('client_secret'),
    submissionForm: z.object({ steps: z.array(formStep) }).nullable(),
  }),
  reply: plan,
});

/** Puts a new version of the form in force; submissions already made keep theirs. Null: no form from now on. */
export const setSubmissionForm = question({
  name: 'set-submission-form',
  scopes: shared,
  askedBy: ['admin'],
  allow: 'admin',
  request: z.object({ productId, planId, steps: z.array(formStep).nullable() }),
  reply: plan,
});

// ── Subscriptions ───────────────────────────────────────────────────────────────────────────────────────────────────

export const phase = z.enum(['sandbox', 'in_review', 'production', 'rejected']);
export type Phase = z.infer<typeof phase>;

export const paymentState = z.enum(['not_required', 'due', 'paid']);
export type PaymentState = z.infer<typeof paymentState>;

export const decision = z.enum(['approved', 'rejected', 'changes_requested']);
export type Decision = z.infer<typeof decision>;

/** A reviewer's note pinned to a field of the form. */
export const changeItem = z.object({ stepId: z.string(), field: z.string(), note: z.string() });
export type ChangeItem = z.infer<typeof changeItem>;

/** What a reviewer decided, as the partner sees it on the subscription (B40). */
export const notice = z.object({
  kind: decision,
  title: z.string(),
  notes: z.string().nullable(),
  items: z.array(changeItem),
  at: z.string(),
  by: actor,
  submissionId,
  formVersion: z.number().int().nullable(),
});

/** B33: three steps; `rejected` marks the review step. */
export const step = z.object({
  id: z.enum(['sandbox', 'in_review', 'production']),
  title: z.string(),
  state: z.enum(['done', 'current', 'upcoming', 'rejected', 'skipped']),
});

export const lockReason = z.enum(['review', 'payment', 'api_access_off', 'not_eligible', 'suspended']);
export type LockReason = z.infer<typeof lockReason>;

export const subscription = z.object({
  id: subscriptionId,
  name: z.string(),
  product: z.object({ id: productId, name: z.string(), slug: z.string() }),
  plan: z.object({ id: planId, name: z.string(), sandbox: z.boolean(), hasForm: z.boolean() }),
  phase,
  changesRequested: z.boolean(),
  steps: z.array(step),
  payment: z.object({
    state: paymentState,
    price: price.nullable(),
    reference: z.string().nullable(),
    paidAt: z.string().nullable(),
  }),
  notices: z.array(notice),
  /** What the pipeline itself still asks for; the edge adds what the account lacks. */
  production: z.object({ unlocked: z.boolean(), reasons: z.array(lockReason), approvedAt: z.string().nullable() }),
  createdAt: z.string(),
});
export type Subscription = z.infer<typeof subscription>;

const partnerQuestion = { scopes: shared, askedBy: ['gateway'] } as const;

export const createSubscription = question({
  ...partnerQuestion,
  name: 'create-subscription',
  allow: 'developer',
  request: z.object({ planId, name: z.string() }),
  reply: subscription,
});

export const listSubscriptions = question({
  ...partnerQuestion,
  name: 'list-subscriptions',
  allow: 'person',
  request: z.object(page),
  reply: paged(subscription),
});

export const getSubscription = question({
  ...partnerQuestion,
  name: 'get-subscription',
  allow: 'person',
  request: z.object({ subscriptionId }),
  reply: subscription,
});

export const cancelSubscription = question({
  ...partnerQuestion,
  name: 'cancel-subscription',
  allow: 'developer',
  request: z.object({ subscriptionId }),
  reply: z.object({}),
});

export const getTestData = question({
  ...partnerQuestion,
  name: 'get-test-data',
  allow: 'person',
  request: z.object({ subscriptionId }),
  reply: z.object({ items: z.array(testDatum) }),
});

export const getForm = question({
  ...partnerQuestion,
  name: 'get-form',
  allow: 'person',
  request: z.object({ subscriptionId }),
  reply: z.object({ form: form.nullable() }),
});

export const timelineItem = z.object({
  /** What happened, such as `submitted` or `changes_requested`. */
  action: z.string(),
  title: z.string(),
  from: phase.nullable(),
  to: phase,
  at: z.string(),
  by: actor,
  notes: z.string().nullable(),
  submissionId: submissionId.nullable(),
});

export const getTimeline = question({
  scopes: shared,
  askedBy: ['gateway', 'admin'],
  name: 'get-timeline',
  allow: 'member',
  request: z.object({ subscriptionId }),
  reply: z.object({ items: z.array(timelineItem) }),
});

export const answers = z.record(z.string(), z.record(z.string(), z.unknown()));
export type Answers = z.infer<typeof answers>;

export const submissionState = z.enum(['pending', 'approved', 'rejected', 'changes_requested', 'withdrawn']);
export type SubmissionState = z.infer<typeof submissionState>;

export const submitted = z.object({
  submissionId,
  number: z.number().int(),
  state: submissionState,
  formVersion: z.number().int().nullable(),
  subscription,
});

export const submitForReview = question({
  ...partnerQuestion,
  name: 'submit-for-review',
  allow: 'developer',
  request: z.object({ subscriptionId, answers }),
  reply: submitted,
});

export const withdrawSubmission = question({
  ...partnerQuestion,
  name: 'withdraw-submission',
  allow: 'developer',
  request: z.object({ subscriptionId }),
  reply: subscription,
});

// ── Review ──────────────────────────────────────────────────────────────────────────────────────────────────────────

export const review = z.object({
  submissionId,
  number: z.number().int(),
  state: submissionState,
  partnerId,
  subscription,
  /** The form as it stood when it was answered. */
  form: form.nullable(),
  answers,
  submittedAt: z.string(),
  submittedBy: actor,
  decidedAt: z.string().nullable(),
  decidedBy: actor.nullable(),
  notes: z.string().nullable(),
  items: z.array(changeItem),
});

const reviewQuestion = { scopes: shared, askedBy: ['admin'], allow: 'reviewer' } as const;

export const listReviews = question({
  ...reviewQuestion,
  name: 'list-reviews',
  request: z.object({ ...page, state: submissionState.optional() }),
  /** Without answers and forms, which `get-review` has. */
  reply: paged(review.omit({ answers: true, form: true })),
});

export const getReview = question({
  ...reviewQuestion,
  name: 'get-review',
  request: z.object({ submissionId }),
  reply: review,
});

export const approveSubmission = question({
  ...reviewQuestion,
  name: 'approve-submission',
  request: z.object({ submissionId, notes: z.string().nullable() }),
  reply: review,
});

export const rejectSubmission = question({
  ...reviewQuestion,
  name: 'reject-submission',
  request: z.object({ submissionId, notes: z.string() }),
  reply: review,
});

export const requestChanges = question({
  ...reviewQuestion,
  name: 'request-changes',
  request: z.object({ submissionId, notes: z.string(), items: z.array(changeItem) }),
  reply: review,
});

export const reopenSubscription = question({
  ...reviewQuestion,
  name: 'reopen-subscription',
  request: z.object({ submissionId, notes: z.string() }),
  reply: review,
});

export const recordPayment = question({
  scopes: shared,
  askedBy: ['admin'],
  allow: 'admin',
  name: 'record-payment',
  request: z.object({ subscriptionId, reference: z.string() }),
  reply: subscription,
});

// ── For our own services ────────────────────────────────────────────────────────────────────────────────────────────

/** A grant is a subscription's right to hold keys in one environment. */
export const checkGrant = question({
  name: 'check-grant',
  scopes: shared,
  askedBy: ['identity'],
  allow: 'service',
  request: z.object({ partnerId, subscriptionId, environment: environmentSchema }),
  reply: z.discriminatedUnion('verdict', [
    z.object({ verdict: z.literal('granted'), productId }),
    z.object({ verdict: z.literal('locked'), reasons: z.array(lockReason) }),
    /** The plan has no sandbox, so there is no sandbox lane to hold keys in. */
    z.object({ verdict: z.literal('no_sandbox') }),
    z.object({ verdict: z.literal('unknown') }),
  ]),
});

/** Where the data plane sends a call. */
export const resolveProduct = question({
  name: 'resolve-product',
  scopes: shared,
  askedBy: ['gateway'],
  allow: 'service',
  request: z.object({ slug: z.string() }),
  reply: z.object({ product: z.object({ id: productId, endpoints }).nullable() }),
});

// ── Facts ───────────────────────────────────────────────────────────────────────────────────────────────────────────

const ofSubscription = { partnerId, subscriptionId, subscriptionName: z.string(), productName: z.string(), by: actor };
const ofSubmission = { ...ofSubscription, submissionId, number: z.number().int() };
const decided = { ...ofSubmission, notes: z.string().nullable() };

export const subscriptionCreated = fact({
  name: 'subscription-created',
  scopes: shared,
  when: 'A partner has subscribed to a plan.',
  data: z.object({ ...ofSubscription, phase }),
});

export const submissionReceived = fact({
  name: 'submission-received',
  scopes: shared,
  when: 'A subscription was submitted for review.',
  data: z.object(ofSubmission),
});

export const submissionWithdrawn = fact({
  name: 'submission-withdrawn',
  scopes: shared,
  when: 'The partner has taken a submission back.',
  data: z.object(ofSubmission),
});

export const submissionApproved = fact({
  name: 'submission-approved',
  scopes: shared,
  when: 'A reviewer has approved a submission.',
  data: z.object(decided),
});

export const submissionRejected = fact({
  name: 'submission-rejected',
  scopes: shared,
  when: 'A reviewer has rejected a submission.',
  data: z.object(decided),
});

export const changesRequested = fact({
  name: 'changes-requested',
  scopes: shared,
  when: 'A reviewer has asked for changes.',
  data: z.object({ ...decided, items: z.array(changeItem) }),
});

export const subscriptionReopened = fact({
  name: 'subscription-reopened',
  scopes: shared,
  when: 'Staff has reopened a rejected subscription to the sandbox.',
  data: z.object({ ...ofSubscription, notes: z.string().nullable() }),
});

export const paymentRecorded = fact({
  name: 'payment-recorded',
  scopes: shared,
  when: 'The payment of a paid plan is complete.',
  data: z.object({ ...ofSubscription, reference: z.string() }),
});

export const productionUnlocked = fact({
  name: 'production-unlocked',
  scopes: shared,
  when: 'The production grant has opened: approved, and paid where the plan has a price.',
  data: z.object(ofSubscription),
});

export const subscriptionCancelled = fact({
  name: 'subscription-cancelled',
  scopes: shared,
  when: 'A subscription was cancelled; its keys end.',
  data: z.object(ofSubscription),
});
