import { actorOf, subscriptions } from '#libs/contracts';
import { anId, aStep, openService, Pipeline, racing, refusals, type OpenedService } from '#libs/testing';
import { subscriptionsService } from '../../subscriptions.module';

const notes = 'Name the company.';
const withForm = { submissionForm: { steps: [aStep] } };
const answers = { company: { name: 'Contoso' } };
const anItem = { stepId: aStep.id, field: 'name', note: 'As it is registered.' };

describe('requesting changes', () => {
  let service: OpenedService;
  let pipeline: Pipeline;

  beforeAll(async () => {
    service = await openService(subscriptionsService);
    pipeline = new Pipeline(service);
  });
  afterAll(() => service.close());

  const requestChanges = (submissionId: string, given: object = {}) =>
    pipeline.call(subscriptions.requestChanges, { submissionId, notes, items: [], ...given }, pipeline.reviewer);

  async function expectRefusal(
    submission: { submissionId: string; subscriptionId: string },
    given: object,
    refusal: object,
  ) {
    const effect = await pipeline.effectOf(submission.subscriptionId, () =>
      expect(requestChanges(submission.submissionId, given)).rejects.toMatchObject(refusal),
    );
    expect(effect).toEqual({ published: [], recorded: [] });
  }

  describe('of a pending submission', () => {
    it('B38: is back in the sandbox, flagged', async () => {
      const { submissionId, subscriptionId } = await pipeline.submitted();
      const effect = await pipeline.effectOf(subscriptionId, async () => {
        expect(await requestChanges(submissionId)).toMatchObject({
          state: 'changes_requested',
          notes,
          decidedBy: actorOf(pipeline.reviewer),
          subscription: { phase: 'sandbox', changesRequested: true },
        });
      });
      expect(effect).toEqual({
        published: ['changes-requested'],
        recorded: ['changes_requested: in_review → sandbox'],
      });
    });

    it('B41: may pin notes to fields of the form that was answered', async () => {
      const submitted = await pipeline.submitted(withForm, answers);
      await requestChanges(submitted.submissionId, { items: [anItem] });
      expect((await pipeline.read(submitted)).notices).toMatchObject([
        { kind: 'changes_requested', notes, items: [anItem], formVersion: 1 },
      ]);
      const events = await service.published(subscriptions.changesRequested);
      expect(events.at(-1)?.data).toMatchObject({ notes, items: [anItem] });
    });

    it('B40: keeps every notice, newest first', async () => {
      const submitted = await pipeline.submitted();
      await requestChanges(submitted.submissionId, { notes: 'First.' });
      await requestChanges(await pipeline.submit(submitted), { notes: 'Second.' });
      expect((await pipeline.read(submitted)).notices).toMatchObject([{ notes: 'Second.' }, { notes: 'First.' }]);
    });

    it('has one effect, however often it is asked for under one Idempotency-Key', async () => {
      const { submissionId, subscriptionId } = await pipeline.submitted();
      const request = { submissionId, notes, items: [] };
      const effect = await pipeline.effectOf(subscriptionId, async () => {
        const [first, second] = await pipeline.repeated(subscriptions.requestChanges, request, pipeline.reviewer);
        expect(second).toEqual(first);
      });
      expect(effect.published).toEqual(['changes-requested']);
    });
  });

  describe('without notes', () => {
    it.each(['', ' \t'])('B39: is refused: "%s"', async (given) => {
      const refusal = { code: 'invalid_request', fields: [{ pointer: '/notes' }] };
      await expectRefusal(await pipeline.submitted(), { notes: given }, refusal);
    });
  });

  describe('with a note on a step that was not answered', () => {
    it('is refused, and says which', async () => {
      const items = [anItem, { ...anItem, stepId: 'elsewhere' }];
      const refusal = { code: 'invalid_request', fields: [{ pointer: '/items/1/stepId' }] };
      await expectRefusal(await pipeline.submitted(withForm, answers), { items }, refusal);
    });

    it('is refused where no form was answered', async () => {
      const refusal = { code: 'invalid_request', fields: [{ pointer: '/items/0/stepId' }] };
      await expectRefusal(await pipeline.submitted(), { items: [anItem] }, refusal);
    });
  });

  describe('with a note on a field that the step does not have', () => {
    it('B41: is refused, and says which', async () => {
      const items = [anItem, { ...anItem, field: 'website' }, { ...anItem, field: 'name.first' }];
      const fields = [{ pointer: '/items/1/field' }, { pointer: '/items/2/field' }];
      await expectRefusal(await pipeline.submitted(withForm, answers), { items }, { code: 'invalid_request', fields });
    });
  });

  describe('with a note at a pointer', () => {
    it('B41: is pinned there, and named as others are', async () => {
      const submitted = await pipeline.submitted(withForm, answers);
      const pointer = `/answers/${aStep.id}/name`;
      const review = await requestChanges(submitted.submissionId, { items: [{ pointer, note: anItem.note }] });
      const shown = { ...anItem, pointer, id: `${submitted.submissionId}.0`, response: null };
      expect(review.items).toEqual([shown]);
      expect((await pipeline.read(submitted)).notices[0]?.items).toEqual([shown]);
      const events = await service.published(subscriptions.changesRequested);
      expect(events.at(-1)?.data).toMatchObject({ items: [{ ...anItem, pointer }] });
    });

    it('B41: is refused where it leads nowhere', async () => {
      const items = [{ pointer: `/answers/${aStep.id}/website`, note: 'Which?' }];
      const refusal = { code: 'invalid_request', fields: [{ pointer: '/items/0/pointer' }] };
      await expectRefusal(await pipeline.submitted(withForm, answers), { items }, refusal);
    });
  });

  describe('on a plan without a sandbox', () => {
    it('B32: is refused: there is nowhere to make them', async () => {
      await expectRefusal(await pipeline.awaitingApproval(), {}, { code: 'subscriptions.no_sandbox_phase' });
    });
  });

  describe('while another reviewer approves', () => {
    it('B43: lets exactly one decision stand', async () => {
      const { submissionId, subscriptionId } = await pipeline.submitted();
      const row = { table: 'subscriptions.subscriptions', ids: [subscriptionId] };
      const results = await racing<unknown>(service, row, [
        () => requestChanges(submissionId),
        () => pipeline.approve({ submissionId }),
      ]);
      expect(refusals(results)).toEqual([expect.objectContaining({ code: 'subscriptions.already_decided' })]);
    });
  });

  describe('of what is decided', () => {
    it.each(['approved', 'rejected'] as const)('B38: is refused: %s', async (state) => {
      await expectRefusal(await pipeline[state](), {}, { code: 'subscriptions.already_decided', detail: { state } });
    });
  });

  describe('of nothing', () => {
    it('finds nothing', async () => {
      await expect(requestChanges(anId())).rejects.toMatchObject({ code: 'not_found' });
    });
  });

  describe('by somebody of a partner', () => {
    it('is forbidden', async () => {
      const { submissionId, person } = await pipeline.submitted();
      await expect(
        pipeline.call(subscriptions.requestChanges, { submissionId, notes, items: [] }, person),
      ).rejects.toMatchObject({ code: 'forbidden' });
    });
  });
});
