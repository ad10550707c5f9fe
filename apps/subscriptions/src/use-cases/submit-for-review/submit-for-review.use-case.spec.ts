import { actorOf, identity, subscriptions } from '#libs/contracts';
import { unavailable } from '#libs/errors';
import {
  anId,
  aPerson,
  aStep,
  costlyStep,
  costlyText,
  openService,
  Pipeline,
  racing,
  refusals,
  type OpenedService,
} from '#libs/testing';
import { FormChecks } from '../../forms/form-checks';
import { subscriptionsService } from '../../subscriptions.module';

const withForm = { submissionForm: { steps: [aStep] } };
const answers = { company: { name: 'Contoso' } };

describe('submitting for review', () => {
  let service: OpenedService;
  let pipeline: Pipeline;

  beforeAll(async () => {
    service = await openService(subscriptionsService);
    pipeline = new Pipeline(service);
  });
  afterAll(() => service.close());
  beforeEach(() => pipeline.playIdentity());

  type Subscribed = Awaited<ReturnType<Pipeline['subscribed']>>;
  const submit = ({ person, subscriptionId }: Subscribed, given: object = {}) =>
    pipeline.call(subscriptions.submitForReview, { subscriptionId, answers: given }, person);

  /** By staff, for all who subscribe to the plan. */
  async function replaceForm(planId: string, steps: object[] | null): Promise<void> {
    const { rows } = await service.admin.query<{ productId: string }>(
      'select product_id as "productId" from subscriptions.plans where id = $1',
      [planId],
    );
    await pipeline.call(subscriptions.setSubmissionForm, { ...rows[0], planId, steps }, pipeline.staff);
  }

  /** Refused, without a trace. */
  async function expectRefusal(subscribed: Subscribed, refusal: object, given: object = {}): Promise<void> {
    const effect = await pipeline.effectOf(subscribed.subscriptionId, () =>
      expect(submit(subscribed, given)).rejects.toMatchObject(refusal),
    );
    expect(effect).toEqual({ published: [], recorded: [] });
  }

  describe('from the sandbox, with a live key', () => {
    it('B37: is in review, straight through where the plan has no form', async () => {
      const subscribed = await pipeline.subscribed();
      const effect = await pipeline.effectOf(subscribed.subscriptionId, async () => {
        expect(await submit(subscribed)).toMatchObject({
          number: 1,
          state: 'pending',
          formVersion: null,
          subscription: { id: subscribed.subscriptionId, phase: 'in_review' },
        });
      });
      expect(effect).toEqual({ published: ['submission-received'], recorded: ['submitted: sandbox → in_review'] });
      expect(await pipeline.grants(subscribed.subscriptionId)).toEqual(['sandbox']);
    });

    it('B36: asks identity for a sandbox key of this subscription', async () => {
      const subscribed = await pipeline.subscribed({}, 'production');
      const { partnerId } = subscribed.person;
      await submit(subscribed);
      expect(service.neighbours.calls).toContainEqual({
        method: identity.findLiveKeys.name,
        scope: 'sandbox',
        request: { subscriptions: [{ partnerId, subscriptionId: subscribed.subscriptionId }] },
      });
    });

    it('B41: keeps the answers with the version of the form that they answer', async () => {
      const subscribed = await pipeline.subscribed(withForm);
      const { submissionId } = await submit(subscribed, answers);
      const review = await pipeline.call(subscriptions.getReview, { submissionId }, pipeline.reviewer);
      const submittedBy = actorOf(subscribed.person);
      expect(review).toMatchObject({ answers, form: { version: 1, steps: [aStep] }, submittedBy });
    });

    it('B41: clears the flag of requested changes, and counts on', async () => {
      const submitted = await pipeline.submitted();
      await pipeline.requestChanges(submitted);
      expect((await pipeline.read(submitted)).changesRequested).toBe(true);
      expect(await submit(submitted)).toMatchObject({ number: 2, subscription: { changesRequested: false } });
    });

    it('has one effect, however often it is asked for under one Idempotency-Key', async () => {
      const { person, subscriptionId } = await pipeline.subscribed();
      const request = { subscriptionId, answers: {} };
      const effect = await pipeline.effectOf(subscriptionId, async () => {
        const [first, second] = await pipeline.repeated(subscriptions.submitForReview, request, person);
        expect(second).toEqual(first);
      });
      expect(effect).toEqual({ published: ['submission-received'], recorded: ['submitted: sandbox → in_review'] });
    });
  });

  describe('twice at once', () => {
    it('makes one submission; the other finds it in review', async () => {
      const subscribed = await pipeline.subscribed();
      const { subscriptionId } = subscribed;
      const effect = await pipeline.effectOf(subscriptionId, async () => {
        const results = await racing(service, { table: 'subscriptions.subscriptions', ids: [subscriptionId] }, [
          () => submit(subscribed),
          () => submit(subscribed),
        ]);
        expect(refusals(results)).toEqual([
          expect.objectContaining({ code: 'subscriptions.wrong_phase', detail: { phase: 'in_review' } }),
        ]);
      });
      expect(effect).toEqual({ published: ['submission-received'], recorded: ['submitted: sandbox → in_review'] });
    });
  });

  describe('without a live sandbox key', () => {
    it('B36: is refused', async () => {
      service.neighbours.handle(identity.findLiveKeys, () => ({ subscriptionIds: [] }));
      await expectRefusal(await pipeline.subscribed(), { code: 'subscriptions.no_sandbox_key', category: 'conflict' });
    });
  });

  describe('while identity is away', () => {
    it('cannot be decided', async () => {
      const subscribed = await pipeline.subscribed();
      service.neighbours.handle(identity.findLiveKeys, () => {
        throw unavailable();
      });
      await expectRefusal(subscribed, { code: 'unavailable' });
    });
  });

  describe('from another phase than the sandbox, or production', () => {
    it.each(['in_review', 'rejected'] as const)('is refused: %s', async (phase) => {
      const there = { in_review: 'submitted', rejected: 'rejected' } as const;
      const submitted = await pipeline[there[phase]]();
      await expectRefusal(submitted, { code: 'subscriptions.wrong_phase', detail: { phase } });
    });

    it('B44: says so before it says that a key is missing', async () => {
      const submitted = await pipeline.submitted();
      service.neighbours.handle(identity.findLiveKeys, () => ({ subscriptionIds: [] }));
      await expectRefusal(submitted, { code: 'subscriptions.wrong_phase' });
    });
  });

  describe('that names the version of the form which it answers', () => {
    const versionOf = async (form: object | null, formVersion: number | null) => {
      const subscribed = await pipeline.subscribed(form ?? {});
      const { person, subscriptionId } = subscribed;
      const request = { subscriptionId, answers: form ? answers : {}, formVersion };
      return { subscribed, submitting: () => pipeline.call(subscriptions.submitForReview, request, person) };
    };

    it.each([
      [withForm, 1],
      [null, null],
    ])('is taken where it is in force', async (form, version) => {
      const { submitting } = await versionOf(form, version);
      expect(await submitting()).toMatchObject({ formVersion: version });
    });

    it.each([
      [withForm, 2, 1],
      [withForm, null, 1],
      [null, 1, null],
    ])('is refused where another is', async (form, version, inForce) => {
      const { subscribed, submitting } = await versionOf(form, version);
      await expect(submitting()).rejects.toMatchObject({
        code: 'subscriptions.form_replaced',
        detail: { formVersion: inForce },
      });
      expect((await pipeline.read(subscribed)).phase).toBe('sandbox');
    });
  });

  describe('with answers that are not complete and valid', () => {
    it.each([
      ['a step is missing', {}, '/answers/company'],
      ['a field is missing', { company: {} }, '/answers/company/name'],
      ['a field is of another type', { company: { name: 1 } }, '/answers/company/name'],
      ['a step that the form has not', { ...answers, more: {} }, '/answers/more'],
    ])('B37: is refused, and says where: %s', async (_what, given, pointer) => {
      const subscribed = await pipeline.subscribed(withForm);
      await expectRefusal(subscribed, { code: 'invalid_request', fields: [{ pointer }] }, given);
    });

    it('B37: is refused where there is nothing to answer', async () => {
      const subscribed = await pipeline.subscribed();
      await expectRefusal(subscribed, { code: 'invalid_request', fields: [{ pointer: '/answers' }] }, answers);
    });
  });

  describe('after notes were pinned to fields', () => {
    const twoFields = {
      ...aStep,
      schema: { ...aStep.schema, properties: { ...aStep.schema.properties, website: { type: 'string' } } },
    };
    const items = [
      { stepId: aStep.id, field: 'name', note: 'In full.' },
      { pointer: `/answers/${aStep.id}/website`, note: 'It does not open.' },
    ];

    async function requested(given: object[] = items) {
      const submitted = await pipeline.submitted({ submissionForm: { steps: [twoFields] } }, answers);
      await request(submitted.submissionId, given);
      return { ...submitted, itemIds: (await shownItems(submitted)).map(({ id }) => id ?? '') };
    }
    const request = (submissionId: string, given: object[]) =>
      pipeline.call(
        subscriptions.requestChanges,
        { submissionId, notes: 'See there.', items: given },
        pipeline.reviewer,
      );
    const shownItems = async (subscribed: Subscribed) =>
      (await pipeline.read(subscribed)).notices.find(({ kind }) => kind === 'changes_requested')?.items ?? [];
    const resubmit = ({ person, subscriptionId }: Subscribed, responses?: object[], given: object = answers) =>
      pipeline.call(subscriptions.submitForReview, { subscriptionId, answers: given, responses }, person);
    const toEach = (ids: string[]) =>
      ids.map((item, index) => ({ item, addressed: index === 0, comment: `Word ${index}.` }));

    it('B41: each is marked addressed or not, with a word, and shown so to both sides', async () => {
      const { itemIds, ...subscribed } = await requested();
      const { submissionId } = await resubmit(subscribed, toEach(itemIds));
      const shown = [
        { ...items[0], response: { addressed: true, comment: 'Word 0.', submissionId } },
        { ...items[1], stepId: aStep.id, field: 'website', response: { addressed: false, comment: 'Word 1.' } },
      ];
      expect(await shownItems(subscribed)).toMatchObject(shown);
      const { subscriptionId, person } = subscribed;
      const own = await pipeline.call(subscriptions.listSubmissions, { subscriptionId, limit: 10 }, person);
      expect(own.items[1]?.decision?.items).toMatchObject(shown);
      const review = await pipeline.call(subscriptions.getReview, { submissionId }, pipeline.reviewer);
      expect(review.requested).toMatchObject(shown);
      expect(review.items).toEqual([]);
    });

    it.each([
      ['none', () => undefined, ['/responses', '/responses']],
      ['one of two', (ids: string[]) => toEach(ids).slice(1), ['/responses']],
      ['one twice', (ids: string[]) => [...toEach(ids), ...toEach(ids).slice(1)], ['/responses/2/item']],
      [
        'of others',
        (ids: string[]) => [...toEach(ids), { item: 'x', addressed: true, comment: 'y' }],
        ['/responses/2/item'],
      ],
      [
        'without a word',
        (ids: string[]) => toEach(ids).map((one) => ({ ...one, comment: ' ' })),
        ['/responses/0/comment', '/responses/1/comment'],
      ],
    ])('B41: is refused with responses: %s', async (_which, responsesTo, pointers) => {
      const { itemIds, ...subscribed } = await requested();
      const effect = await pipeline.effectOf(subscribed.subscriptionId, () =>
        expect(resubmit(subscribed, responsesTo(itemIds))).rejects.toMatchObject({
          code: 'invalid_request',
          fields: pointers.map((pointer) => ({ pointer })),
        }),
      );
      expect(effect).toEqual({ published: [], recorded: [] });
    });

    it('names what is wrong with answers and responses at once', async () => {
      const { itemIds, ...subscribed } = await requested();
      await expect(resubmit(subscribed, toEach(itemIds).slice(1), { [aStep.id]: {} })).rejects.toMatchObject({
        fields: [{ pointer: `/answers/${aStep.id}/name` }, { pointer: '/responses' }],
      });
    });

    it('B41: notes without places, as ever, want no response, and get none', async () => {
      const { itemIds, ...subscribed } = await requested([]);
      expect(itemIds).toEqual([]);
      const surplus = [{ item: `${subscribed.submissionId}.0`, addressed: true, comment: 'Done.' }];
      await expect(resubmit(subscribed, surplus)).rejects.toMatchObject({ fields: [{ pointer: '/responses/0/item' }] });
      await resubmit(subscribed);
    });

    it('are those of the last request alone: what answers an older one is refused', async () => {
      const { itemIds, ...subscribed } = await requested();
      const { submissionId } = await resubmit(subscribed, toEach(itemIds));
      await request(submissionId, items.slice(0, 1));
      const [open] = await shownItems(subscribed);
      await expect(resubmit(subscribed, toEach(itemIds))).rejects.toMatchObject({ code: 'invalid_request' });
      await resubmit(subscribed, toEach([open?.id ?? '']));
    });

    it('are open again when the submission that spoke of them was withdrawn', async () => {
      const { itemIds, ...subscribed } = await requested();
      const { subscriptionId, person } = subscribed;
      await resubmit(subscribed, toEach(itemIds));
      await pipeline.call(subscriptions.withdrawSubmission, { subscriptionId }, person);
      expect(await shownItems(subscribed)).toMatchObject([{ response: null }, { response: null }]);
      await expect(resubmit(subscribed)).rejects.toMatchObject({ code: 'invalid_request' });
      await resubmit(subscribed, toEach(itemIds));
    });

    it('are open no more once another decision has come', async () => {
      const { itemIds, ...subscribed } = await requested();
      const { submissionId } = await resubmit(subscribed, toEach(itemIds));
      await pipeline.call(subscriptions.rejectSubmission, { submissionId, notes: 'No.' }, pipeline.reviewer);
      await pipeline.call(subscriptions.reopenSubscription, { submissionId, notes: 'Yes.' }, pipeline.reviewer);
      await resubmit(subscribed);
    });
  });

  describe('while the form is replaced', () => {
    const contact = { ...aStep, id: 'contact', title: 'Your contact' };
    const both = { ...answers, contact: { name: 'Ada' } };

    /** The answers are checked, and wait for the lock; meanwhile staff changes the form. */
    async function submittedDuring(steps: object[] | null, given: object) {
      const subscribed = await pipeline.subscribed(withForm);
      const held = { table: 'subscriptions.subscriptions', ids: [subscribed.subscriptionId] };
      const replace = () => replaceForm(subscribed.planId, steps);
      const [result] = await racing(service, held, [() => submit(subscribed, given)], replace);
      return { subscribed, result };
    }

    it('B41: is refused where they do not answer the new one', async () => {
      const { subscribed, result } = await submittedDuring([contact], answers);
      expect(result).toMatchObject({
        status: 'rejected',
        reason: { code: 'invalid_request', fields: [{ pointer: '/answers/company' }, { pointer: '/answers/contact' }] },
      });
      expect(await pipeline.recorded(subscribed.subscriptionId)).toHaveLength(1);
    });

    it('B41: answers the new one where they do', async () => {
      const { result } = await submittedDuring([{ ...aStep, title: 'Your firm' }], answers);
      expect(result).toMatchObject({ status: 'fulfilled', value: { formVersion: 2, state: 'pending' } });
    });

    it('is not held to faults that only the old one had', async () => {
      const { result } = await submittedDuring([aStep, contact], both);
      expect(result).toMatchObject({ status: 'fulfilled', value: { formVersion: 2 } });
    });

    it('is refused where there is nothing left to answer', async () => {
      const { result } = await submittedDuring(null, answers);
      expect(result).toMatchObject({ status: 'rejected', reason: { fields: [{ pointer: '/answers' }] } });
    });
  });

  describe('while the form is replaced again and again', () => {
    it('is unavailable after the third time', async () => {
      const subscribed = await pipeline.subscribed(withForm);
      const forms = service.get(FormChecks);
      const faultsOf = forms.faultsOf.bind(forms);
      const checking = jest.spyOn(forms, 'faultsOf').mockImplementation(async (...given) => {
        const faults = await faultsOf(...given);
        await replaceForm(subscribed.planId, [aStep]);
        return faults;
      });
      await expectRefusal(subscribed, { code: 'unavailable' }, answers);
      expect(checking).toHaveBeenCalledTimes(3);
      checking.mockRestore();
      expect(await submit(subscribed, answers)).toMatchObject({ formVersion: 4 });
    });
  });

  describe('repeated under one Idempotency-Key, when the form has changed', () => {
    it('B37: has the reply of the first time', async () => {
      const { person, planId, subscriptionId } = await pipeline.subscribed(withForm);
      const request = { subscriptionId, answers };
      const options = { idempotencyKey: anId() };
      const again = () => service.call(subscriptions.submitForReview, 'shared', request, person, options);
      const first = await again();
      await pipeline.call(subscriptions.withdrawSubmission, { subscriptionId }, person);
      await replaceForm(planId, [{ ...aStep, id: 'contact' }]);
      expect(await again()).toEqual(first);
    });
  });

  describe('with answers that take too long to check', () => {
    it('is refused', async () => {
      const subscribed = await pipeline.subscribed({ submissionForm: { steps: [costlyStep] } });
      const refusal = { code: 'invalid_request', fields: [{ pointer: '/answers' }] };
      await expectRefusal(subscribed, refusal, { costly: { text: costlyText } });
    });

    it('holds no connection meanwhile, and no lock', async () => {
      const subscribed = await pipeline.subscribed({ submissionForm: { steps: [costlyStep] } });
      let isOver = false;
      const refused = submit(subscribed, { costly: { text: costlyText } }).catch(() => (isOver = true));
      await pipeline.cancel(subscribed);
      expect(isOver).toBe(false);
      await refused;
      expect(isOver).toBe(true);
    });
  });

  describe('more often than anybody would read it', () => {
    it('is refused', async () => {
      const submitted = await pipeline.submitted();
      const { subscriptionId, person } = submitted;
      await pipeline.call(subscriptions.withdrawSubmission, { subscriptionId }, person);
      await service.admin.query('update subscriptions.submissions set number = $2 where subscription_id = $1', [
        subscriptionId,
        subscriptions.submissionsMax - 1,
      ]);
      const last = await submit(submitted);
      expect(last.number).toBe(subscriptions.submissionsMax);
      await pipeline.call(subscriptions.withdrawSubmission, { subscriptionId }, person);
      await expectRefusal(submitted, { code: 'subscriptions.submission_limit_reached' });
    });
  });

  describe('of somebody else, or of nothing', () => {
    it('finds nothing, in the same words', async () => {
      const { subscriptionId, planId } = await pipeline.subscribed();
      const stranger = aPerson('sandbox');
      const notFound = { code: 'not_found', message: 'There is no such resource.' };
      await expectRefusal({ person: stranger, subscriptionId, planId }, notFound);
      await expectRefusal({ person: stranger, subscriptionId: anId(), planId }, notFound);
    });
  });

  describe('once cancelled', () => {
    it('is refused', async () => {
      const subscribed = await pipeline.subscribed();
      await pipeline.cancel(subscribed);
      await expectRefusal(subscribed, { code: 'subscriptions.cancelled' });
    });
  });
});
