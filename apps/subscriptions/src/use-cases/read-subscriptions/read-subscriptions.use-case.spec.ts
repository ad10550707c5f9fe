import { actorOf, subscriptions } from '#libs/contracts';
import { anId, aPerson, aStep, openService, Pipeline, type OpenedService } from '#libs/testing';
import { subscriptionsService } from '../../subscriptions.module';

describe('reading subscriptions', () => {
  let service: OpenedService;
  let pipeline: Pipeline;

  beforeAll(async () => {
    service = await openService(subscriptionsService);
    pipeline = new Pipeline(service);
  });
  afterAll(() => service.close());

  describe('of one partner', () => {
    it('B3: are the same from both of its accounts', async () => {
      const { person, subscriptionId, planId } = await pipeline.subscribed();
      const inPrimary = aPerson('production', { partnerId: person.partnerId });
      const read = await pipeline.read({ person, subscriptionId, planId });
      expect(await pipeline.read({ person: inPrimary, subscriptionId, planId })).toEqual(read);
    });

    it('come page by page, newest first, each once', async () => {
      const first = await pipeline.subscribed();
      const { person, planId } = first;
      const rest = [await pipeline.subscribedTo(planId, person), await pipeline.subscribedTo(planId, person)];
      const newestFirst = [first, ...rest].map(({ subscriptionId }) => subscriptionId).reverse();
      const page = await pipeline.call(subscriptions.listSubscriptions, { limit: 2 }, person);
      const last = await pipeline.call(subscriptions.listSubscriptions, { limit: 2, cursor: page.nextCursor }, person);
      expect([...page.items, ...last.items].map(({ id }) => id)).toEqual(newestFirst);
      expect(last.nextCursor).toBeNull();
    });

    it('say where a page of just as many ends', async () => {
      const { person } = await pipeline.subscribed();
      const page = await pipeline.call(subscriptions.listSubscriptions, { limit: 1 }, person);
      expect(page).toMatchObject({ items: [{}], nextCursor: null });
    });

    it('give the form that a submission made now would answer', async () => {
      const { person, subscriptionId } = await pipeline.subscribed({ submissionForm: { steps: [aStep] } });
      expect(await pipeline.call(subscriptions.getForm, { subscriptionId }, person)).toEqual({
        form: { version: 1, steps: [aStep] },
      });
      const without = await pipeline.subscribed();
      const request = { subscriptionId: without.subscriptionId };
      expect(await pipeline.call(subscriptions.getForm, request, without.person)).toEqual({ form: null });
    });
  });

  describe('of another partner', () => {
    const reads = [
      subscriptions.getSubscription,
      subscriptions.getTestData,
      subscriptions.getForm,
      subscriptions.getTimeline,
    ];

    it.each(reads.map((method) => [method.name, method] as const))(
      'are not found, word for word like what is not there: %s',
      async (_name, method) => {
        const { subscriptionId } = await pipeline.subscribed();
        const stranger = aPerson('sandbox');
        const refusalOf = async (id: string) =>
          pipeline.call(method, { subscriptionId: id }, stranger).then(
            () => 'no refusal',
            ({ code, message, detail, fields }) => ({ code, message, detail, fields }),
          );
        const refusal = await refusalOf(subscriptionId);
        expect(refusal).toMatchObject({ code: 'not_found' });
        expect(refusal).toEqual(await refusalOf(anId()));
      },
    );

    it('are in no list of theirs, nor is one reached by a cursor', async () => {
      const { subscriptionId } = await pipeline.subscribed();
      const stranger = aPerson('sandbox');
      const cursor = Buffer.from(subscriptionId.replace(/^./, 'f')).toString('base64url');
      for (const page of [{ limit: 100 }, { limit: 100, cursor }]) {
        expect((await pipeline.call(subscriptions.listSubscriptions, page, stranger)).items).toEqual([]);
      }
    });
  });

  describe('the timeline', () => {
    it('B40: has every action with who, when and notes, newest first', async () => {
      const submitted = await pipeline.submitted();
      const { person, subscriptionId, submissionId } = submitted;
      await pipeline.requestChanges(submitted);
      const { items } = await pipeline.call(subscriptions.getTimeline, { subscriptionId }, person);
      const [by, reviewer] = [actorOf(person), actorOf(pipeline.reviewer)];
      expect(items).toMatchObject([
        {
          action: 'changes_requested',
          title: 'Changes requested',
          by: reviewer,
          notes: 'Name the company.',
          submissionId,
        },
        { action: 'submitted', from: 'sandbox', to: 'in_review', by, notes: null, submissionId },
        { action: 'created', from: null, to: 'sandbox', by, submissionId: null },
      ]);
      expect(items.every(({ at }) => !Number.isNaN(Date.parse(at)))).toBe(true);
    });

    it('is read by staff, whoever the partner is', async () => {
      const { subscriptionId } = await pipeline.subscribed();
      const { items } = await pipeline.call(subscriptions.getTimeline, { subscriptionId }, pipeline.reviewer);
      expect(items).toHaveLength(1);
    });
  });

  describe('by staff', () => {
    it('is forbidden where it is the partner who asks', async () => {
      const { subscriptionId } = await pipeline.subscribed();
      await expect(
        pipeline.call(subscriptions.getSubscription, { subscriptionId }, pipeline.staff),
      ).rejects.toMatchObject({ code: 'forbidden' });
    });
  });
});
