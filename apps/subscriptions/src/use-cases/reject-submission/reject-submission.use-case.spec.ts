import { actorOf, subscriptions } from '#libs/contracts';
import { anId, openService, Pipeline, racing, refusals, type OpenedService } from '#libs/testing';
import { subscriptionsService } from '../../subscriptions.module';

const notes = 'Not like this.';

describe('rejecting a submission', () => {
  let service: OpenedService;
  let pipeline: Pipeline;

  beforeAll(async () => {
    service = await openService(subscriptionsService);
    pipeline = new Pipeline(service);
  });
  afterAll(() => service.close());

  const reject = (submissionId: string, given = notes) =>
    pipeline.call(subscriptions.rejectSubmission, { submissionId, notes: given }, pipeline.reviewer);

  describe('that is pending', () => {
    it('B38: is rejected, which marks the review step', async () => {
      const { submissionId, subscriptionId } = await pipeline.submitted();
      const effect = await pipeline.effectOf(subscriptionId, async () => {
        expect(await reject(submissionId)).toMatchObject({
          state: 'rejected',
          notes,
          decidedBy: actorOf(pipeline.reviewer),
          subscription: {
            phase: 'rejected',
            steps: [{ state: 'done' }, { state: 'rejected' }, { state: 'upcoming' }],
            production: { unlocked: false, reasons: ['review'] },
          },
        });
      });
      expect(effect).toEqual({ published: ['submission-rejected'], recorded: ['rejected: in_review → rejected'] });
    });

    it('B47: leaves the sandbox usable', async () => {
      const { submissionId, subscriptionId } = await pipeline.submitted();
      await reject(submissionId);
      expect(await pipeline.grants(subscriptionId)).toEqual(['sandbox']);
    });

    it('B40: is noticed on the subscription, and told with the notes', async () => {
      const submitted = await pipeline.submitted();
      await reject(submitted.submissionId);
      expect((await pipeline.read(submitted)).notices).toMatchObject([
        { kind: 'rejected', notes, by: actorOf(pipeline.reviewer), submissionId: submitted.submissionId },
      ]);
      const events = await service.published(subscriptions.submissionRejected);
      expect(events.at(-1)?.data).toMatchObject({ notes, number: 1, partnerId: submitted.person.partnerId });
    });

    it('B32: is so on a plan without a sandbox, too', async () => {
      const { submissionId } = await pipeline.awaitingApproval();
      expect((await reject(submissionId)).subscription).toMatchObject({ phase: 'rejected' });
    });

    it('has one effect, however often it is asked for under one Idempotency-Key', async () => {
      const { submissionId, subscriptionId } = await pipeline.submitted();
      const effect = await pipeline.effectOf(subscriptionId, async () => {
        const request = { submissionId, notes };
        const [first, second] = await pipeline.repeated(subscriptions.rejectSubmission, request, pipeline.reviewer);
        expect(second).toEqual(first);
      });
      expect(effect.published).toEqual(['submission-rejected']);
    });
  });

  describe('without notes', () => {
    it.each(['', ' \n '])('B39: is refused: "%s"', async (given) => {
      const { submissionId, subscriptionId } = await pipeline.submitted();
      const effect = await pipeline.effectOf(subscriptionId, () =>
        expect(reject(submissionId, given)).rejects.toMatchObject({
          code: 'invalid_request',
          fields: [{ pointer: '/notes' }],
        }),
      );
      expect(effect).toEqual({ published: [], recorded: [] });
    });
  });

  describe('twice at once', () => {
    it('B43: stands once', async () => {
      const { submissionId, subscriptionId } = await pipeline.submitted();
      const results = await racing(service, { table: 'subscriptions.subscriptions', ids: [subscriptionId] }, [
        () => reject(submissionId),
        () => reject(submissionId),
      ]);
      expect(refusals(results)).toEqual([expect.objectContaining({ code: 'subscriptions.already_decided' })]);
    });
  });

  describe('that is decided', () => {
    it('B38: is refused; production stays', async () => {
      const approved = await pipeline.approved();
      await expect(reject(approved.submissionId)).rejects.toMatchObject({ code: 'subscriptions.already_decided' });
      expect(await pipeline.read(approved)).toMatchObject({ phase: 'production' });
    });
  });

  describe('of nothing', () => {
    it('finds nothing', async () => {
      await expect(reject(anId())).rejects.toMatchObject({ code: 'not_found' });
    });
  });

  describe('by somebody of a partner', () => {
    it('is forbidden', async () => {
      const { submissionId, person } = await pipeline.submitted();
      await expect(
        pipeline.call(subscriptions.rejectSubmission, { submissionId, notes }, person),
      ).rejects.toMatchObject({ code: 'forbidden' });
    });
  });
});
