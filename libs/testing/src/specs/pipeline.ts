import {
  identity,
  subscriptions,
  type Caller,
  type Environment,
  type PersonCaller,
  type ReplyOf,
  type RequestOf,
  type RpcMethod,
} from '#libs/contracts';
import { aPerson, aStaffMember, anId } from './contexts';
import type { OpenedService } from './open-service';

interface Subscribed {
  person: PersonCaller;
  planId: string;
  subscriptionId: string;
}

interface Submitted extends Subscribed {
  submissionId: string;
}

type NewPlan = Partial<Omit<RequestOf<typeof subscriptions.createPlan>, 'productId'>>;

export const aPrice = { amountMinor: 9_900, currency: 'EUR', interval: 'month' } as const;

/** A form of one step with one field that must be answered. */
export const aStep = {
  id: 'company',
  title: 'Your company',
  schema: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
};

/**
 * The story of a subscription in steps, over the RPC methods of `subscriptions`: every spec begins where its own part
 * of the story begins. Each product and partner is new, so that tests do not meet.
 */
export class Pipeline {
  readonly staff = aStaffMember('admin');
  readonly reviewer = aStaffMember('reviewer');

  constructor(private readonly service: OpenedService) {
    this.playIdentity();
  }

  /** As if every account were ready, every subscription had a live sandbox key and none in production, and every key could be ended. */
  playIdentity(): void {
    this.service.neighbours
      .handle(identity.hasLiveKey, (_request, { scope }) => ({ live: scope === 'sandbox' }))
      .handle(identity.findLiveKeys, ({ subscriptions: own }) => ({
        subscriptionIds: own.map(({ subscriptionId }) => subscriptionId),
      }))
      .handle(identity.getAccountBlockers, ({ partnerIds }) => ({
        items: partnerIds.map((partnerId) => ({ partnerId, blockers: [] })),
      }))
      .handle(identity.endSubscriptionKeys, () => ({}))
      .handle(identity.stopSubscriptionKeys, () => ({}))
      .handle(identity.restoreSubscriptionKeys, () => ({}));
  }

  /** In the one scope that the pipeline has. */
  call<M extends RpcMethod>(method: M, request: unknown, caller: Caller): Promise<ReplyOf<M>> {
    return this.service.call(method, 'shared', request, caller);
  }

  /** The same request twice, under one Idempotency-Key. */
  async repeated<M extends RpcMethod>(method: M, request: unknown, caller: Caller): Promise<[ReplyOf<M>, ReplyOf<M>]> {
    const options = { idempotencyKey: anId() };
    const first = await this.service.call(method, 'shared', request, caller, options);
    return [first, await this.service.call(method, 'shared', request, caller, options)];
  }

  async product(): Promise<string> {
    const { id } = await this.call(
      subscriptions.createProduct,
      {
        name: 'Orders API',
        slug: `api-${anId()}`,
        description: 'For a test.',
        endpoints: { sandbox: 'http://localhost:1', production: null },
      },
      this.staff,
    );
    return id;
  }

  /** With a sandbox, free and without a form unless given. */
  async plan(given: NewPlan = {}, productId?: string): Promise<ReplyOf<typeof subscriptions.createPlan>> {
    const plan = {
      name: 'Standard',
      sandbox: true,
      price: null,
      credentialType: 'client_secret',
      submissionForm: null,
    };
    const request = { ...plan, ...given, productId: productId ?? (await this.product()) };
    return this.call(subscriptions.createPlan, request, this.staff);
  }

  async subscribed(given: NewPlan = {}, environment: Environment = 'sandbox'): Promise<Subscribed> {
    const { id: planId } = await this.plan(given);
    return this.subscribedTo(planId, aPerson(environment));
  }

  async subscribedTo(planId: string, person: PersonCaller): Promise<Subscribed> {
    const { id } = await this.call(subscriptions.createSubscription, { planId, name: 'Integration' }, person);
    return { person, planId, subscriptionId: id };
  }

  async submitted(given: NewPlan = {}, answers: object = {}): Promise<Submitted> {
    const subscribed = await this.subscribed(given);
    return { ...subscribed, submissionId: await this.submit(subscribed, answers) };
  }

  async submit({ person, subscriptionId }: Subscribed, answers: object = {}): Promise<string> {
    const { submissionId } = await this.call(subscriptions.submitForReview, { subscriptionId, answers }, person);
    return submissionId;
  }

  async approved(given: NewPlan = {}): Promise<Submitted> {
    const submitted = await this.submitted(given);
    await this.approve(submitted);
    return submitted;
  }

  async approve({ submissionId }: { submissionId: string }): Promise<void> {
    await this.call(subscriptions.approveSubmission, { submissionId, notes: null }, this.reviewer);
  }

  async rejected(given: NewPlan = {}): Promise<Submitted> {
    const submitted = await this.submitted(given);
    const { submissionId } = submitted;
    await this.call(subscriptions.rejectSubmission, { submissionId, notes: 'Not like this.' }, this.reviewer);
    return submitted;
  }

  async requestChanges({ submissionId }: Submitted): Promise<void> {
    const request = { submissionId, notes: 'Name the company.', items: [] };
    await this.call(subscriptions.requestChanges, request, this.reviewer);
  }

  async cancel({ person, subscriptionId }: Subscribed): Promise<void> {
    await this.call(subscriptions.cancelSubscription, { subscriptionId }, person);
  }

  /** A plan without a sandbox asks staff as soon as somebody subscribes to it. */
  async awaitingApproval(given: NewPlan = {}): Promise<Submitted> {
    const subscribed = await this.subscribed({ sandbox: false, approval: true, ...given });
    const { rows } = await this.service.admin.query<{ id: string }>(
      'select id from subscriptions.submissions where subscription_id = $1',
      [subscribed.subscriptionId],
    );
    return { ...subscribed, submissionId: rows[0]?.id ?? '' };
  }

  read({ person, subscriptionId }: Subscribed): Promise<subscriptions.Subscription> {
    return this.call(subscriptions.getSubscription, { subscriptionId }, person);
  }

  /** Names of the events about a subscription, oldest first. */
  async published(subscriptionId: string): Promise<string[]> {
    const events = await this.service.published();
    return events
      .filter(({ aggregateid }) => aggregateid === subscriptionId)
      .map(({ type }) => type.replace(/^subscriptions\.|\.v1$/g, ''));
  }

  /** The record of a subscription, oldest first: `action: from → to`. */
  async recorded(subscriptionId: string): Promise<string[]> {
    const { rows } = await this.service.admin.query<{ line: string }>(
      `select concat(action, ': ', coalesce(from_phase, 'nothing'), ' → ', to_phase) as line
       from subscriptions.transitions where subscription_id = $1 order by version`,
      [subscriptionId],
    );
    return rows.map(({ line }) => line);
  }

  /** What a step, and it alone, has published and recorded about a subscription. */
  async effectOf(
    subscriptionId: string,
    step: () => Promise<unknown>,
  ): Promise<{ published: string[]; recorded: string[] }> {
    const before = { published: await this.published(subscriptionId), recorded: await this.recorded(subscriptionId) };
    await step();
    return {
      published: (await this.published(subscriptionId)).slice(before.published.length),
      recorded: (await this.recorded(subscriptionId)).slice(before.recorded.length),
    };
  }

  /** Environments in which a subscription may hold keys. */
  async grants(subscriptionId: string): Promise<string[]> {
    const { rows } = await this.service.admin.query<{ environment: string }>(
      'select environment from subscriptions.grants where subscription_id = $1 order by environment',
      [subscriptionId],
    );
    return rows.map(({ environment }) => environment);
  }
}
