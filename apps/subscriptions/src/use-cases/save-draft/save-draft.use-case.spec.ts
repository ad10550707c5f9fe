import { actorOf, subscriptions, type PersonCaller } from '#libs/contracts';
import { Purge } from '#libs/events';
import { anId, aPerson, aStep, openService, Pipeline, racing, refusals, type OpenedService } from '#libs/testing';
import { subscriptionsService } from '../../subscriptions.module';

const answers = { [aStep.id]: { name: 'Cont' } };
const others = { [aStep.id]: { name: 'Contoso' } };

describe('a draft', () => {
  let service: OpenedService;
  let pipeline: Pipeline;

  beforeAll(async () => {
    service = await openService(subscriptionsService);
    pipeline = new Pipeline(service);
  });
  afterAll(() => service.close());

  type Own = Pick<Awaited<ReturnType<Pipeline['subscribed']>>, 'person' | 'subscriptionId'>;
  const save = ({ person, subscriptionId }: Own, given: object = {}) =>
    pipeline.call(subscriptions.saveDraft, { subscriptionId, answers, ...given }, person);
  const read = async ({ person, subscriptionId }: Own) =>
    (await pipeline.call(subscriptions.getDraft, { subscriptionId }, person)).draft;
  const withForm = { submissionForm: { steps: [aStep] } };

  async function expectRefusal(own: Own, refusal: object, given: object = {}): Promise<void> {
    const before = await read(own);
    await expect(save(own, given)).rejects.toMatchObject(refusal);
    expect(await read(own)).toEqual(before);
  }

  describe('that is saved', () => {
    it('is read by the people of both accounts, with who saved it and when, whether or not it is complete', async () => {
      const own = await pipeline.subscribed(withForm);
      const before = service.clock.now();
      const effect = await pipeline.effectOf(own.subscriptionId, () => save(own, { answers: { [aStep.id]: {} } }));
      expect(effect).toEqual({ published: [], recorded: [] });
      const draft = await read(own);
      expect(draft).toMatchObject({ answers: { [aStep.id]: {} }, formVersion: 1, savedBy: actorOf(own.person) });
      const savedAt = Date.parse(draft?.savedAt ?? '');
      expect(savedAt).toBeGreaterThanOrEqual(before);
      expect(savedAt).toBeLessThanOrEqual(service.clock.now());
      const inPrimary = aPerson('production', { partnerId: own.person.partnerId });
      expect(await read({ ...own, person: inPrimary })).toEqual(draft);
    });

    it('is the next, where it names the version that was read, whoever saved that', async () => {
      const own = await pipeline.subscribed(withForm);
      const { version } = await save(own);
      const colleague = { ...own, person: aPerson('production', { partnerId: own.person.partnerId }) };
      const next = await save(colleague, { version, answers: others, formVersion: null });
      expect(next.version).not.toBe(version);
      expect(await read(own)).toEqual(next);
      expect(next).toMatchObject({ answers: others, formVersion: null, savedBy: actorOf(colleague.person) });
    });

    it('is one, however often it is sent under one Idempotency-Key', async () => {
      const { person, subscriptionId } = await pipeline.subscribed();
      const request = { subscriptionId, answers: {} };
      const [first, second] = await pipeline.repeated(subscriptions.saveDraft, request, person);
      expect(second).toEqual(first);
    });
  });

  describe('that somebody else has saved meanwhile', () => {
    it('is not overwritten, and says who has saved what, and when', async () => {
      const own = await pipeline.subscribed();
      const { version } = await save(own);
      const colleague = aPerson('production', { partnerId: own.person.partnerId });
      const draft = await save({ ...own, person: colleague }, { version, answers: others });
      for (const stale of [version, null, undefined, anId()])
        await expectRefusal(
          own,
          { code: 'subscriptions.draft_changed', category: 'conflict', detail: { draft } },
          { version: stale },
        );
    });

    it('stands, where two save at once', async () => {
      const own = await pipeline.subscribed();
      const { version } = await save(own);
      const row = { table: 'subscriptions.subscriptions', ids: [own.subscriptionId] };
      const results = await racing<unknown>(service, row, [
        () => save(own, { version }),
        () => save(own, { version, answers: others }),
      ]);
      expect(refusals(results)).toEqual([expect.objectContaining({ code: 'subscriptions.draft_changed' })]);
    });
  });

  describe('of what is submitted', () => {
    it('is no more; what was read of it does not come back when changes are requested', async () => {
      const own = await pipeline.subscribed();
      const { version } = await save(own);
      const submissionId = await pipeline.submit(own);
      expect(await read(own)).toBeNull();
      await expectRefusal(own, { code: 'subscriptions.wrong_phase', detail: { phase: 'in_review' } }, { version });
      await pipeline.requestChanges({ ...own, submissionId });
      await expectRefusal(own, { code: 'subscriptions.draft_changed', detail: { draft: null } }, { version });
      expect(await save(own)).not.toMatchObject({ version });
    });

    it('goes with the submission alone: where that is refused, it stays', async () => {
      const own = await pipeline.subscribed(withForm);
      const draft = await save(own);
      await expect(pipeline.submit(own)).rejects.toMatchObject({ code: 'invalid_request' });
      expect(await read(own)).toEqual(draft);
    });
  });

  describe('of what is cancelled', () => {
    it('is no more, and none is saved', async () => {
      const own = await pipeline.subscribed();
      await save(own);
      await pipeline.cancel(own);
      expect(await read(own)).toBeNull();
      await expectRefusal(own, { code: 'subscriptions.cancelled' });
    });
  });

  describe('that nobody has saved for long', () => {
    it('is purged; a younger one stays', async () => {
      const [old, young] = [await pipeline.subscribed(), await pipeline.subscribed()];
      for (const own of [old, young]) await save(own);
      await service.admin.query(
        `update subscriptions.drafts
         set saved_at = now() - make_interval(days => case when subscription_id = $1 then 91 else 89 end)
         where subscription_id = any($2)`,
        [old.subscriptionId, [old.subscriptionId, young.subscriptionId]],
      );
      await service.get(Purge).inScope('shared');
      expect(await read(old)).toBeNull();
      expect(await read(young)).not.toBeNull();
    });
  });

  describe('that is too large', () => {
    it('is refused', async () => {
      const large = { [aStep.id]: { name: 'x'.repeat(subscriptions.formCharactersMax) } };
      const refusal = { code: 'invalid_request', fields: [{ pointer: '/answers' }] };
      await expectRefusal(await pipeline.subscribed(), refusal, { answers: large });
    });
  });

  describe('of somebody else', () => {
    it('is not found, word for word like what is not there', async () => {
      const { subscriptionId } = await pipeline.subscribed();
      const person = aPerson('sandbox');
      for (const id of [subscriptionId, anId()]) {
        await expect(save({ person, subscriptionId: id })).rejects.toMatchObject({ code: 'not_found' });
        await expect(read({ person, subscriptionId: id })).rejects.toMatchObject({ code: 'not_found' });
      }
    });

    it('is nothing for staff', async () => {
      const { subscriptionId } = await pipeline.subscribed();
      const person = pipeline.reviewer as unknown as PersonCaller;
      await expect(save({ person, subscriptionId })).rejects.toMatchObject({ code: 'forbidden' });
      await expect(read({ person, subscriptionId })).rejects.toMatchObject({ code: 'forbidden' });
    });
  });
});
