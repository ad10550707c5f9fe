import { actorOf, identity, subscriptions } from '#libs/contracts';
import { anId, aPerson, aPrice, aStep, openService, Pipeline, type OpenedService } from '#libs/testing';
import { subscriptionsService } from '../../subscriptions.module';

describe('reading reviews', () => {
  let service: OpenedService;
  let pipeline: Pipeline;

  beforeAll(async () => {
    service = await openService(subscriptionsService);
    pipeline = new Pipeline(service);
  });
  afterAll(() => service.close());

  const list = (page: object) => pipeline.call(subscriptions.listReviews, page, pipeline.reviewer);
  const ids = ({ items }: { items: { submissionId: string }[] }) => items.map(({ submissionId }) => submissionId);

  describe('the queue', () => {
    it('has what waits longest first, page by page', async () => {
      const waiting = [await pipeline.submitted(), await pipeline.submitted(), await pipeline.submitted()];
      const first = await list({ limit: 2, state: 'pending' });
      const second = await list({ limit: 2, state: 'pending', cursor: first.nextCursor });
      expect([...ids(first), ...ids(second)]).toEqual(waiting.map(({ submissionId }) => submissionId));
      expect(second.nextCursor).toBeNull();
      for (const submission of waiting) await pipeline.approve(submission);
      expect(ids(await list({ limit: 2, state: 'pending' }))).toEqual([]);
    });

    it('has nothing that was cancelled; what lies behind it has', async () => {
      const cancelled = await pipeline.submitted();
      await pipeline.cancel(cancelled);
      expect(ids(await list({ limit: 100, state: 'pending' }))).not.toContain(cancelled.submissionId);
      expect(ids(await list({ limit: 100 }))).toContain(cancelled.submissionId);
    });

    it('warns of what of the account would still keep production keys from being made, and only of that', async () => {
      const { person, submissionId } = await pipeline.submitted({ price: aPrice });
      service.neighbours.handle(identity.getAccountBlockers, () => ({
        items: [{ partnerId: person.partnerId, blockers: ['not_eligible' as const] }],
      }));
      const missing = ['payment', 'not_eligible'];
      const review = await pipeline.call(subscriptions.getReview, { submissionId }, pipeline.reviewer);
      expect(review).toMatchObject({ missingAfterApproval: missing });
      expect(review.subscription.production).toMatchObject({ unlocked: false, reasons: ['review', ...missing] });
      pipeline.playIdentity();
    });
  });

  describe('what is new in a submission', () => {
    const review = (submissionId: string) =>
      pipeline.call(subscriptions.getReview, { submissionId }, pipeline.reviewer);
    const named = (name: string) => ({ [aStep.id]: { name } });

    it('is nothing where it is the first', async () => {
      const { submissionId } = await pipeline.submitted();
      expect(await review(submissionId)).toMatchObject({ requested: [], difference: null });
    });

    it('B41: is told field by field since the last that was decided, whatever was withdrawn since', async () => {
      const submitted = await pipeline.submitted({ submissionForm: { steps: [aStep] } }, named('Contoso'));
      const { subscriptionId, person } = submitted;
      await pipeline.requestChanges(submitted);
      await pipeline.submit(submitted, named('Fabrikam'));
      await pipeline.call(subscriptions.withdrawSubmission, { subscriptionId }, person);
      const again = await pipeline.submit(submitted, named('Contoso Ltd'));
      expect((await review(again)).difference).toEqual({
        since: { submissionId: submitted.submissionId, number: 1, formVersion: 1 },
        fields: [
          {
            ...{ pointer: `/answers/${aStep.id}/name`, change: 'changed', form: null },
            ...{ before: 'Contoso', after: 'Contoso Ltd' },
          },
        ],
        complete: true,
      });
      expect((await review(submitted.submissionId)).difference).toBeNull();
    });

    it('B41: says which fields the form has had only since, or has no longer', async () => {
      const submitted = await pipeline.submitted({ submissionForm: { steps: [aStep] } }, named('Contoso'));
      const { planId } = submitted;
      const { product } = await pipeline.read(submitted);
      await pipeline.requestChanges(submitted);
      const steps = [{ ...aStep, schema: { type: 'object', properties: { title: { type: 'string' }, vat: {} } } }];
      await pipeline.call(subscriptions.setSubmissionForm, { productId: product.id, planId, steps }, pipeline.staff);
      const again = await pipeline.submit(submitted, { [aStep.id]: { title: 'Contoso' } });
      const { since, fields } = (await review(again)).difference ?? {};
      expect(since).toMatchObject({ formVersion: 1 });
      expect(fields?.map(({ pointer, change, form }) => [pointer, change, form])).toEqual([
        [`/answers/${aStep.id}/title`, 'added', 'added'],
        [`/answers/${aStep.id}/name`, 'removed', 'removed'],
        [`/answers/${aStep.id}/vat`, null, 'added'],
      ]);
    });
  });

  describe('what lies behind it', () => {
    it('comes newest first, page by page', async () => {
      const decided = [await pipeline.approved(), await pipeline.rejected(), await pipeline.approved()];
      const newestFirst = decided.map(({ submissionId }) => submissionId).reverse();
      const first = await list({ limit: 2 });
      const second = await list({ limit: 1, cursor: first.nextCursor });
      expect([...ids(first), ...ids(second)]).toEqual(newestFirst);
      expect(ids(await list({ limit: 1, state: 'rejected' }))).toEqual([decided[1]?.submissionId]);
    });

    it('has neither answers nor forms, which can be long', async () => {
      const form = { submissionForm: { steps: [aStep] } };
      const { submissionId } = await pipeline.submitted(form, { company: { name: 'Contoso' } });
      const { items } = await list({ limit: 1 });
      expect(items).toMatchObject([{ submissionId }]);
      expect(JSON.stringify(items)).not.toContain('Contoso');
      expect(JSON.stringify(items)).not.toContain(aStep.title);
      expect(Object.keys(items[0] ?? {})).not.toEqual(expect.arrayContaining(['answers']));
      expect(items[0]).not.toHaveProperty('form');
    });
  });

  describe('one', () => {
    it('is not found where there is none', async () => {
      await expect(
        pipeline.call(subscriptions.getReview, { submissionId: anId() }, pipeline.reviewer),
      ).rejects.toMatchObject({ code: 'not_found' });
    });

    it('B41: each has the form that it answered, though another plan has one of the same version', async () => {
      const other = { ...aStep, id: 'contact' };
      await pipeline.submitted({ submissionForm: { steps: [other] } }, { contact: { name: 'Ada' } });
      const { submissionId } = await pipeline.submitted(
        { submissionForm: { steps: [aStep] } },
        { company: { name: 'Contoso' } },
      );
      const review = await pipeline.call(subscriptions.getReview, { submissionId }, pipeline.reviewer);
      expect(review.form).toEqual({ version: 1, steps: [aStep] });
    });
  });

  describe('of a partner that has tried before', () => {
    it('shows what it has submitted for the same product, cancelled or not, and on whichever plan', async () => {
      const first = await pipeline.rejected();
      const { person, subscriptionId } = first;
      await pipeline.cancel(first);
      const { product } = await pipeline.read(first);
      const { id: otherPlan } = await pipeline.plan({ name: 'Premium' }, product.id);
      const second = await pipeline.subscribedTo(otherPlan, person);
      const secondId = await pipeline.submit(second);
      const third = await pipeline.subscribedTo(first.planId, person);
      await pipeline.submit(third);
      const elsewhere = await pipeline.subscribedTo((await pipeline.plan()).id, person);
      const elsewhereId = await pipeline.submit(elsewhere);
      const others = await pipeline.subscribedTo(otherPlan, aPerson('sandbox'));
      const othersId = await pipeline.submit(others);

      const review = (submissionId: string) =>
        pipeline.call(subscriptions.getReview, { submissionId }, pipeline.reviewer);
      expect(await review(secondId)).toMatchObject({
        number: 1,
        earlierAttempts: 1,
        earlier: [
          {
            submissionId: first.submissionId,
            subscriptionId,
            planName: 'Standard',
            state: 'rejected',
            notes: 'Not like this.',
            decidedBy: actorOf(pipeline.reviewer),
            isCancelled: true,
          },
        ],
      });
      for (const submissionId of [first.submissionId, elsewhereId, othersId])
        expect(await review(submissionId)).toMatchObject({ earlierAttempts: 0, earlier: [] });
      const { items } = await list({ limit: 100, state: 'pending' });
      const counts = new Map(items.map((item) => [item.subscription.id, item.earlierAttempts]));
      expect([second, third, elsewhere, others].map((one) => counts.get(one.subscriptionId as never))).toEqual([
        1, 2, 0, 0,
      ]);
    });
  });

  describe('by somebody of a partner', () => {
    it('is forbidden, for their own submission too', async () => {
      const { person, submissionId } = await pipeline.submitted();
      const forbidden = { code: 'forbidden' };
      await expect(pipeline.call(subscriptions.listReviews, { limit: 1 }, person)).rejects.toMatchObject(forbidden);
      await expect(pipeline.call(subscriptions.getReview, { submissionId }, person)).rejects.toMatchObject(forbidden);
    });
  });
});
