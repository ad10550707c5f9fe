import { identity, subscriptions, type Caller, type StaffCaller, type StaffId } from '#libs/contracts';
import { newTraceId } from '#libs/rpc';
import { anId, aPerson, aStaffMember, openService, overtaken, Pipeline, type OpenedService } from '#libs/testing';
import { OnStaffChanged } from '../../event-handlers/on-staff-changed/on-staff-changed.event-handler';
import { subscriptionsService } from '../../subscriptions.module';

describe('groups of reviewers', () => {
  let service: OpenedService;
  let pipeline: Pipeline;
  const insider = aStaffMember('reviewer');
  const outsider = aStaffMember('reviewer');
  const admin = aStaffMember('admin');
  const strangerId = anId<StaffId>();
  const missing = { code: 'not_found', message: 'There is no such resource.' };

  beforeAll(async () => {
    service = await openService(subscriptionsService);
    pipeline = new Pipeline(service);
    service.neighbours.handle(identity.findStaff, ({ staffIds }) => ({
      staffIds: staffIds.filter((id) => id !== strangerId),
    }));
  });
  afterAll(() => service.close());

  const create = (members: StaffId[] = [insider.staffId], name = `Group ${anId()}`) =>
    pipeline.call(subscriptions.createReviewerGroup, { name, members }, admin);
  const update = (reviewerGroupId: string, change: object) =>
    pipeline.call(subscriptions.updateReviewerGroup, { reviewerGroupId, ...change }, admin);
  const bind = async (planId: string, reviewerGroupId: string | null) => {
    const { rows } = await service.admin.query<{ id: string }>(
      'select product_id as id from subscriptions.plans where id = $1',
      [planId],
    );
    const request = { productId: rows[0]?.id, planId, reviewerGroupId };
    return pipeline.call(subscriptions.setPlanReview, request, admin);
  };

  /** Submitted on a plan that is reviewed by a group with one member. */
  async function grouped() {
    const submitted = await pipeline.submitted();
    const group = await create();
    await bind(submitted.planId, group.id);
    return { ...submitted, groupId: group.id };
  }
  type Grouped = Awaited<ReturnType<typeof grouped>>;

  const decisions = [
    subscriptions.getReview,
    subscriptions.claimSubmission,
    subscriptions.releaseSubmission,
    subscriptions.approveSubmission,
    subscriptions.rejectSubmission,
    subscriptions.requestChanges,
    subscriptions.reopenSubscription,
  ];
  const listed = async ({ submissionId, planId }: Grouped, by: Caller) => {
    const { items } = await pipeline.call(subscriptions.listReviews, { planId, limit: 10 }, by);
    return items.some((item) => item.submissionId === submissionId);
  };
  const found = async ({ subscriptionId, planId }: Grouped, by: Caller) => {
    const { items } = await pipeline.call(subscriptions.searchSubscriptions, { planId, state: 'all' }, by);
    return items.some(({ id }) => id === subscriptionId);
  };
  const concealed = async ({ subscriptionId }: Grouped, by: Caller) =>
    (await pipeline.call(subscriptions.findConcealed, { subscriptionIds: [subscriptionId, anId()] }, by))
      .subscriptionIds.length > 0;

  async function seenBy(one: Grouped, by: StaffCaller) {
    const reviewed = await pipeline.call(subscriptions.getReview, one, by).then(
      () => true,
      () => false,
    );
    return [await listed(one, by), await found(one, by), reviewed, !(await concealed(one, by))];
  }
  const all = [true, true, true, true];
  const nothing = [false, false, false, false];

  describe('of a plan', () => {
    it('B43: whoever is outside neither sees nor finds what is submitted on it; members and admins do', async () => {
      const one = await grouped();
      expect(await seenBy(one, insider)).toEqual(all);
      expect(await seenBy(one, admin)).toEqual(all);
      expect(await seenBy(one, outsider)).toEqual(nothing);
    });

    it.each(decisions)('B43: to whoever is outside it is missing, word for word: $name', async (method) => {
      const one = await grouped();
      const request = { submissionId: one.submissionId, notes: 'Not mine.' };
      const effect = await pipeline.effectOf(one.subscriptionId, async () => {
        await expect(pipeline.call(method, request, outsider)).rejects.toMatchObject(missing);
        await expect(pipeline.call(method, { ...request, submissionId: anId() }, outsider)).rejects.toMatchObject(
          missing,
        );
      });
      expect(effect).toEqual({ published: [], recorded: [] });
    });

    it('B43: also where it is cancelled, and its timeline', async () => {
      const one = await grouped();
      const timeline = (by: Caller) => pipeline.call(subscriptions.getTimeline, one, by);
      await expect(timeline(outsider)).rejects.toMatchObject(missing);
      expect((await timeline(insider)).items).not.toEqual([]);
      expect((await timeline(one.person)).items).not.toEqual([]);
      await pipeline.cancel(one);
      await expect(pipeline.call(subscriptions.approveSubmission, one, outsider)).rejects.toMatchObject(missing);
      await expect(pipeline.call(subscriptions.approveSubmission, one, insider)).rejects.toMatchObject({
        code: 'subscriptions.cancelled',
      });
    });

    it('B43: an earlier attempt is shown to those alone who review its plan', async () => {
      const first = await grouped();
      const { product } = await pipeline.read(first);
      const open = await pipeline.subscribedTo((await pipeline.plan({}, product.id)).id, first.person);
      const submissionId = await pipeline.submit(open);
      const attempts = async (by: Caller) => {
        const { earlierAttempts, earlier } = await pipeline.call(subscriptions.getReview, { submissionId }, by);
        return [earlierAttempts, earlier.length];
      };
      expect(await attempts(insider)).toEqual([1, 1]);
      expect(await attempts(outsider)).toEqual([0, 0]);
    });

    it('a member decides', async () => {
      const one = await grouped();
      expect(await pipeline.call(subscriptions.approveSubmission, one, insider)).toMatchObject({ state: 'approved' });
    });
  });

  describe('changed', () => {
    it('hold at once, for what waits already, too', async () => {
      const one = await grouped();
      await update(one.groupId, { members: [outsider.staffId] });
      expect([await seenBy(one, insider), await seenBy(one, outsider)]).toEqual([nothing, all]);
      await update(one.groupId, { members: [] });
      expect(await seenBy(one, outsider)).toEqual(nothing);
      await bind(one.planId, null);
      expect([await seenBy(one, insider), await seenBy(one, outsider)]).toEqual([all, all]);
    });

    it('end the claims of whoever is outside now, not an admin’s', async () => {
      const [one, other] = [await grouped(), await grouped()];
      await pipeline.call(subscriptions.claimSubmission, one, insider);
      await pipeline.call(subscriptions.claimSubmission, other, admin);
      await update(one.groupId, { members: [outsider.staffId] });
      await update(other.groupId, { members: [outsider.staffId] });
      const claim = async (of: Grouped) => (await pipeline.call(subscriptions.getReview, of, admin)).claim;
      expect([await claim(one), (await claim(other))?.by.id]).toEqual([null, admin.staffId]);
      const deliver = { aggregateversion: 2, data: { staffId: admin.staffId, role: 'reviewer', active: true } };
      await service.database.transaction('shared', newTraceId(), (tx) =>
        service.get(OnStaffChanged).changed(deliver as never, tx),
      );
      expect(await claim(other)).toBeNull();
    });

    it('while somebody decides who is outside then: they are told that there is nothing', async () => {
      const one = await grouped();
      const result = await overtaken(
        service,
        async (client) => {
          await client.query('select from subscriptions.reviewer_groups where id = $1 for update', [one.groupId]);
          await client.query('delete from subscriptions.reviewer_group_members where group_id = $1', [one.groupId]);
        },
        () => pipeline.call(subscriptions.approveSubmission, one, insider),
      );
      expect(result).toMatchObject({ status: 'rejected', reason: missing });
    });

    it('while somebody decides on a plan that another group reviews then', async () => {
      const one = await grouped();
      const other = await create([outsider.staffId]);
      const result = await overtaken(
        service,
        (client) =>
          client.query('update subscriptions.plans set reviewer_group_id = $1 where id = $2', [other.id, one.planId]),
        () => pipeline.call(subscriptions.approveSubmission, one, insider),
      );
      expect(result).toMatchObject({ status: 'rejected', reason: missing });
    });
  });

  describe('kept', () => {
    it('are listed with members and plans, renamed, and deleted once no plan names them', async () => {
      const one = await grouped();
      const group = await update(one.groupId, { name: `Money ${anId()}` });
      expect(group).toMatchObject({ members: [insider.staffId], plans: 1 });
      const { items } = await pipeline.call(subscriptions.listReviewerGroups, { limit: 200 }, outsider);
      expect(items).toContainEqual(group);
      const remove = () => pipeline.call(subscriptions.deleteReviewerGroup, { reviewerGroupId: one.groupId }, admin);
      await expect(remove()).rejects.toMatchObject({ code: 'subscriptions.group_in_use', detail: { plans: 1 } });
      await bind(one.planId, null);
      await remove();
      await expect(remove()).rejects.toMatchObject(missing);
      await expect(update(one.groupId, { members: [] })).rejects.toMatchObject(missing);
    });

    it('have names of their own', async () => {
      const { name } = await create();
      const taken = { code: 'subscriptions.group_name_taken' };
      await expect(create([], name)).rejects.toMatchObject(taken);
      const { id } = await create();
      await expect(update(id, { name })).rejects.toMatchObject(taken);
    });

    it('have members who are staff, each once', async () => {
      const at = (index: number) => ({ fields: [expect.objectContaining({ pointer: `/members/${index}` })] });
      await expect(create([insider.staffId, strangerId])).rejects.toMatchObject(at(1));
      await expect(create([insider.staffId, insider.staffId])).rejects.toMatchObject(at(1));
    });

    it('are there when a plan names them', async () => {
      const { planId } = await pipeline.subscribed();
      await expect(bind(planId, anId())).rejects.toMatchObject({ code: 'invalid_request' });
      const { id: productId } = { id: await pipeline.product() };
      const request = { productId, planId, reviewerGroupId: null };
      await expect(pipeline.call(subscriptions.setPlanReview, request, admin)).rejects.toMatchObject(missing);
    });

    it('are made by admins alone', async () => {
      const request = { name: 'Mine', members: [] };
      for (const by of [outsider, aPerson('production')])
        await expect(pipeline.call(subscriptions.createReviewerGroup, request, by)).rejects.toMatchObject({
          code: 'forbidden',
        });
    });
  });
});
