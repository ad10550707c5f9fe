import { actorOf, subscriptions } from '#libs/contracts';
import {
  anApp,
  anId,
  aPerson,
  aPrice,
  aStaffMember,
  openService,
  Pipeline,
  racing,
  refusals,
  type OpenedService,
} from '#libs/testing';
import { subscriptionsService } from '../../subscriptions.module';

describe('approving a submission', () => {
  let service: OpenedService;
  let pipeline: Pipeline;

  beforeAll(async () => {
    service = await openService(subscriptionsService);
    pipeline = new Pipeline(service);
  });
  afterAll(() => service.close());

  const approve = (submissionId: string, notes: string | null = null, by = pipeline.reviewer) =>
    pipeline.call(subscriptions.approveSubmission, { submissionId, notes }, by);
  const reject = (submissionId: string) =>
    pipeline.call(subscriptions.rejectSubmission, { submissionId, notes: 'No.' }, aStaffMember('reviewer'));

  describe('of a free plan', () => {
    it('B38: is in production, with the right to keys there', async () => {
      const submitted = await pipeline.submitted();
      const effect = await pipeline.effectOf(submitted.subscriptionId, async () => {
        expect(await approve(submitted.submissionId)).toMatchObject({
          state: 'approved',
          decidedBy: actorOf(pipeline.reviewer),
          subscription: { phase: 'production', production: { unlocked: true, reasons: [] } },
        });
      });
      expect(effect).toEqual({
        published: ['submission-approved', 'production-unlocked'],
        recorded: ['approved: in_review → production', 'production_unlocked: production → production'],
      });
      expect(await pipeline.grants(submitted.subscriptionId)).toEqual(['production', 'sandbox']);
    });

    it('B45: makes no key itself; the right to one counts at once', async () => {
      const { submissionId, subscriptionId, person } = await pipeline.submitted();
      const isCommand = ({ method }: { method: string }) => !/^(get|find)-/.test(method);
      const commands = () => service.neighbours.calls.filter(isCommand).length;
      const before = commands();
      await approve(submissionId);
      expect(commands()).toBe(before);
      const request = { partnerId: person.partnerId, subscriptionId, environment: 'production' };
      const verdict = await pipeline.call(subscriptions.checkGrant, request, anApp('identity'));
      expect(verdict).toMatchObject({ verdict: 'granted' });
    });

    it('B40: is noticed on the subscription, with who, when and notes', async () => {
      const submitted = await pipeline.submitted();
      const { decidedAt } = await approve(submitted.submissionId, 'Well done.');
      expect((await pipeline.read(submitted)).notices).toEqual([
        {
          kind: 'approved',
          title: 'Approved',
          notes: 'Well done.',
          items: [],
          at: decidedAt,
          by: actorOf(pipeline.reviewer),
          submissionId: submitted.submissionId,
          formVersion: null,
        },
      ]);
    });

    it('B39: needs no notes', async () => {
      const { submissionId } = await pipeline.submitted();
      expect(await approve(submissionId)).toMatchObject({ notes: null });
    });

    it('has one effect, however often it is asked for under one Idempotency-Key', async () => {
      const { submissionId, subscriptionId } = await pipeline.submitted();
      const request = { submissionId, notes: null };
      const effect = await pipeline.effectOf(subscriptionId, async () => {
        const [first, second] = await pipeline.repeated(subscriptions.approveSubmission, request, pipeline.reviewer);
        expect(second).toEqual(first);
      });
      expect(effect.published).toEqual(['submission-approved', 'production-unlocked']);
    });
  });

  describe('of a paid plan', () => {
    it('B46: is in production, and locked until it is paid', async () => {
      const { submissionId, subscriptionId } = await pipeline.submitted({ price: aPrice });
      const effect = await pipeline.effectOf(subscriptionId, async () => {
        expect((await approve(submissionId)).subscription).toMatchObject({
          phase: 'production',
          production: { unlocked: false, reasons: ['payment'] },
        });
      });
      expect(effect).toEqual({
        published: ['submission-approved'],
        recorded: ['approved: in_review → production'],
      });
      expect(await pipeline.grants(subscriptionId)).toEqual(['sandbox']);
    });
  });

  describe('on a plan without a sandbox', () => {
    it('B32: is in production where it is free', async () => {
      const { submissionId, subscriptionId } = await pipeline.awaitingApproval();
      expect((await approve(submissionId)).subscription).toMatchObject({ phase: 'production' });
      expect(await pipeline.grants(subscriptionId)).toEqual(['production']);
    });

    it('B32, B46: its payment locks the keys, not the phase', async () => {
      const { submissionId, subscriptionId } = await pipeline.awaitingApproval({ price: aPrice });
      const effect = await pipeline.effectOf(subscriptionId, async () => {
        expect((await approve(submissionId)).subscription).toMatchObject({
          phase: 'production',
          production: { unlocked: false, reasons: ['payment'] },
        });
      });
      expect(effect.recorded).toEqual(['approved: in_review → production']);
      await expect(approve(submissionId)).rejects.toMatchObject({ code: 'subscriptions.already_decided' });
    });
  });

  describe('by two reviewers at once', () => {
    it('B43: lets exactly one decision stand', async () => {
      const { submissionId, subscriptionId } = await pipeline.submitted();
      const results = await racing<unknown>(service, { table: 'subscriptions.subscriptions', ids: [subscriptionId] }, [
        () => approve(submissionId),
        () => reject(submissionId),
      ]);
      expect(refusals(results)).toEqual([
        expect.objectContaining({ code: 'subscriptions.already_decided', category: 'conflict' }),
      ]);
      const outcomes = ['approved: in_review → production', 'rejected: in_review → rejected'];
      const recorded = await pipeline.recorded(subscriptionId);
      expect(recorded.filter((line) => outcomes.includes(line))).toHaveLength(1);
    });

    it('B43: tells the same outcome twice to nobody', async () => {
      const { submissionId, subscriptionId } = await pipeline.submitted();
      const results = await racing(service, { table: 'subscriptions.subscriptions', ids: [subscriptionId] }, [
        () => approve(submissionId),
        () => approve(submissionId, null, aStaffMember('reviewer')),
      ]);
      expect(refusals(results)).toEqual([expect.objectContaining({ code: 'subscriptions.already_decided' })]);
      const published = await pipeline.published(subscriptionId);
      expect(published.filter((name) => name === 'submission-approved')).toHaveLength(1);
    });
  });

  describe('that is no longer pending', () => {
    it.each(['approved', 'rejected'] as const)('B38: is refused: %s', async (state) => {
      const { submissionId, subscriptionId } = await pipeline[state]();
      const effect = await pipeline.effectOf(subscriptionId, () =>
        expect(approve(submissionId)).rejects.toMatchObject({
          code: 'subscriptions.already_decided',
          detail: { state },
        }),
      );
      expect(effect).toEqual({ published: [], recorded: [] });
    });

    it('B38: is refused: withdrawn, though the next one is pending', async () => {
      const submitted = await pipeline.submitted();
      const { person, subscriptionId } = submitted;
      await pipeline.call(subscriptions.withdrawSubmission, { subscriptionId }, person);
      await pipeline.submit(submitted);
      await expect(approve(submitted.submissionId)).rejects.toMatchObject({
        code: 'subscriptions.already_decided',
        detail: { state: 'withdrawn', phase: 'in_review' },
      });
    });
  });

  describe('of nothing, or of a cancelled subscription', () => {
    it('is refused', async () => {
      await expect(approve(anId())).rejects.toMatchObject({ code: 'not_found' });
      const submitted = await pipeline.submitted();
      await pipeline.cancel(submitted);
      await expect(approve(submitted.submissionId)).rejects.toMatchObject({ code: 'subscriptions.cancelled' });
    });
  });

  describe('by somebody of a partner', () => {
    it('B44: is forbidden, to its own people too', async () => {
      const { submissionId, person } = await pipeline.submitted();
      for (const caller of [person, aPerson('production')]) {
        await expect(
          pipeline.call(subscriptions.approveSubmission, { submissionId, notes: null }, caller),
        ).rejects.toMatchObject({ code: 'forbidden' });
      }
    });
  });
});
