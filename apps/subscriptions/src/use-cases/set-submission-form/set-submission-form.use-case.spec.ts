import { subscriptions } from '#libs/contracts';
import { anId, aPerson, aStaffMember, aStep, openService, Pipeline, racing, type OpenedService } from '#libs/testing';
import { subscriptionsService } from '../../subscriptions.module';

const anotherStep = { ...aStep, id: 'contact', title: 'Your contact' };
const answers = { company: { name: 'Contoso' } };

describe('setting a submission form', () => {
  let service: OpenedService;
  let pipeline: Pipeline;

  beforeAll(async () => {
    service = await openService(subscriptionsService);
    pipeline = new Pipeline(service);
  });
  afterAll(() => service.close());

  async function aPlan(given: object = {}): Promise<{ productId: string; planId: string }> {
    const productId = await pipeline.product();
    const { id: planId } = await pipeline.plan(given, productId);
    return { productId, planId };
  }
  const set = (plan: object, steps: object[] | null) =>
    pipeline.call(subscriptions.setSubmissionForm, { ...plan, steps }, pipeline.staff);

  describe('of a plan with a sandbox', () => {
    it('B41: puts the next version in force', async () => {
      const plan = await aPlan();
      expect((await set(plan, [aStep])).submissionForm).toEqual({ version: 1, steps: [aStep] });
      expect((await set(plan, [anotherStep])).submissionForm).toEqual({ version: 2, steps: [anotherStep] });
    });

    it('takes it away with null, and never gives a version twice', async () => {
      const plan = await aPlan();
      await set(plan, [aStep]);
      expect((await set(plan, null)).submissionForm).toBeNull();
      expect((await set(plan, [aStep])).submissionForm).toMatchObject({ version: 2 });
    });

    it('B41: leaves submissions already made with the version that they answered', async () => {
      const { productId, planId } = await aPlan({ submissionForm: { steps: [aStep] } });
      const person = aPerson('sandbox');
      const subscribed = await pipeline.subscribedTo(planId, person);
      const submissionId = await pipeline.submit(subscribed, answers);
      await set({ productId, planId }, [anotherStep]);
      const review = await pipeline.call(subscriptions.getReview, { submissionId }, pipeline.reviewer);
      expect(review.form).toEqual({ version: 1, steps: [aStep] });
      const { subscriptionId } = subscribed;
      const { form } = await pipeline.call(subscriptions.getForm, { subscriptionId }, person);
      expect(form).toEqual({ version: 2, steps: [anotherStep] });
    });

    it('makes one version, however often it is asked for under one Idempotency-Key', async () => {
      const request = { ...(await aPlan()), steps: [aStep] };
      const [first, second] = await pipeline.repeated(subscriptions.setSubmissionForm, request, pipeline.staff);
      expect(second).toEqual(first);
      expect(first.submissionForm).toMatchObject({ version: 1 });
    });

    it('gives two who set it at once two versions', async () => {
      const plan = await aPlan();
      const results = await racing(service, { table: 'subscriptions.plans', ids: [plan.planId] }, [
        () => set(plan, [aStep]),
        () => set(plan, [anotherStep]),
      ]);
      const versions = results.map((result) =>
        result.status === 'fulfilled' ? result.value.submissionForm?.version : result.reason,
      );
      expect(versions.sort()).toEqual([1, 2]);
    });
  });

  describe('of a plan without a sandbox', () => {
    it('is refused: nobody would ever fill it in', async () => {
      await expect(set(await aPlan({ sandbox: false }), [aStep])).rejects.toMatchObject({
        code: 'invalid_request',
        fields: [{ pointer: '/steps' }],
      });
    });

    it('may be taken away all the same', async () => {
      await expect(set(await aPlan({ sandbox: false }), null)).resolves.toMatchObject({ submissionForm: null });
    });
  });

  describe('that cannot be put in force', () => {
    it('is refused, and the one before stays', async () => {
      const plan = await aPlan();
      const { submissionForm } = await set(plan, [aStep]);
      await expect(set(plan, [aStep, { ...anotherStep, schema: { type: 'array' } }])).rejects.toMatchObject({
        code: 'invalid_request',
        fields: [{ pointer: '/steps/1/schema' }],
      });
      const product = await pipeline.call(subscriptions.getProduct, { productId: plan.productId }, pipeline.staff);
      expect(product.plans[0]?.submissionForm).toEqual(submissionForm);
    });
  });

  describe('of no plan', () => {
    it("finds nothing, nor a plan under another's product", async () => {
      const { planId, productId } = await aPlan();
      const notFound = { code: 'not_found' };
      await expect(set({ productId, planId: anId() }, [aStep])).rejects.toMatchObject(notFound);
      await expect(set({ productId: await pipeline.product(), planId }, [aStep])).rejects.toMatchObject(notFound);
    });
  });

  describe('by a reviewer', () => {
    it('is forbidden', async () => {
      const request = { ...(await aPlan()), steps: null };
      await expect(
        pipeline.call(subscriptions.setSubmissionForm, request, aStaffMember('reviewer')),
      ).rejects.toMatchObject({ code: 'forbidden' });
    });
  });
});
