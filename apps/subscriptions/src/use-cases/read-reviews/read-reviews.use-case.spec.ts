import { subscriptions } from '#libs/contracts';
import { anId, aStep, openService, Pipeline, type OpenedService } from '#libs/testing';
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

    it('leaves out what is cancelled', async () => {
      const cancelled = await pipeline.submitted();
      await pipeline.cancel(cancelled);
      expect(ids(await list({ limit: 100 }))).not.toContain(cancelled.submissionId);
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

  describe('by somebody of a partner', () => {
    it('is forbidden, for their own submission too', async () => {
      const { person, submissionId } = await pipeline.submitted();
      const forbidden = { code: 'forbidden' };
      await expect(pipeline.call(subscriptions.listReviews, { limit: 1 }, person)).rejects.toMatchObject(forbidden);
      await expect(pipeline.call(subscriptions.getReview, { submissionId }, person)).rejects.toMatchObject(forbidden);
    });
  });
});
