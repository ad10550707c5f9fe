import { actorOf, subscriptions } from '#libs/contracts';
import { aPerson, openService, Pipeline, racing, refusals, type OpenedService } from '#libs/testing';
import { subscriptionsService } from '../../subscriptions.module';

describe('withdrawing a submission', () => {
  let service: OpenedService;
  let pipeline: Pipeline;

  beforeAll(async () => {
    service = await openService(subscriptionsService);
    pipeline = new Pipeline(service);
  });
  afterAll(() => service.close());

  type Subscribed = Awaited<ReturnType<Pipeline['subscribed']>>;
  const withdraw = ({ person, subscriptionId }: Subscribed) =>
    pipeline.call(subscriptions.withdrawSubmission, { subscriptionId }, person);

  async function expectRefusal(subscribed: Subscribed, refusal: object): Promise<void> {
    const effect = await pipeline.effectOf(subscribed.subscriptionId, () =>
      expect(withdraw(subscribed)).rejects.toMatchObject(refusal),
    );
    expect(effect).toEqual({ published: [], recorded: [] });
  }

  describe('that nobody has decided on', () => {
    it('B42: is back in the sandbox, without a flag or a notice', async () => {
      const submitted = await pipeline.submitted();
      const effect = await pipeline.effectOf(submitted.subscriptionId, async () => {
        expect(await withdraw(submitted)).toMatchObject({ phase: 'sandbox', changesRequested: false, notices: [] });
      });
      expect(effect).toEqual({ published: ['submission-withdrawn'], recorded: ['withdrawn: in_review → sandbox'] });
    });

    it('is shown to reviewers as withdrawn, and by whom', async () => {
      const submitted = await pipeline.submitted();
      await withdraw(submitted);
      const { submissionId, person } = submitted;
      const review = await pipeline.call(subscriptions.getReview, { submissionId }, pipeline.reviewer);
      expect(review).toMatchObject({ state: 'withdrawn', decidedBy: actorOf(person) });
    });

    it('may be submitted again', async () => {
      const submitted = await pipeline.submitted();
      await withdraw(submitted);
      await pipeline.submit(submitted);
      expect((await pipeline.read(submitted)).phase).toBe('in_review');
    });

    it('has one effect, however often it is asked for under one Idempotency-Key', async () => {
      const { person, subscriptionId } = await pipeline.submitted();
      const effect = await pipeline.effectOf(subscriptionId, async () => {
        const [first, second] = await pipeline.repeated(subscriptions.withdrawSubmission, { subscriptionId }, person);
        expect(second).toEqual(first);
      });
      expect(effect).toEqual({ published: ['submission-withdrawn'], recorded: ['withdrawn: in_review → sandbox'] });
    });
  });

  describe('twice at once', () => {
    it('is withdrawn once; the other finds it in the sandbox', async () => {
      const submitted = await pipeline.submitted();
      const row = { table: 'subscriptions.subscriptions', ids: [submitted.subscriptionId] };
      const results = await racing(service, row, [() => withdraw(submitted), () => withdraw(submitted)]);
      expect(refusals(results)).toEqual([
        expect.objectContaining({ code: 'subscriptions.wrong_phase', detail: { phase: 'sandbox' } }),
      ]);
    });
  });

  describe('while a reviewer approves it', () => {
    it('stands, or the approval does: never both', async () => {
      const submitted = await pipeline.submitted();
      const { subscriptionId } = submitted;
      const effect = await pipeline.effectOf(subscriptionId, async () => {
        const row = { table: 'subscriptions.subscriptions', ids: [subscriptionId] };
        const results = await racing<unknown>(service, row, [
          () => withdraw(submitted),
          () => pipeline.approve(submitted),
        ]);
        expect(refusals(results)).toEqual([
          expect.objectContaining({
            code: expect.stringMatching(/^subscriptions\.(wrong_phase|already_decided)$/),
          }),
        ]);
      });
      expect([['submission-withdrawn'], ['submission-approved', 'production-unlocked']]).toContainEqual(
        effect.published,
      );
    });
  });

  describe('in another phase', () => {
    it.each([
      ['sandbox', 'subscribed'],
      ['production', 'approved'],
      ['rejected', 'rejected'],
    ] as const)('is refused: %s', async (phase, there) => {
      await expectRefusal(await pipeline[there](), { code: 'subscriptions.wrong_phase', detail: { phase } });
    });
  });

  describe('on a plan without a sandbox', () => {
    it('B32: is refused: there is nowhere to go back to', async () => {
      await expectRefusal(await pipeline.awaitingApproval(), { code: 'subscriptions.no_sandbox_phase' });
    });
  });

  describe('of somebody else', () => {
    it('finds nothing', async () => {
      const submitted = await pipeline.submitted();
      await expectRefusal({ ...submitted, person: aPerson('sandbox') }, { code: 'not_found' });
    });
  });
});
