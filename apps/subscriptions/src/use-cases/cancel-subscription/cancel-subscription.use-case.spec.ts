import { actorOf, identity, subscriptions, type PersonCaller } from '#libs/contracts';
import { unavailable } from '#libs/errors';
import type { RequestContext } from '#libs/rpc';
import { anApp, anId, aPerson, openService, Pipeline, racing, type OpenedService } from '#libs/testing';
import { subscriptionsService } from '../../subscriptions.module';

describe('cancelling a subscription', () => {
  let service: OpenedService;
  let pipeline: Pipeline;

  beforeAll(async () => {
    service = await openService(subscriptionsService);
    pipeline = new Pipeline(service);
  });
  afterAll(() => service.close());
  beforeEach(() => pipeline.playIdentity());

  const cancel = (subscriptionId: string, person: PersonCaller) =>
    pipeline.call(subscriptions.cancelSubscription, { subscriptionId }, person);

  /** Environments in which identity was told to end the keys. */
  const keysEndedIn = (subscriptionId: string) =>
    service.neighbours.calls
      .filter(({ method, request }) => {
        const named = (request as { subscriptionId: string }).subscriptionId;
        return method === identity.endSubscriptionKeys.name && named === subscriptionId;
      })
      .map(({ scope }) => scope)
      .sort();

  const identityIsAwayIn = (environment: string) =>
    service.neighbours.handle(identity.endSubscriptionKeys, (_request, { scope }) => {
      if (scope === environment) throw unavailable();
      return {};
    });

  describe('of its own', () => {
    it('stays readable, for both sides, with its review and its timeline', async () => {
      const submitted = await pipeline.submitted();
      const { person, subscriptionId, submissionId } = submitted;
      await cancel(subscriptionId, person);
      expect(await pipeline.read(submitted)).toMatchObject({
        cancellation: { at: expect.any(String) as string, restorableUntil: null },
        canSubmit: false,
        submitBlockers: ['cancelled'],
        production: { unlocked: false, reasons: ['review', 'cancelled'] },
      });
      const review = await pipeline.call(subscriptions.getReview, { submissionId }, pipeline.reviewer);
      expect(review).toMatchObject({ state: 'withdrawn', subscription: { id: subscriptionId } });
      for (const reader of [person, pipeline.reviewer]) {
        const { items } = await pipeline.call(subscriptions.getTimeline, { subscriptionId }, reader);
        expect(items[0]).toMatchObject({ action: 'cancelled' });
      }
    });

    it('is in the lists of what is cancelled and of all, not of what is current', async () => {
      const { person, subscriptionId, planId } = await pipeline.subscribed();
      const { subscriptionId: other } = await pipeline.subscribedTo(planId, person);
      await cancel(subscriptionId, person);
      const listed = async (page: object) =>
        (await pipeline.call(subscriptions.listSubscriptions, { limit: 10, ...page }, person)).items.map(
          ({ id }) => id,
        );
      expect(await listed({})).toEqual([other]);
      expect(await listed({ state: 'current' })).toEqual([other]);
      expect(await listed({ state: 'cancelled' })).toEqual([subscriptionId]);
      expect(await listed({ state: 'all' })).toEqual([other, subscriptionId]);
    });

    it('changes no more, whoever tries', async () => {
      const submitted = await pipeline.submitted();
      const { person, subscriptionId, submissionId } = submitted;
      await cancel(subscriptionId, person);
      const acts: [Parameters<Pipeline['call']>[0], object, PersonCaller | typeof pipeline.staff][] = [
        [subscriptions.submitForReview, { subscriptionId, answers: {} }, person],
        [subscriptions.withdrawSubmission, { subscriptionId }, person],
        [subscriptions.approveSubmission, { submissionId, notes: null }, pipeline.reviewer],
        [subscriptions.rejectSubmission, { submissionId, notes: 'No.' }, pipeline.reviewer],
        [subscriptions.requestChanges, { submissionId, notes: 'No.' }, pipeline.reviewer],
        [subscriptions.reopenSubscription, { submissionId, notes: 'No.' }, pipeline.reviewer],
        [subscriptions.recordPayment, { subscriptionId, reference: 'INV-1' }, pipeline.staff],
      ];
      const effect = await pipeline.effectOf(subscriptionId, async () => {
        for (const [method, request, caller] of acts)
          await expect(pipeline.call(method, request, caller)).rejects.toMatchObject({
            code: 'subscriptions.cancelled',
            detail: { restorableUntil: null },
          });
      });
      expect(effect).toEqual({ published: [], recorded: [] });
    });

    it('ends its keys in both environments', async () => {
      const { person, subscriptionId } = await pipeline.subscribed();
      await cancel(subscriptionId, person);
      expect(keysEndedIn(subscriptionId)).toEqual(['production', 'sandbox']);
      const request = { partnerId: person.partnerId, subscriptionId, environment: 'sandbox' };
      expect(await pipeline.call(subscriptions.checkGrant, request, anApp('identity'))).toEqual({
        verdict: 'cancelled',
      });
    });

    it('is one act; its calls to identity carry its trace, and say which service makes them', async () => {
      const contexts: RequestContext[] = [];
      service.neighbours.handle(identity.endSubscriptionKeys, (_request, { context }) => {
        contexts.push(context);
        return {};
      });
      const { person, subscriptionId } = await pipeline.subscribed();
      await cancel(subscriptionId, person);
      const acts = (await service.acts()).filter(({ targets }) => targets['subscriptionId'] === subscriptionId);
      expect(acts).toMatchObject([
        { by: { kind: 'person', id: person.personId }, action: 'subscriptions.cancel-subscription.v1' },
      ]);
      const { traceId } = acts[0] ?? {};
      const madeBy = { caller: { kind: 'service', name: 'subscriptions' }, traceId };
      expect(contexts).toMatchObject([madeBy, madeBy]);
    });

    it.each([
      ['sandbox', 'subscribed'],
      ['production', 'approved'],
      ['rejected', 'rejected'],
    ] as const)('is recorded and told from every phase: %s', async (phase, there) => {
      const { person, subscriptionId } = await pipeline[there]();
      const effect = await pipeline.effectOf(subscriptionId, () => cancel(subscriptionId, person));
      expect(effect).toEqual({
        published: ['subscription-cancelled'],
        recorded: [`cancelled: ${phase} → ${phase}`],
      });
    });

    it('B42: in review, withdraws the submission first: on the record, and nothing is in review any more', async () => {
      const submitted = await pipeline.submitted();
      const { person, subscriptionId, submissionId } = submitted;
      const effect = await pipeline.effectOf(subscriptionId, () => cancel(subscriptionId, person));
      expect(effect).toEqual({
        published: ['subscription-cancelled'],
        recorded: ['withdrawn: in_review → sandbox', 'cancelled: sandbox → sandbox'],
      });
      const review = await pipeline.call(subscriptions.getReview, { submissionId }, pipeline.reviewer);
      expect(review).toMatchObject({
        state: 'withdrawn',
        decidedBy: actorOf(person),
        subscription: { phase: 'sandbox' },
      });
      expect(await pipeline.read(submitted)).toMatchObject({ phase: 'sandbox', submitBlockers: ['cancelled'] });
      const { items } = await pipeline.call(subscriptions.getTimeline, { subscriptionId }, person);
      expect(items).toMatchObject([
        { action: 'cancelled' },
        { action: 'withdrawn', submissionId },
        { action: 'submitted' },
        { action: 'created' },
      ]);
    });

    it('B42: in review on a plan without a sandbox, is no different', async () => {
      const { person, subscriptionId } = await pipeline.awaitingApproval();
      const effect = await pipeline.effectOf(subscriptionId, () => cancel(subscriptionId, person));
      expect(effect.recorded).toEqual(['withdrawn: in_review → sandbox', 'cancelled: sandbox → sandbox']);
    });
  });

  describe('again', () => {
    it('is done, and told once', async () => {
      const { person, subscriptionId } = await pipeline.subscribed();
      await cancel(subscriptionId, person);
      const effect = await pipeline.effectOf(subscriptionId, () => cancel(subscriptionId, person));
      expect(effect).toEqual({ published: [], recorded: [] });
      expect(keysEndedIn(subscriptionId)).toHaveLength(4);
    });

    it('is told once under one Idempotency-Key', async () => {
      const { person, subscriptionId } = await pipeline.subscribed();
      const effect = await pipeline.effectOf(subscriptionId, () =>
        pipeline.repeated(subscriptions.cancelSubscription, { subscriptionId }, person),
      );
      expect(effect.published).toEqual(['subscription-cancelled']);
    });

    it('is told once by two at once, and both are told that it is done', async () => {
      const { person, subscriptionId } = await pipeline.subscribed();
      const row = { table: 'subscriptions.subscriptions', ids: [subscriptionId] };
      const effect = await pipeline.effectOf(subscriptionId, async () => {
        const results = await racing(service, row, [
          () => cancel(subscriptionId, person),
          () => cancel(subscriptionId, person),
        ]);
        expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
      });
      expect(effect.published).toEqual(['subscription-cancelled']);
    });
  });

  describe('while identity is away', () => {
    it.each(['sandbox', 'production'])('says so, and may be repeated: %s', async (environment) => {
      const { person, subscriptionId } = await pipeline.subscribed();
      identityIsAwayIn(environment);
      await expect(cancel(subscriptionId, person)).rejects.toMatchObject({ code: 'unavailable' });
      expect(await pipeline.published(subscriptionId)).toContain('subscription-cancelled');
      pipeline.playIdentity();
      const before = keysEndedIn(subscriptionId).length;
      await cancel(subscriptionId, person);
      expect(keysEndedIn(subscriptionId).length - before).toBe(2);
    });

    it('ends the keys when it is repeated under the same Idempotency-Key', async () => {
      const { person, subscriptionId } = await pipeline.subscribed();
      const options = { idempotencyKey: anId() };
      const repeat = () =>
        service.call(subscriptions.cancelSubscription, 'shared', { subscriptionId }, person, options);
      identityIsAwayIn('production');
      await expect(repeat()).rejects.toMatchObject({ code: 'unavailable' });
      pipeline.playIdentity();
      await expect(repeat()).resolves.toEqual({});
      expect(keysEndedIn(subscriptionId)).toHaveLength(4);
    });
  });

  describe('once it is in production', () => {
    const of = (person: PersonCaller, environment: 'sandbox' | 'production', role: 'developer' | 'global_admin') =>
      aPerson(environment, { partnerId: person.partnerId, roles: [role] });

    it('B3: is forbidden to a developer of the sandbox account, and nothing ends', async () => {
      const { person, subscriptionId } = await pipeline.approved();
      const effect = await pipeline.effectOf(subscriptionId, () =>
        expect(cancel(subscriptionId, of(person, 'sandbox', 'developer'))).rejects.toMatchObject({
          code: 'forbidden',
        }),
      );
      expect(effect).toEqual({ published: [], recorded: [] });
      expect(keysEndedIn(subscriptionId)).toEqual([]);
    });

    it.each([
      ['sandbox', 'global_admin'],
      ['production', 'developer'],
    ] as const)('B3: is open to the %s account: %s', async (environment, role) => {
      const { person, subscriptionId } = await pipeline.approved();
      await expect(cancel(subscriptionId, of(person, environment, role))).resolves.toEqual({});
    });

    it.each([
      ['sandbox', 'global_admin'],
      ['production', 'developer'],
      ['production', 'global_admin'],
    ] as const)('is refused while it has production keys, and nothing ends: %s %s', async (environment, role) => {
      const { person, subscriptionId } = await pipeline.approved();
      service.neighbours.handle(identity.hasLiveKey, () => ({ live: true }));
      const effect = await pipeline.effectOf(subscriptionId, () =>
        expect(cancel(subscriptionId, of(person, environment, role))).rejects.toMatchObject({
          code: 'subscriptions.has_production_keys',
        }),
      );
      expect(effect).toEqual({ published: [], recorded: [] });
      expect(keysEndedIn(subscriptionId)).toEqual([]);
    });

    it('B3: is open to a developer of the sandbox account before that', async () => {
      const { person, subscriptionId } = await pipeline.submitted();
      await expect(cancel(subscriptionId, of(person, 'sandbox', 'developer'))).resolves.toEqual({});
    });
  });

  describe('of somebody else, or of nothing', () => {
    it('finds nothing, and ends no keys', async () => {
      const { subscriptionId } = await pipeline.subscribed();
      for (const id of [subscriptionId, anId()]) {
        await expect(cancel(id, aPerson('production'))).rejects.toMatchObject({
          code: 'not_found',
          message: 'There is no such resource.',
        });
        expect(keysEndedIn(id)).toEqual([]);
      }
    });
  });

  describe('by somebody without a role', () => {
    it('is forbidden', async () => {
      const { person, subscriptionId } = await pipeline.subscribed();
      await expect(cancel(subscriptionId, { ...person, roles: [] })).rejects.toMatchObject({ code: 'forbidden' });
    });
  });
});
