import { actorOf, subscriptions } from '#libs/contracts';
import { aPerson, aStaffMember, openService, Pipeline, racing, refusals, type OpenedService } from '#libs/testing';
import { subscriptionsService } from '../../subscriptions.module';

describe('B48: asking what has become of a submission', () => {
  let service: OpenedService;
  let pipeline: Pipeline;
  const rosa = aStaffMember('reviewer');

  beforeAll(async () => {
    service = await openService(subscriptionsService);
    pipeline = new Pipeline(service);
  });
  afterAll(() => service.close());

  type Submitted = Awaited<ReturnType<Pipeline['submitted']>>;
  const nudge = ({ subscriptionId, person }: Submitted, by = person) =>
    pipeline.call(subscriptions.nudgeReview, { subscriptionId }, by);
  const waited = async (hours: number) => {
    const submitted = await pipeline.submitted();
    await service.admin.query(
      'update subscriptions.submissions set submitted_at = now() - make_interval(hours => $2) where id = $1',
      [submitted.submissionId, hours],
    );
    return submitted;
  };
  const nudges = async (subscriptionId: string) =>
    (await service.published(subscriptions.reviewNudged)).filter(({ aggregateid }) => aggregateid === subscriptionId);

  it('is for whoever has waited two days, once; whoever reviews it is told', async () => {
    const submitted = await waited(48);
    const { underReview } = await nudge(submitted);
    expect(underReview).toMatchObject({ nudgedAt: expect.any(String) });
    expect((await pipeline.call(subscriptions.getReview, submitted, rosa)).nudgedAt).toBe(underReview?.nudgedAt);
    await expect(nudge(submitted)).rejects.toMatchObject({
      code: 'subscriptions.nudged_already',
      detail: { nudgedAt: underReview?.nudgedAt },
    });
    expect(await nudges(submitted.subscriptionId)).toMatchObject([
      { data: { by: actorOf(submitted.person), number: 1, staffIds: [], roles: ['reviewer'] } },
    ]);
    await pipeline.call(subscriptions.withdrawSubmission, submitted, submitted.person);
    await pipeline.submit(submitted);
    await expect(nudge(submitted)).rejects.toMatchObject({ code: 'subscriptions.nudge_too_early' });
  });

  it('comes too early before that, and says from when on', async () => {
    const submitted = await waited(47);
    const { underReview } = await pipeline.read(submitted);
    await expect(nudge(submitted)).rejects.toMatchObject({
      code: 'subscriptions.nudge_too_early',
      detail: { nudgeFrom: underReview?.nudgeFrom },
    });
    expect(await nudges(submitted.subscriptionId)).toEqual([]);
  });

  it('of two at once, one asks', async () => {
    const submitted = await waited(49);
    const results = await racing(service, { table: 'subscriptions.subscriptions', ids: [submitted.subscriptionId] }, [
      () => nudge(submitted),
      () => nudge(submitted),
    ]);
    expect(refusals(results)).toEqual([expect.objectContaining({ code: 'subscriptions.nudged_already' })]);
    expect(await nudges(submitted.subscriptionId)).toHaveLength(1);
  });

  it('is refused where nothing is in review, and to whom it is not', async () => {
    const submitted = await waited(49);
    await expect(nudge(submitted, aPerson('sandbox'))).rejects.toMatchObject({ code: 'not_found' });
    await pipeline.approve(submitted);
    await expect(nudge(submitted)).rejects.toMatchObject({ code: 'subscriptions.not_in_review' });
  });
});
