import { actorOf, subscriptions, type Caller } from '#libs/contracts';
import {
  anId,
  aStaffMember,
  openService,
  overtaken,
  Pipeline,
  racing,
  refusals,
  type OpenedService,
} from '#libs/testing';
import { newTraceId } from '#libs/rpc';
import { OnStaffChanged } from '../../event-handlers/on-staff-changed/on-staff-changed.event-handler';
import { subscriptionsService } from '../../subscriptions.module';

describe('claiming a submission', () => {
  let service: OpenedService;
  let pipeline: Pipeline;
  const rosa = aStaffMember('reviewer');
  const tom = aStaffMember('reviewer');
  const admin = aStaffMember('admin');

  beforeAll(async () => {
    service = await openService(subscriptionsService);
    pipeline = new Pipeline(service);
  });
  afterAll(() => service.close());

  const claim = (submissionId: string, by: Caller = rosa, takeOver = false) =>
    pipeline.call(subscriptions.claimSubmission, { submissionId, takeOver }, by);
  const release = (submissionId: string, by: Caller = rosa) =>
    pipeline.call(subscriptions.releaseSubmission, { submissionId }, by);
  const approve = (submissionId: string, by: Caller) =>
    pipeline.call(subscriptions.approveSubmission, { submissionId }, by);
  const holder = async (submissionId: string) =>
    (await pipeline.call(subscriptions.getReview, { submissionId }, tom)).claim?.by ?? null;
  const heldByRosa = { code: 'subscriptions.claimed', detail: { claimedBy: actorOf(rosa) } };
  const assigned = async (subscriptionId: string) =>
    (await pipeline.published(subscriptionId)).filter((name) => name === 'submission-assigned');

  async function claimed() {
    const submitted = await pipeline.submitted();
    await claim(submitted.submissionId);
    return submitted;
  }

  describe('that nobody has', () => {
    it('is theirs, as everybody of the staff sees; the partner is told once', async () => {
      const { submissionId, subscriptionId } = await pipeline.submitted();
      expect(await claim(submissionId)).toMatchObject({ state: 'pending', claim: { by: actorOf(rosa) } });
      await claim(submissionId);
      expect(await holder(submissionId)).toEqual(actorOf(rosa));
      const { items } = await pipeline.call(subscriptions.listReviews, { state: 'pending', limit: 200 }, tom);
      expect(items.find((item) => item.submissionId === submissionId)?.claim?.by).toEqual(actorOf(rosa));
      expect(await assigned(subscriptionId)).toHaveLength(1);
    });

    it('of two at once, one has it', async () => {
      const { submissionId, subscriptionId } = await pipeline.submitted();
      const results = await racing(service, { table: 'subscriptions.subscriptions', ids: [subscriptionId] }, [
        () => claim(submissionId, rosa),
        () => claim(submissionId, tom),
      ]);
      expect(refusals(results)).toEqual([expect.objectContaining({ code: 'subscriptions.claimed' })]);
      expect(await assigned(subscriptionId)).toHaveLength(1);
    });
  });

  describe('that somebody has', () => {
    it('is refused, and says who', async () => {
      const { submissionId } = await claimed();
      await expect(claim(submissionId, tom)).rejects.toMatchObject(heldByRosa);
      await expect(claim(submissionId, tom, true)).rejects.toMatchObject(heldByRosa);
      await expect(claim(submissionId, admin)).rejects.toMatchObject(heldByRosa);
    });

    it('an admin takes over, and nobody else is told of it', async () => {
      const { submissionId, subscriptionId } = await claimed();
      expect(await claim(submissionId, admin, true)).toMatchObject({ claim: { by: actorOf(admin) } });
      expect(await assigned(subscriptionId)).toHaveLength(1);
      await expect(approve(submissionId, rosa)).rejects.toMatchObject({ code: 'subscriptions.claimed' });
      expect(await approve(submissionId, admin)).toMatchObject({ state: 'approved', claim: null });
    });

    it.each([
      ['approve', subscriptions.approveSubmission],
      ['reject', subscriptions.rejectSubmission],
      ['ask for changes', subscriptions.requestChanges],
    ])('nobody else may %s, an admin neither', async (_name, method) => {
      const { submissionId, subscriptionId } = await claimed();
      const effect = await pipeline.effectOf(subscriptionId, async () => {
        for (const by of [tom, admin])
          await expect(pipeline.call(method, { submissionId, notes: 'No.' }, by)).rejects.toMatchObject(heldByRosa);
      });
      expect(effect).toEqual({ published: [], recorded: [] });
      await pipeline.call(method, { submissionId, notes: 'Mine.' }, rosa);
      expect(await holder(submissionId)).toBeNull();
    });
  });

  describe('and giving it back', () => {
    it('anybody may decide again', async () => {
      const { submissionId } = await claimed();
      await expect(release(submissionId, tom)).rejects.toMatchObject(heldByRosa);
      await release(submissionId);
      expect(await holder(submissionId)).toBeNull();
      expect(await approve(submissionId, tom)).toMatchObject({ state: 'approved' });
    });

    it('an admin may for anybody; what nobody has, too', async () => {
      const { submissionId } = await claimed();
      await release(submissionId, admin);
      await release(submissionId, tom);
      expect(await holder(submissionId)).toBeNull();
    });
  });

  describe('ends', () => {
    it('with a withdrawal, and what is submitted anew is nobody’s', async () => {
      const submitted = await claimed();
      await pipeline.call(subscriptions.withdrawSubmission, submitted, submitted.person);
      expect(await holder(submitted.submissionId)).toBeNull();
      expect(await holder(await pipeline.submit(submitted))).toBeNull();
      await expect(claim(submitted.submissionId)).rejects.toMatchObject({ code: 'subscriptions.already_decided' });
    });

    it('with a cancellation', async () => {
      const submitted = await claimed();
      await pipeline.cancel(submitted);
      expect(await holder(submitted.submissionId)).toBeNull();
      await expect(claim(submitted.submissionId)).rejects.toMatchObject({ code: 'subscriptions.cancelled' });
    });

    it('when a copy of the release before decides, which knows of no claims', async () => {
      const { submissionId } = await claimed();
      const decided = `update subscriptions.submissions set state = 'approved', decided_by = '{}', decided_at = now() where id = $1`;
      await service.admin.query(decided, [submissionId]);
      const { rows } = await service.admin.query('select 1 from subscriptions.claims where submission_id = $1', [
        submissionId,
      ]);
      expect(rows).toEqual([]);
    });

    const changed = (staffId: string, version: number, active: boolean) =>
      service.database.transaction('shared', newTraceId(), (tx) =>
        service
          .get(OnStaffChanged)
          .changed({ aggregateversion: version, data: { staffId, role: 'reviewer', active } } as never, tx),
      );

    it('when its reviewer is switched off, and no later than they could claim', async () => {
      const eve = aStaffMember('reviewer');
      const [first, second] = [await pipeline.submitted(), await pipeline.submitted()];
      await claim(first.submissionId, eve);
      await changed(eve.staffId, 3, false);
      await changed(eve.staffId, 2, true);
      expect(await holder(first.submissionId)).toBeNull();
      await expect(claim(second.submissionId, eve)).rejects.toMatchObject({ code: 'forbidden' });
      await changed(eve.staffId, 4, true);
      expect(await claim(second.submissionId, eve)).toMatchObject({ claim: { by: actorOf(eve) } });
    });

    it('when they are switched off while they claim', async () => {
      const eve = aStaffMember('reviewer');
      await changed(eve.staffId, 1, true);
      const { submissionId } = await pipeline.submitted();
      const result = await overtaken(
        service,
        (admin) => admin.query('update subscriptions.staff set active = false where id = $1', [eve.staffId]),
        () => claim(submissionId, eve),
      );
      expect(result).toMatchObject({ status: 'rejected', reason: { code: 'forbidden' } });
    });
  });

  it('is for staff, and of something that there is', async () => {
    const { submissionId, person } = await pipeline.submitted();
    await expect(claim(submissionId, person)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(release(submissionId, person)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(claim(anId())).rejects.toMatchObject({ code: 'not_found' });
    await expect(release(anId())).rejects.toMatchObject({ code: 'not_found' });
  });
});
