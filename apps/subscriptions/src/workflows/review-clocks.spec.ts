import { identity, subscriptions } from '#libs/contracts';
import { aStaffMember, openService, Pipeline, until, type OpenedService } from '#libs/testing';
import { workingDayAfter } from '../storage/review-clocks.repository';
import { subscriptionsService } from '../subscriptions.module';

type Calendar = identity.ProviderCalendar;

const mondayToFriday = identity.weekdays.slice(0, 5);
const vienna: Calendar = { timeZone: 'Europe/Vienna', workingDays: [...mondayToFriday], holidays: [] };

describe('B48: the clock of a review', () => {
  let service: OpenedService;
  let pipeline: Pipeline;
  const rosa = aStaffMember('reviewer');

  beforeAll(async () => {
    service = await openService(subscriptionsService);
    pipeline = new Pipeline(service);
    service.neighbours.handle(identity.getProvider, () => ({
      ...{ name: null, contact: { email: null, url: null }, policy: null, reviewDays: null, logo: null },
      calendar: vienna,
    }));
  });
  afterAll(() => service.close());

  describe('the end of a working day', () => {
    const holidays = (...dates: string[]) => dates.map((date) => ({ date, name: 'A holiday' }));

    it.each<[string, string, number, Calendar, string]>([
      ['the day of the submission does not count', '2026-11-30T08:00:00Z', 1, vienna, '2026-12-01T23:00:00Z'],
      ['a weekend does not count', '2026-12-04T16:00:00Z', 1, vienna, '2026-12-07T23:00:00Z'],
      [
        'whatever is submitted at the weekend begins with Monday',
        '2026-12-05T10:00:00Z',
        1,
        vienna,
        '2026-12-07T23:00:00Z',
      ],
      ['a week of days', '2026-12-02T10:00:00Z', 5, vienna, '2026-12-09T23:00:00Z'],
      ['the day is that of the provider', '2026-12-03T23:30:00Z', 1, vienna, '2026-12-07T23:00:00Z'],
      ['summer begins in between', '2026-03-27T10:00:00Z', 1, vienna, '2026-03-30T22:00:00Z'],
      [
        'holidays do not count',
        '2026-12-23T10:00:00Z',
        2,
        { ...vienna, holidays: holidays('2026-12-24', '2026-12-25') },
        '2026-12-29T23:00:00Z',
      ],
      [
        'one day a week, and each of the next three a holiday',
        '2026-12-01T10:00:00Z',
        1,
        { ...vienna, workingDays: ['tuesday'], holidays: holidays('2026-12-08', '2026-12-15', '2026-12-22') },
        '2026-12-29T23:00:00Z',
      ],
    ])('%s', async (_what, at, workingDays, calendar, ends) => {
      const found = await service.database.reading('shared', (manager) =>
        workingDayAfter(manager, new Date(at), workingDays, calendar),
      );
      expect(found.ends.toISOString()).toBe(new Date(ends).toISOString());
    });
  });

  const submitted = async (dueWorkingDays: number | null) => {
    const productId = await pipeline.product();
    const { id: planId } = await pipeline.plan({}, productId);
    const review = { productId, planId, reviewerGroupId: null, dueWorkingDays };
    await pipeline.call(subscriptions.setPlanReview, review, pipeline.staff);
    const { person } = await pipeline.subscribed();
    const subscribed = await pipeline.subscribedTo(planId, person);
    return { ...subscribed, submissionId: await pipeline.submit(subscribed) };
  };
  const reviewOf = (submissionId: string) => pipeline.call(subscriptions.getReview, { submissionId }, rosa);
  const clockOf = async (submissionId: string) =>
    (await service.admin.query('select * from subscriptions.review_clocks where id = $1', [submissionId])).rows[0];
  const dueIsKnown = (submissionId: string) =>
    until('it to be known when it is due', async () => (await reviewOf(submissionId)).dueAt);
  /** As if so much time had passed. */
  const whenDue = async (submissionId: string, dueAt = 'due_at') => {
    await service.admin.query(`update subscriptions.submissions set due_at = ${dueAt} where id = $1`, [submissionId]);
    await service.admin.query(
      'update subscriptions.review_clocks set next_attempt_at = now(), lease_until = null where id = $1',
      [submissionId],
    );
  };
  const eventsOf = async (subscriptionId: string) =>
    (await service.published())
      .filter(({ aggregateid, type }) => aggregateid === subscriptionId && type.startsWith('subscriptions.review-'))
      .map(({ type, data }) => ({ type, data: data as Record<string, unknown> }));
  const isOver = (submissionId: string) =>
    until('there to be nothing more to say', async () => (await clockOf(submissionId)) === undefined);
  const hasBeenSaid = (subscriptionId: string, count: number) =>
    until(`${count} to be said`, async () => (await eventsOf(subscriptionId)).length === count);

  it('reminds as the day begins, and tells the admins when it is over; each once', async () => {
    const { submissionId, subscriptionId } = await submitted(2);
    const dueAt = await dueIsKnown(submissionId);
    expect(await eventsOf(subscriptionId)).toEqual([]);
    await whenDue(submissionId);
    await hasBeenSaid(subscriptionId, 1);
    const attempts = Number((await clockOf(submissionId)).attempts);
    // Another copy, or this one after a restart.
    await whenDue(submissionId);
    await until('it to be looked at again', async () => Number((await clockOf(submissionId)).attempts) > attempts);
    await whenDue(submissionId, `now() - interval '1 second'`);
    await isOver(submissionId);
    expect(await eventsOf(subscriptionId)).toMatchObject([
      { type: 'subscriptions.review-due.v1', data: { staffIds: [], roles: ['reviewer'], dueAt } },
      { type: 'subscriptions.review-overdue.v1', data: { staffIds: [], roles: ['reviewer', 'admin'] } },
    ]);
    const actions = (await service.acts()).map(({ action }) => action);
    expect(actions).toEqual(
      expect.arrayContaining(['subscriptions.say-review-due', 'subscriptions.say-review-overdue']),
    );
  });

  it('says it to whoever has claimed it', async () => {
    const { submissionId, subscriptionId } = await submitted(1);
    await dueIsKnown(submissionId);
    await pipeline.call(subscriptions.claimSubmission, { submissionId }, rosa);
    await whenDue(submissionId);
    await hasBeenSaid(subscriptionId, 1);
    expect(await eventsOf(subscriptionId)).toMatchObject([{ data: { staffIds: [rosa.staffId], roles: [] } }]);
  });

  it('says nothing of what was decided or withdrawn meanwhile, and of what has no due date', async () => {
    const decided = await submitted(1);
    const withdrawn = await submitted(1);
    for (const { submissionId } of [decided, withdrawn]) await dueIsKnown(submissionId);
    await pipeline.approve(decided);
    await pipeline.call(subscriptions.withdrawSubmission, withdrawn, withdrawn.person);
    for (const { submissionId, subscriptionId } of [decided, withdrawn]) {
      await whenDue(submissionId);
      await isOver(submissionId);
      expect(await eventsOf(subscriptionId)).toEqual([]);
    }
    const whenever = await submitted(null);
    expect(await clockOf(whenever.submissionId)).toBeUndefined();
    expect((await reviewOf(whenever.submissionId)).dueAt).toBeNull();
  });

  it('goes on when identity is there again, which has the calendar', async () => {
    service.neighbours.handle(identity.getProvider, () => {
      throw new Error('away');
    });
    const { submissionId } = await submitted(1);
    await until('it to be tried', async () => Number((await clockOf(submissionId)).attempts) > 0);
    service.neighbours.handle(identity.getProvider, () => ({
      ...{ name: null, contact: { email: null, url: null }, policy: null, reviewDays: null, logo: null },
      calendar: vienna,
    }));
    await dueIsKnown(submissionId);
  });
});
