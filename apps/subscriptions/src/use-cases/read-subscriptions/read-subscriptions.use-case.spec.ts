import { actorOf, identity, subscriptions, type PersonCaller, type ReplyOf } from '#libs/contracts';
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
      subscriptions.listSubmissions,
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

  describe('whether it can be submitted', () => {
    const canSubmit = async (subscribed: Parameters<Pipeline['read']>[0]) => {
      const { canSubmit, submitBlockers } = await pipeline.read(subscribed);
      expect(canSubmit).toBe(submitBlockers.length === 0);
      return submitBlockers;
    };

    it('B36, B37, B59: says what is missing', async () => {
      const subscribed = await pipeline.subscribed();
      expect(await canSubmit(subscribed)).toEqual([]);
      service.neighbours.handle(identity.findLiveKeys, () => ({ subscriptionIds: [] }));
      expect(await canSubmit(subscribed)).toEqual(['no_sandbox_key']);
      pipeline.playIdentity();
      expect(await canSubmit(await pipeline.submitted())).toEqual(['in_review']);
      expect(await canSubmit(await pipeline.approved())).toEqual([]);
      const withoutSandbox = await pipeline.awaitingApproval();
      await pipeline.approve(withoutSandbox);
      expect(await canSubmit(withoutSandbox)).toEqual(['in_production']);
      expect(await canSubmit(await pipeline.rejected())).toEqual(['rejected']);
    });
  });

  describe('the notices', () => {
    it('B42: say so where what was rejected is reopened, with the notes', async () => {
      const rejected = await pipeline.rejected();
      const { submissionId } = rejected;
      await pipeline.call(subscriptions.reopenSubscription, { submissionId, notes: 'Go on.' }, pipeline.reviewer);
      expect((await pipeline.read(rejected)).notices).toMatchObject([
        { kind: 'reopened', title: 'Reopened', notes: 'Go on.', by: actorOf(pipeline.reviewer), submissionId },
        { kind: 'rejected', notes: 'Not like this.', submissionId },
      ]);
    });
  });

  describe('what was submitted', () => {
    const submissionsOf = (subscriptionId: string, person: PersonCaller, page: object = {}) =>
      pipeline.call(subscriptions.listSubmissions, { subscriptionId, limit: 10, ...page }, person);

    it('B41: is read by its partner as it was: answers, version of the form, decision', async () => {
      const submissionForm = { steps: [aStep] };
      const answers = (name: string) => ({ company: { name } });
      const submitted = await pipeline.submitted({ submissionForm }, answers('Contoso'));
      const { person, planId, subscriptionId } = submitted;
      await pipeline.requestChanges(submitted);
      const { product } = await pipeline.read(submitted);
      const steps = [{ ...aStep, title: 'Anew' }];
      await pipeline.call(subscriptions.setSubmissionForm, { productId: product.id, planId, steps }, pipeline.staff);
      await pipeline.submit(submitted, answers('Fabrikam'));
      const { items, nextCursor } = await submissionsOf(subscriptionId, person);
      expect(items).toMatchObject([
        { number: 2, state: 'pending', formVersion: 2, answers: answers('Fabrikam'), decision: null },
        {
          number: 1,
          state: 'changes_requested',
          formVersion: 1,
          answers: answers('Contoso'),
          decision: {
            state: 'changes_requested',
            notes: 'Name the company.',
            by: actorOf(pipeline.reviewer),
            items: [],
          },
        },
      ]);
      expect(nextCursor).toBeNull();
      const formOf = async (version: object) =>
        (await pipeline.call(subscriptions.getForm, { subscriptionId, ...version }, person)).form;
      expect(await formOf({ version: 1 })).toEqual({ version: 1, steps: [aStep] });
      expect(await formOf({})).toEqual({ version: 2, steps });
      expect(await formOf({ version: 3 })).toBeNull();
    });

    it('comes in pages that a message can hold, however long the answers', async () => {
      const long = { company: { name: 'x'.repeat(60_000) } };
      const submitted = await pipeline.submitted({ submissionForm: { steps: [aStep] } }, long);
      const { person, subscriptionId } = submitted;
      for (let again = 1; again < 10; again += 1) {
        await pipeline.call(subscriptions.withdrawSubmission, { subscriptionId }, person);
        await pipeline.submit(submitted, long);
      }
      const numbers: number[] = [];
      const sizes: number[] = [];
      let cursor: string | null = null;
      do {
        const page: ReplyOf<typeof subscriptions.listSubmissions> = await submissionsOf(subscriptionId, person, {
          limit: 8,
          ...(cursor && { cursor }),
        });
        numbers.push(...page.items.map(({ number }) => number));
        sizes.push(JSON.stringify(page).length);
        cursor = page.nextCursor;
      } while (cursor);
      expect(numbers).toEqual([10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
      expect(Math.max(...sizes)).toBeLessThan(500_000);
      expect(sizes).toHaveLength(2);
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
