import { actorOf, subscriptions, type Caller } from '#libs/contracts';
import { aStaffMember, openService, Pipeline, racing, refusals, type OpenedService } from '#libs/testing';
import { subscriptionsService } from '../../subscriptions.module';

describe('approving on a four-eyes plan', () => {
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

  async function submitted(fourEyes = true) {
    const productId = await pipeline.product();
    const { id: planId } = await pipeline.plan({}, productId);
    const set = (value: boolean) =>
      pipeline.call(
        subscriptions.setPlanReview,
        { productId, planId, reviewerGroupId: null, fourEyes: value },
        pipeline.staff,
      );
    await set(fourEyes);
    const { person } = await pipeline.subscribed();
    const subscribed = await pipeline.subscribedTo(planId, person);
    return { ...subscribed, set, submissionId: await pipeline.submit(subscribed) };
  }
  const approve = (submissionId: string, by: Caller, notes: string | null = null) =>
    pipeline.call(subscriptions.approveSubmission, { submissionId, notes }, by);
  const first = async (fourEyes = true) => {
    const one = await submitted(fourEyes);
    await approve(one.submissionId, rosa, 'Their retries are sound.');
    return one;
  };

  it('B43: the first of two leaves it in review; the second sees who and why, and it is in production', async () => {
    const one = await submitted();
    const effect = await pipeline.effectOf(one.subscriptionId, async () => {
      expect(await approve(one.submissionId, rosa, 'Their retries are sound.')).toMatchObject({
        state: 'pending',
        fourEyes: true,
        subscription: { phase: 'in_review', production: { unlocked: false, reasons: ['review'] } },
      });
    });
    expect(effect).toEqual({ published: ['first-approval-given'], recorded: [] });
    const review = await pipeline.call(subscriptions.getReview, one, tom);
    expect(review.approvals).toMatchObject([{ by: actorOf(rosa), notes: 'Their retries are sound.' }]);
    expect(await approve(one.submissionId, tom, 'Seen.')).toMatchObject({
      state: 'approved',
      decidedBy: actorOf(tom),
      approvals: [{ by: actorOf(rosa) }, { by: actorOf(tom) }],
      subscription: { phase: 'production', production: { unlocked: true } },
    });
  });

  it('B43: the partner sees nothing of the first', async () => {
    const one = await submitted();
    const seen = async () =>
      JSON.stringify(
        await Promise.all([
          pipeline.read(one),
          pipeline.call(subscriptions.getTimeline, one, one.person),
          pipeline.call(subscriptions.listSubmissions, one, one.person),
        ]),
      );
    const versions = async () =>
      (await service.published())
        .filter(({ aggregateid }) => aggregateid === one.subscriptionId)
        .map((event) => event.aggregateversion);
    const before = await seen();
    const versionsBefore = await versions();
    await approve(one.submissionId, rosa, 'Their retries are sound.');
    expect(await seen()).toBe(before);
    expect(Math.max(...(await versions()))).toBe(Math.max(...versionsBefore));
    await approve(one.submissionId, tom);
    expect(await seen()).not.toContain('retries');
    expect(await seen()).not.toContain(rosa.staffId);
  });

  it('B43: one person is not two, an admin neither, and not at once', async () => {
    const one = await first();
    const again = { code: 'subscriptions.another_must_approve' };
    await expect(approve(one.submissionId, rosa)).rejects.toMatchObject(again);
    const other = await submitted();
    const results = await racing(service, { table: 'subscriptions.subscriptions', ids: [other.subscriptionId] }, [
      () => approve(other.submissionId, admin),
      () => approve(other.submissionId, admin),
    ]);
    expect(refusals(results)).toEqual([expect.objectContaining(again)]);
    expect((await pipeline.read(other)).phase).toBe('in_review');
  });

  it('B43: of two seconds at once, one approves and the other is too late', async () => {
    const one = await first();
    const results = await racing(service, { table: 'subscriptions.subscriptions', ids: [one.subscriptionId] }, [
      () => approve(one.submissionId, tom),
      () => approve(one.submissionId, admin),
    ]);
    expect(refusals(results)).toEqual([expect.objectContaining({ code: 'subscriptions.already_decided' })]);
    const published = await pipeline.published(one.subscriptionId);
    expect(published.filter((name) => /approv/.test(name))).toEqual(['first-approval-given', 'submission-approved']);
  });

  it.each([
    ['rejection', subscriptions.rejectSubmission, rosa, 'rejected'],
    ['rejection', subscriptions.rejectSubmission, tom, 'rejected'],
    ['change request', subscriptions.requestChanges, tom, 'sandbox'],
  ] as const)('B43: a %s by either ends it', async (_name, method, by, phase) => {
    const one = await first();
    await pipeline.call(method, { submissionId: one.submissionId, notes: 'No.' }, by);
    expect((await pipeline.read(one)).phase).toBe(phase);
    await expect(approve(one.submissionId, tom)).rejects.toMatchObject({ code: 'subscriptions.already_decided' });
  });

  it('B43: what is withdrawn and submitted anew begins anew', async () => {
    const one = await first();
    await pipeline.call(subscriptions.withdrawSubmission, one, one.person);
    const submissionId = await pipeline.submit(one);
    expect(await approve(submissionId, tom)).toMatchObject({ state: 'pending', approvals: [{ by: actorOf(tom) }] });
    expect(await approve(submissionId, rosa)).toMatchObject({ state: 'approved' });
  });

  it('ends the claim of whoever is first, so that another takes it up; the partner is not told of that one', async () => {
    const one = await submitted();
    await pipeline.call(subscriptions.claimSubmission, one, rosa);
    expect(await approve(one.submissionId, rosa)).toMatchObject({ claim: null });
    await pipeline.call(subscriptions.claimSubmission, one, tom);
    expect(await approve(one.submissionId, tom)).toMatchObject({ state: 'approved' });
    const published = await pipeline.published(one.subscriptionId);
    expect(published.filter((name) => name === 'submission-assigned')).toHaveLength(1);
  });

  it('holds at once for what waits already, and no longer once it is one no more', async () => {
    const waiting = await submitted(false);
    await waiting.set(true);
    expect(await approve(waiting.submissionId, rosa)).toMatchObject({ state: 'pending' });
    await waiting.set(false);
    expect(await approve(waiting.submissionId, rosa)).toMatchObject({ state: 'approved' });
  });

  it('B43: a copy of the release before, which knows one approval, cannot approve with one', async () => {
    const one = await first();
    const decided = `update subscriptions.submissions set state = 'approved', decided_by = '{}', decided_at = now() where id = $1`;
    await expect(service.admin.query(decided, [one.submissionId])).rejects.toThrow('two different people');
  });
});
