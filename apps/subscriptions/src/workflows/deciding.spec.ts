import { actorOf, subscriptions, type StaffCaller } from '#libs/contracts';
import { openService, Pipeline, aStaffMember, type OpenedService } from '#libs/testing';
import { subscriptionsService } from '../subscriptions.module';

/** What every decision has in common, whichever it is. */
describe('a decision', () => {
  let service: OpenedService;
  let pipeline: Pipeline;

  beforeAll(async () => {
    service = await openService(subscriptionsService);
    pipeline = new Pipeline(service);
  });
  afterAll(() => service.close());

  const decisions = [
    ['approval', subscriptions.approveSubmission],
    ['rejection', subscriptions.rejectSubmission],
    ['change request', subscriptions.requestChanges],
  ] as const;
  type Method = (typeof decisions)[number][1];

  const decide = (method: Method, request: { submissionId: string; number?: number }, by: StaffCaller) =>
    pipeline.call(method, { notes: 'Read.', ...request }, by);

  describe.each(decisions)('%s', (_name, method) => {
    it('B43: names what was read, and stands', async () => {
      const { submissionId } = await pipeline.submitted();
      const review = await decide(method, { submissionId, number: 1 }, pipeline.reviewer);
      expect(review.state).not.toBe('pending');
    });

    it('B43: of another submission than was read is refused', async () => {
      const submitted = await pipeline.submitted();
      await pipeline.call(subscriptions.withdrawSubmission, submitted, submitted.person);
      const submissionId = await pipeline.submit(submitted);
      const effect = await pipeline.effectOf(submitted.subscriptionId, () =>
        expect(decide(method, { submissionId, number: 1 }, pipeline.reviewer)).rejects.toMatchObject({
          code: 'subscriptions.another_submission',
          detail: { number: 2 },
        }),
      );
      expect(effect).toEqual({ published: [], recorded: [] });
    });

    it('B43: where one stands already, that one is named, with who and when', async () => {
      const { submissionId } = await pipeline.submitted();
      const first = aStaffMember('reviewer');
      const { decidedAt } = await decide(subscriptions.rejectSubmission, { submissionId }, first);
      await expect(decide(method, { submissionId, number: 1 }, pipeline.reviewer)).rejects.toMatchObject({
        code: 'subscriptions.already_decided',
        detail: { decision: 'rejected', decidedBy: actorOf(first), decidedAt, newer: null },
      });
    });

    it('B43: where a newer submission has come since, that one is named, too', async () => {
      const submitted = await pipeline.submitted();
      const { person, submissionId } = submitted;
      await pipeline.call(subscriptions.withdrawSubmission, submitted, person);
      const newer = { submissionId: await pipeline.submit(submitted), number: 2 };
      await expect(decide(method, { submissionId }, pipeline.reviewer)).rejects.toMatchObject({
        code: 'subscriptions.already_decided',
        detail: { decision: 'withdrawn', decidedBy: actorOf(person), newer },
      });
    });
  });
});
