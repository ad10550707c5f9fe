import { subscriptions } from '#libs/contracts';
import { anId, openService, Pipeline, racing, refusals, type OpenedService } from '#libs/testing';
import { subscriptionsService } from '../../subscriptions.module';

const notes = 'Try again with the other account.';

describe('reopening a subscription', () => {
  let service: OpenedService;
  let pipeline: Pipeline;

  beforeAll(async () => {
    service = await openService(subscriptionsService);
    pipeline = new Pipeline(service);
  });
  afterAll(() => service.close());

  const reopen = (submissionId: string, given = notes) =>
    pipeline.call(subscriptions.reopenSubscription, { submissionId, notes: given }, pipeline.reviewer);

  async function expectRefusal(
    { submissionId, subscriptionId }: { submissionId: string; subscriptionId: string },
    refusal: object,
    given?: string,
  ): Promise<void> {
    const effect = await pipeline.effectOf(subscriptionId, () =>
      expect(reopen(submissionId, given)).rejects.toMatchObject(refusal),
    );
    expect(effect).toEqual({ published: [], recorded: [] });
  }

  describe('that was rejected', () => {
    it('B42: is back in the sandbox; the submission stays rejected', async () => {
      const { submissionId, subscriptionId } = await pipeline.rejected();
      const effect = await pipeline.effectOf(subscriptionId, async () => {
        expect(await reopen(submissionId)).toMatchObject({
          state: 'rejected',
          subscription: {
            phase: 'sandbox',
            changesRequested: false,
            notices: [{ kind: 'reopened' }, { kind: 'rejected' }],
          },
        });
      });
      expect(effect).toEqual({ published: ['subscription-reopened'], recorded: ['reopened: rejected → sandbox'] });
    });

    it('B42: is recorded with the notes, and may be submitted again', async () => {
      const rejected = await pipeline.rejected();
      const { person, subscriptionId } = rejected;
      await reopen(rejected.submissionId);
      const { items } = await pipeline.call(subscriptions.getTimeline, { subscriptionId }, person);
      expect(items[0]).toMatchObject({ action: 'reopened', notes, submissionId: rejected.submissionId });
      await pipeline.submit(rejected);
      expect((await pipeline.read(rejected)).phase).toBe('in_review');
    });

    it('has one effect, however often it is asked for under one Idempotency-Key', async () => {
      const { submissionId, subscriptionId } = await pipeline.rejected();
      const request = { submissionId, notes };
      const effect = await pipeline.effectOf(subscriptionId, async () => {
        const [first, second] = await pipeline.repeated(subscriptions.reopenSubscription, request, pipeline.reviewer);
        expect(second).toEqual(first);
      });
      expect(effect.published).toEqual(['subscription-reopened']);
    });

    it('is reopened once by two at once', async () => {
      const { submissionId, subscriptionId } = await pipeline.rejected();
      const row = { table: 'subscriptions.subscriptions', ids: [subscriptionId] };
      const results = await racing(service, row, [() => reopen(submissionId), () => reopen(submissionId)]);
      expect(refusals(results)).toEqual([expect.objectContaining({ code: 'subscriptions.wrong_phase' })]);
    });
  });

  describe('in another phase', () => {
    it.each([
      ['in_review', 'submitted'],
      ['production', 'approved'],
    ] as const)('B42: is refused: %s', async (phase, there) => {
      await expectRefusal(await pipeline[there](), { code: 'subscriptions.wrong_phase', detail: { phase } });
    });

    it('is refused for an earlier submission than the rejected one', async () => {
      const submitted = await pipeline.submitted();
      await pipeline.requestChanges(submitted);
      const submissionId = await pipeline.submit(submitted);
      await pipeline.call(subscriptions.rejectSubmission, { submissionId, notes }, pipeline.reviewer);
      await expectRefusal(submitted, {
        code: 'subscriptions.wrong_phase',
        detail: { phase: 'rejected', state: 'changes_requested' },
      });
    });

    it('is refused for a rejected submission once the subscription has gone on', async () => {
      const rejected = await pipeline.rejected();
      await reopen(rejected.submissionId);
      await expectRefusal(rejected, { code: 'subscriptions.wrong_phase', detail: { phase: 'sandbox' } });
    });
  });

  describe('without notes', () => {
    it('is refused', async () => {
      const refusal = { code: 'invalid_request', fields: [{ pointer: '/notes' }] };
      await expectRefusal(await pipeline.rejected(), refusal, ' ');
    });
  });

  describe('on a plan without a sandbox', () => {
    it('B32: is refused: there is nowhere to go back to', async () => {
      const awaiting = await pipeline.awaitingApproval();
      const { submissionId } = awaiting;
      await pipeline.call(subscriptions.rejectSubmission, { submissionId, notes }, pipeline.reviewer);
      await expectRefusal(awaiting, { code: 'subscriptions.no_sandbox_phase' });
    });
  });

  describe('of nothing', () => {
    it('finds nothing', async () => {
      await expect(reopen(anId())).rejects.toMatchObject({ code: 'not_found' });
    });
  });

  describe('by somebody of a partner', () => {
    it('is forbidden', async () => {
      const { submissionId, person } = await pipeline.rejected();
      await expect(
        pipeline.call(subscriptions.reopenSubscription, { submissionId, notes }, person),
      ).rejects.toMatchObject({ code: 'forbidden' });
    });
  });
});
