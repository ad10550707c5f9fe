import { subscriptions, type PartnerId, type RequestInput } from '#libs/contracts';
import { newTraceId } from '#libs/rpc';
import { aPerson, aPrice, openService, Pipeline, type OpenedService } from '#libs/testing';
import { OnPartnerChanged } from '../../event-handlers/on-partner-changed/on-partner-changed.event-handler';
import { subscriptionsService } from '../../subscriptions.module';

describe('staff finds', () => {
  let service: OpenedService;
  let pipeline: Pipeline;

  beforeAll(async () => {
    service = await openService(subscriptionsService);
    pipeline = new Pipeline(service);
  });
  afterAll(() => service.close());

  const search = (request: RequestInput<typeof subscriptions.searchSubscriptions>) =>
    pipeline.call(subscriptions.searchSubscriptions, request, pipeline.reviewer);
  const reviews = (request: RequestInput<typeof subscriptions.listReviews>) =>
    pipeline.call(subscriptions.listReviews, request, pipeline.reviewer);
  const found = async (request: RequestInput<typeof subscriptions.searchSubscriptions>) =>
    (await search(request)).items.map(({ id }) => id as string);
  const queue = async (request: RequestInput<typeof subscriptions.listReviews>) =>
    (await reviews(request)).items.map(({ subscription }) => subscription.id as string);

  const named = (partnerId: PartnerId, name: string, domain: string) => {
    const event = { aggregateversion: 1, data: { partnerId, name, domain, verified: true, suspended: false } };
    return service.database.transaction('shared', newTraceId(), (tx) =>
      service.get(OnPartnerChanged).changed(event as never, tx),
    );
  };

  describe('subscriptions', () => {
    it('by where they stand', async () => {
      const partner = aPerson('sandbox');
      const { partnerId } = partner;
      const { id: paid } = await pipeline.plan({ price: aPrice });
      const inSandbox = await pipeline.subscribedTo(paid, partner);
      const submitted = await pipeline.subscribedTo((await pipeline.plan()).id, partner);
      await pipeline.submit(submitted);
      const gone = await pipeline.subscribedTo(paid, partner);
      await pipeline.cancel(gone);
      const all = { partnerId };
      expect(await found(all)).toEqual([submitted.subscriptionId, inSandbox.subscriptionId]);
      expect(await found({ ...all, phase: 'in_review' })).toEqual([submitted.subscriptionId]);
      expect(await found({ ...all, payment: 'due' })).toEqual([inSandbox.subscriptionId]);
      expect(await found({ ...all, payment: 'not_required' })).toEqual([submitted.subscriptionId]);
      expect(await found({ ...all, state: 'ended' })).toEqual([gone.subscriptionId]);
      expect(await found({ ...all, state: 'restorable' })).toEqual([]);
      expect((await found({ ...all, state: 'all' })).sort()).toEqual(
        [submitted, inSandbox, gone].map(({ subscriptionId }) => subscriptionId).sort(),
      );
    });

    it('that are cancelled and can be restored, apart from those that cannot', async () => {
      const approved = await pipeline.approved();
      const { person, subscriptionId } = approved;
      const primary = aPerson('production', { partnerId: person.partnerId });
      const confirmed = { subscriptionId, confirm: 'Integration' };
      await pipeline.call(subscriptions.cancelInProduction, confirmed, primary);
      const { partnerId } = person;
      expect((await search({ partnerId, state: 'restorable' })).items).toMatchObject([
        { id: subscriptionId, state: 'cancelled', cancellation: { restorableUntil: expect.any(String) } },
      ]);
      expect(await found({ partnerId, state: 'ended' })).toEqual([]);
    });

    it('by the same words that partners find their own by, whichever they are', async () => {
      const { person, planId, ...live } = await pipeline.approved();
      const primary = aPerson('production', { partnerId: person.partnerId });
      const stopped = live.subscriptionId;
      await pipeline.call(
        subscriptions.cancelInProduction,
        { subscriptionId: stopped, confirm: 'Integration' },
        primary,
      );
      const { subscriptionId: running } = await pipeline.subscribedTo(planId, person);
      const gone = await pipeline.subscribedTo(planId, person);
      await pipeline.cancel(gone);
      const ended = gone.subscriptionId;
      for (const [state, expected] of [
        ['running', [running]],
        ['cancelled', [ended, stopped]],
        ['restorable', [stopped]],
        ['ended', [ended]],
        ['current', [running, stopped]],
        ['all', [ended, running, stopped]],
      ] as const) {
        const own = await pipeline.call(subscriptions.listSubscriptions, { state }, primary);
        expect({ state, ids: own.items.map(({ id }) => id) }).toEqual({ state, ids: expected });
        expect({ state, ids: await found({ partnerId: person.partnerId, state }) }).toEqual({ state, ids: expected });
      }
    });

    it('page by page, newest first, each once', async () => {
      const person = aPerson('sandbox');
      const { partnerId } = person;
      const { id: planId } = await pipeline.plan();
      const made: string[] = [];
      for (let time = 0; time < 3; time += 1)
        made.unshift((await pipeline.subscribedTo(planId, person)).subscriptionId);
      const first = await search({ partnerId, limit: 2 });
      const second = await search({ partnerId, limit: 2, cursor: first.nextCursor ?? undefined });
      expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(made);
      expect(second.nextCursor).toBeNull();
    });

    it('not as somebody of a partner', async () => {
      const { person } = await pipeline.subscribed();
      await expect(pipeline.call(subscriptions.searchSubscriptions, {}, person)).rejects.toMatchObject({
        code: 'forbidden',
      });
    });
  });

  describe('subscriptions and submissions alike', () => {
    it('by partner, product and plan', async () => {
      const one = await pipeline.submitted();
      await pipeline.submitted();
      const { product } = await pipeline.read(one);
      const filters = [{ partnerId: one.person.partnerId }, { planId: one.planId }, { productId: product.id }];
      for (const filter of filters as { partnerId?: PartnerId }[]) {
        expect({ filter, ids: await found(filter) }).toEqual({ filter, ids: [one.subscriptionId] });
        expect({ filter, ids: await queue({ state: 'pending', ...filter }) }).toEqual({
          filter,
          ids: [one.subscriptionId],
        });
        expect(await queue({ state: 'rejected', ...filter })).toEqual([]);
      }
    });

    it('by words in any of the names, each somewhere, in either case', async () => {
      const one = await pipeline.submitted({ name: 'Gold 50%' });
      const other = await pipeline.submitted({ name: 'Gold plated' });
      await named(one.person.partnerId, 'Fabrikam Größe', 'fabrikam.example');
      await named(other.person.partnerId, 'Fourth Coffee', 'coffee.example');
      const { subscriptionId } = one;
      for (const q of [
        'fabrikam',
        'GRÖSSE',
        'fabrikam.example',
        '50%',
        'orders fabrikam',
        'integration FABRIKAM gold',
      ]) {
        const expected = q === 'GRÖSSE' ? [] : [subscriptionId];
        expect({ q, ids: await found({ q }) }).toEqual({ q, ids: expected });
        expect({ q, ids: await queue({ q }) }).toEqual({ q, ids: expected });
      }
      for (const q of ['fabrikam coffee', '5%0', '50_', 'fabrikam\\']) {
        expect({ q, ids: await found({ q }) }).toEqual({ q, ids: [] });
        expect({ q, ids: await queue({ q }) }).toEqual({ q, ids: [] });
      }
      expect(await found({ q: 'gold' })).toEqual([other.subscriptionId, subscriptionId]);
      expect(await found({ q: 'gold', partnerId: one.person.partnerId })).toEqual([subscriptionId]);
    });

    it('by words however their accents are written, in the name as in the question', async () => {
      const composed = await pipeline.submitted();
      const apart = await pipeline.submitted();
      await named(composed.person.partnerId, 'Zürcher Käse'.normalize('NFC'), 'kaese.example');
      await named(apart.person.partnerId, 'Zürcher Käse'.normalize('NFD'), 'kaese2.example');
      const both = [apart.subscriptionId, composed.subscriptionId];
      for (const form of ['NFC', 'NFD']) {
        const q = 'zürcher käse'.normalize(form);
        expect({ form, ids: await found({ q }) }).toEqual({ form, ids: both });
        expect({ form, ids: (await queue({ q })).sort() }).toEqual({ form, ids: [...both].sort() });
      }
    });

    it('and sees whose each is', async () => {
      const { person, subscriptionId } = await pipeline.submitted();
      const { partnerId } = person;
      await named(partnerId, 'Northwind', 'northwind.example');
      const partner = {
        id: partnerId,
        name: 'Northwind',
        domain: 'northwind.example',
        verified: true,
        suspended: false,
      };
      expect((await search({ partnerId })).items).toMatchObject([{ id: subscriptionId, state: 'running', partner }]);
      expect((await reviews({ partnerId })).items).toMatchObject([
        {
          partner,
          number: 1,
          submittedAt: expect.any(String),
          changesRequestedBefore: false,
          subscription: { name: 'Integration', product: { name: 'Orders API' }, plan: { name: 'Standard' } },
        },
      ]);
    });
  });

  it('submissions before which changes were requested: those after it, not the one itself', async () => {
    const first = await pipeline.submitted();
    await pipeline.requestChanges(first);
    await pipeline.submit(first);
    const { items } = await reviews({ partnerId: first.person.partnerId });
    expect(items.map(({ number, changesRequestedBefore }) => [number, changesRequestedBefore])).toEqual([
      [2, true],
      [1, false],
    ]);
  });
});
