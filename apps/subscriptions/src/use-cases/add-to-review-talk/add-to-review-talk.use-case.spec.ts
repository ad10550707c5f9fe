import { actorOf, identity, subscriptions } from '#libs/contracts';
import { anId, openService, Pipeline, type OpenedService } from '#libs/testing';
import { subscriptionsService } from '../../subscriptions.module';

const text = 'Their last one was as careless.';

describe('an internal note', () => {
  let service: OpenedService;
  let pipeline: Pipeline;

  beforeAll(async () => {
    service = await openService(subscriptionsService, { SLIPWAY_MESSAGES_PER_HOUR: '3' });
    pipeline = new Pipeline(service);
  });
  afterAll(() => service.close());

  const add = (submissionId: string, given: object = {}) =>
    pipeline.call(subscriptions.addToReviewTalk, { submissionId, text, internal: true, ...given }, pipeline.reviewer);
  const talkOf = (submissionId: string, page: object = {}) =>
    pipeline.call(subscriptions.listReviewTalk, { submissionId, limit: 10, ...page }, pipeline.reviewer);

  it('B48: is read by staff alone, and nobody is told', async () => {
    const submitted = await pipeline.submitted();
    const { person, subscriptionId, submissionId } = submitted;
    const effect = await pipeline.effectOf(subscriptionId, async () => {
      expect(await add(submissionId)).toMatchObject({ text, internal: true, by: actorOf(pipeline.reviewer) });
    });
    expect(effect).toEqual({ published: [], recorded: [] });
    expect((await talkOf(submissionId)).items).toMatchObject([{ text, internal: true }]);
    const shown = await Promise.all([
      pipeline.call(subscriptions.listReviewMessages, { subscriptionId, limit: 10 }, person),
      pipeline.call(subscriptions.listSubmissions, { subscriptionId, limit: 10 }, person),
      pipeline.call(subscriptions.getTimeline, { subscriptionId }, person),
      pipeline.read(submitted),
    ]);
    expect(JSON.stringify(shown)).not.toContain(text);
    expect(JSON.stringify(await service.published())).not.toContain(text);
  });

  it('B43: is neither read nor written by a reviewer outside the group of its plan', async () => {
    const { planId, submissionId } = await pipeline.submitted();
    await add(submissionId);
    const { rows } = await service.admin.query<{ product_id: string }>(
      'select product_id from subscriptions.plans where id = $1',
      [planId],
    );
    service.neighbours.handle(identity.findStaff, ({ staffIds }) => ({ staffIds }));
    const group = { name: `Others ${anId()}`, members: [anId()] };
    const { id: reviewerGroupId } = await pipeline.call(subscriptions.createReviewerGroup, group, pipeline.staff);
    const review = { productId: rows[0]?.product_id, planId, reviewerGroupId };
    await pipeline.call(subscriptions.setPlanReview, review, pipeline.staff);
    for (const attempt of [talkOf(submissionId), add(submissionId), add(submissionId, { internal: false })])
      await expect(attempt).rejects.toMatchObject({ code: 'not_found' });
    const seen = await pipeline.call(subscriptions.listReviewTalk, { submissionId, limit: 10 }, pipeline.staff);
    expect(seen.items).toHaveLength(1);
  });

  it('B48: stands among the messages in the order in which all were written, page by page', async () => {
    const { person, subscriptionId, submissionId } = await pipeline.submitted();
    const words = ['one', 'two', 'three', 'four', 'five'];
    for (const [index, word] of words.entries())
      if (index === 2) await pipeline.call(subscriptions.sendReviewMessage, { subscriptionId, text: word }, person);
      else await add(submissionId, { text: word, internal: index % 2 === 1 });
    const seen: string[] = [];
    for (let cursor: string | undefined; ;) {
      const page = await talkOf(submissionId, { limit: 2, cursor });
      seen.push(...page.items.map((entry) => `${entry.text} ${entry.internal}`));
      if (page.nextCursor === null) break;
      cursor = page.nextCursor;
    }
    expect(seen).toEqual(['five false', 'four true', 'three false', 'two true', 'one false']);
  });

  it('is of the subscription: whoever reviews the next submission reads it, too', async () => {
    const submitted = await pipeline.submitted();
    await add(submitted.submissionId);
    await pipeline.requestChanges(submitted);
    expect((await talkOf(await pipeline.submit(submitted))).items).toHaveLength(1);
  });

  it('says that it is one: left out, it would be anybody’s guess', async () => {
    const { submissionId } = await pipeline.submitted();
    const refusal = { code: 'invalid_request', fields: [{ pointer: '/internal' }] };
    await expect(add(submissionId, { internal: undefined })).rejects.toMatchObject(refusal);
  });

  it('leaves no word of it in the audit, but that it is one', async () => {
    const { submissionId } = await pipeline.submitted();
    await add(submissionId);
    const [act] = (await service.acts()).slice(-1);
    expect(act).toMatchObject({ targets: { submissionId, internal: true } });
    expect(JSON.stringify(act)).not.toContain(text);
  });

  it('is bounded for itself: as many as messages, in an hour', async () => {
    const { submissionId } = await pipeline.submitted();
    for (const internal of [true, true, true, false]) await add(submissionId, { internal });
    await expect(add(submissionId)).rejects.toMatchObject({ code: 'subscriptions.too_many_messages' });
    await add(submissionId, { internal: false });
  });

  it('is written once, however often it is sent under one Idempotency-Key', async () => {
    const { submissionId } = await pipeline.submitted();
    const request = { submissionId, text, internal: true };
    const [first, second] = await pipeline.repeated(subscriptions.addToReviewTalk, request, pipeline.reviewer);
    expect(second).toEqual(first);
    expect((await talkOf(submissionId)).items).toHaveLength(1);
  });

  it('of nothing finds nothing', async () => {
    await expect(add(anId())).rejects.toMatchObject({ code: 'not_found' });
    await expect(talkOf(anId())).rejects.toMatchObject({ code: 'not_found' });
  });

  it('is not for somebody of a partner, to write or to read', async () => {
    const { submissionId, person } = await pipeline.submitted();
    for (const internal of [true, false])
      await expect(
        pipeline.call(subscriptions.addToReviewTalk, { submissionId, text, internal }, person),
      ).rejects.toMatchObject({ code: 'forbidden' });
    await expect(
      pipeline.call(subscriptions.listReviewTalk, { submissionId, limit: 10 }, person),
    ).rejects.toMatchObject({ code: 'forbidden' });
  });
});
