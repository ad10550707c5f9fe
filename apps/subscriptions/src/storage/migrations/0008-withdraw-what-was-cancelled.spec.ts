import type { QueryRunner } from 'typeorm';
import { actorOf, subscriptions, type PersonCaller } from '#libs/contracts';
import { ownerName } from '#libs/database';
import { openService, Pipeline, type OpenedService } from '#libs/testing';
import { subscriptionsService } from '../../subscriptions.module';
import { WithdrawWhatWasCancelled1790000000008 } from './0008-withdraw-what-was-cancelled';

describe('what an earlier release cancelled while it was in review', () => {
  let service: OpenedService;
  let pipeline: Pipeline;

  beforeAll(async () => {
    service = await openService(subscriptionsService);
    pipeline = new Pipeline(service);
  });
  afterAll(() => service.close());

  /** As who migrates: row-level security binds the owner, too. */
  const migrate = async () => {
    await service.admin.query(`set role ${ownerName('subscriptions')}`);
    await new WithdrawWhatWasCancelled1790000000008().up(service.admin as unknown as QueryRunner);
    await service.admin.query('reset role');
  };

  /** The submission is withdrawn; the phase stays, and the record knows of the cancellation alone. */
  const cancelAsBefore = async ({ person, subscriptionId }: { person: PersonCaller; subscriptionId: string }) => {
    const by = [subscriptionId, JSON.stringify(actorOf(person))];
    await service.admin.query('begin');
    await service.admin.query(
      `update subscriptions.submissions set state = 'withdrawn', decided_by = $2, decided_at = now()
         where subscription_id = $1 and state = 'pending'`,
      by,
    );
    await service.admin.query(
      `insert into subscriptions.transitions (subscription_id, version, action, from_phase, to_phase, actor, at)
         select id, version + 1, 'cancelled', phase, phase, $2, now() from subscriptions.subscriptions where id = $1`,
      by,
    );
    await service.admin.query(
      'update subscriptions.subscriptions set version = version + 1, cancelled_at = now() where id = $1',
      [subscriptionId],
    );
    await service.admin.query('commit');
  };

  it.each([
    ['on a plan with a sandbox', () => pipeline.submitted()],
    ['on one without', () => pipeline.awaitingApproval()],
  ])('B42: is in review no more, and the record says why: %s', async (_where, begin) => {
    const submitted = await begin();
    const { person, subscriptionId, submissionId } = submitted;
    await cancelAsBefore(submitted);
    expect(await pipeline.read(submitted)).toMatchObject({ phase: 'in_review' });
    expect(await pipeline.effectOf(subscriptionId, migrate)).toEqual({
      published: [],
      recorded: ['withdrawn: in_review → sandbox'],
    });
    expect(await pipeline.read(submitted)).toMatchObject({ phase: 'sandbox', submitBlockers: ['cancelled'] });
    const { items } = await pipeline.call(subscriptions.getTimeline, { subscriptionId }, person);
    const [withdrawn, cancelled] = items;
    expect(withdrawn).toMatchObject({ action: 'withdrawn', submissionId, by: actorOf(person), at: cancelled?.at });
    const again = await pipeline.effectOf(subscriptionId, migrate);
    expect(again.recorded).toEqual([]);
  });

  it('everything else stays as it is', async () => {
    const inReview = await pipeline.submitted();
    const cancelled = await pipeline.submitted();
    await pipeline.cancel(cancelled);
    const rejected = await pipeline.rejected();
    await cancelAsBefore(rejected);
    const anew = await pipeline.submitted();
    await pipeline.call(subscriptions.withdrawSubmission, { subscriptionId: anew.subscriptionId }, anew.person);
    await pipeline.submit(anew);
    const all = [inReview, cancelled, rejected, anew];
    const before = await Promise.all(all.map((one) => pipeline.read(one)));
    for (const { subscriptionId } of all)
      expect((await pipeline.effectOf(subscriptionId, migrate)).recorded).toEqual([]);
    expect(await Promise.all(all.map((one) => pipeline.read(one)))).toEqual(before);
  });
});
