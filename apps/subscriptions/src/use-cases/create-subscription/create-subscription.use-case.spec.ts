import { actorOf, eventType, subscriptions } from '#libs/contracts';
import { anId, aPerson, aPrice, openService, Pipeline, racing, type OpenedService } from '#libs/testing';
import { subscriptionsService } from '../../subscriptions.module';

describe('creating a subscription', () => {
  let service: OpenedService;
  let pipeline: Pipeline;

  beforeAll(async () => {
    service = await openService(subscriptionsService);
    pipeline = new Pipeline(service);
  });
  afterAll(() => service.close());

  /** To a plan of these terms; with what that has done. */
  async function subscribe(terms: object) {
    const { person, subscriptionId, planId } = await pipeline.subscribed(terms);
    return {
      person,
      subscriptionId,
      planId,
      subscription: await pipeline.read({ person, subscriptionId, planId }),
      published: await pipeline.published(subscriptionId),
      recorded: await pipeline.recorded(subscriptionId),
      grants: await pipeline.grants(subscriptionId),
    };
  }

  describe('to a plan with a sandbox', () => {
    it('B33: starts in the sandbox, with the right to sandbox keys alone', async () => {
      const { subscription, published, recorded, grants } = await subscribe({});
      expect(subscription).toMatchObject({
        phase: 'sandbox',
        changesRequested: false,
        steps: [{ state: 'current' }, { state: 'upcoming' }, { state: 'upcoming' }],
        production: { unlocked: false, reasons: ['review'], approvedAt: null },
        payment: { state: 'not_required' },
        notices: [],
      });
      expect(grants).toEqual(['sandbox']);
      expect(published).toEqual(['subscription-created']);
      expect(recorded).toEqual(['created: nothing → sandbox']);
    });

    it('B46: names the payment, too, where the plan has a price', async () => {
      const { subscription } = await subscribe({ price: aPrice });
      expect(subscription).toMatchObject({
        phase: 'sandbox',
        production: { reasons: ['review', 'payment'] },
        payment: { state: 'due', price: aPrice },
      });
    });
  });

  describe('to a plan with neither sandbox nor approval', () => {
    it('B32: is in production at once where it is free', async () => {
      const { subscription, published, recorded, grants } = await subscribe({ sandbox: false });
      expect(subscription).toMatchObject({ phase: 'production', production: { unlocked: true, reasons: [] } });
      expect(grants).toEqual(['production']);
      expect(published).toEqual(['subscription-created', 'production-unlocked']);
      expect(recorded).toEqual(['created: nothing → production', 'production_unlocked: production → production']);
    });

    it('B32, B46: is in production where it is not paid, with its keys locked and nothing for a reviewer to decide', async () => {
      const { subscription, subscriptionId, published, grants } = await subscribe({ sandbox: false, price: aPrice });
      expect(subscription).toMatchObject({
        phase: 'production',
        production: { unlocked: false, reasons: ['payment'] },
      });
      expect(grants).toEqual([]);
      expect(published).toEqual(['subscription-created']);
      const { rowCount } = await service.admin.query(
        'select from subscriptions.submissions where subscription_id = $1',
        [subscriptionId],
      );
      expect(rowCount).toBe(0);
    });
  });

  describe('to a plan without a sandbox that asks for approval', () => {
    it('B32: is in review at once, and its submission made of itself', async () => {
      const { person, subscription, subscriptionId, published, recorded, grants } = await subscribe({
        sandbox: false,
        approval: true,
      });
      expect(subscription).toMatchObject({ phase: 'in_review', production: { unlocked: false, reasons: ['review'] } });
      expect(grants).toEqual([]);
      expect(published).toEqual(['subscription-created', 'submission-received']);
      expect(recorded).toEqual(['created: nothing → in_review']);
      const { items } = await pipeline.call(subscriptions.listReviews, { limit: 1 }, pipeline.reviewer);
      expect(items).toMatchObject([
        { number: 1, state: 'pending', submittedBy: actorOf(person), subscription: { id: subscriptionId } },
      ]);
    });
  });

  describe('whoever subscribes', () => {
    it('is told who and what in the event', async () => {
      const { person, subscriptionId } = await subscribe({});
      const events = await service.published(subscriptions.subscriptionCreated);
      expect(events.find(({ subject }) => subject === subscriptionId)).toMatchObject({
        type: eventType(subscriptions.subscriptionCreated),
        scope: 'shared',
        aggregateversion: 1,
        data: {
          partnerId: person.partnerId,
          subscriptionName: 'Integration',
          productName: 'Orders API',
          by: actorOf(person),
          phase: 'sandbox',
        },
      });
    });

    it('may do so from either account', async () => {
      const { person, subscriptionId, planId } = await pipeline.subscribed({}, 'production');
      expect((await pipeline.read({ person, subscriptionId, planId })).phase).toBe('sandbox');
    });

    it('subscribes once, however often it is asked for under one Idempotency-Key', async () => {
      const person = aPerson('sandbox');
      const request = { planId: (await pipeline.plan()).id, name: 'Once' };
      const [first, second] = await pipeline.repeated(subscriptions.createSubscription, request, person);
      expect(second).toEqual(first);
      const { items } = await pipeline.call(subscriptions.listSubscriptions, { limit: 10 }, person);
      expect(items.map(({ id }) => id)).toEqual([first.id]);
      expect(await pipeline.published(first.id)).toEqual(['subscription-created']);
    });

    it('subscribes again under another', async () => {
      const { person, planId } = await pipeline.subscribed();
      await pipeline.subscribedTo(planId, person);
      const { items } = await pipeline.call(subscriptions.listSubscriptions, { limit: 10 }, person);
      expect(items).toHaveLength(2);
    });
  });

  describe('more than a partner may have', () => {
    const limit = 2;
    let bounded: OpenedService;
    let few: Pipeline;

    beforeAll(async () => {
      bounded = await openService(subscriptionsService, { SLIPWAY_SUBSCRIPTION_LIMIT: String(limit) });
      few = new Pipeline(bounded);
    });
    afterAll(() => bounded.close());

    const refusal = { code: 'subscriptions.limit_reached', detail: { limit } };

    it('is refused in either account; one that is cancelled gives its place back', async () => {
      const subscribed = await few.subscribed();
      const { planId, person } = subscribed;
      await few.subscribedTo(planId, person);
      await expect(few.subscribedTo(planId, person)).rejects.toMatchObject(refusal);
      const inPrimary = aPerson('production', { partnerId: person.partnerId });
      await expect(few.subscribedTo(planId, inPrimary)).rejects.toMatchObject(refusal);
      await few.cancel(subscribed);
      await few.subscribedTo(planId, person);
      await few.subscribedTo(planId, aPerson('sandbox'));
    });

    it('is refused to one of two who ask for the last place at once', async () => {
      const { planId, person } = await few.subscribed();
      const subscribe = () => few.subscribedTo(planId, person);
      const results = await racing(bounded, { table: 'subscriptions.subscriptions' }, [subscribe, subscribe]);
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect(results).toContainEqual({ status: 'rejected', reason: expect.objectContaining(refusal) });
    });

    it('is refused to who subscribes and cancels over and over', async () => {
      const person = aPerson('sandbox');
      const { id: planId } = await few.plan();
      for (let times = 0; times < 10 * limit; times += 1) await few.cancel(await few.subscribedTo(planId, person));
      await expect(few.subscribedTo(planId, person)).rejects.toMatchObject(refusal);
    });
  });

  describe('to no plan', () => {
    it('finds nothing', async () => {
      const request = { planId: anId(), name: 'Integration' };
      await expect(pipeline.call(subscriptions.createSubscription, request, aPerson('sandbox'))).rejects.toMatchObject({
        code: 'not_found',
      });
    });
  });

  describe('by somebody without a role, or of the staff', () => {
    it('is forbidden', async () => {
      const request = { planId: (await pipeline.plan()).id, name: 'Integration' };
      for (const caller of [aPerson('sandbox', { roles: [] }), pipeline.staff]) {
        await expect(pipeline.call(subscriptions.createSubscription, request, caller)).rejects.toMatchObject({
          code: 'forbidden',
        });
      }
    });
  });
});
