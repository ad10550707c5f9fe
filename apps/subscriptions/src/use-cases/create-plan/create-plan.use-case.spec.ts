import { subscriptions } from '#libs/contracts';
import { anId, aPrice, aStaffMember, aStep, openService, Pipeline, type OpenedService } from '#libs/testing';
import { subscriptionsService } from '../../subscriptions.module';

describe('creating a plan', () => {
  let service: OpenedService;
  let pipeline: Pipeline;

  beforeAll(async () => {
    service = await openService(subscriptionsService);
    pipeline = new Pipeline(service);
  });
  afterAll(() => service.close());

  describe('that can be subscribed to', () => {
    it.each([
      [true, true],
      [false, false],
    ])('is reviewed as the sandbox has it, unless it says so: %s', async (sandbox, approval) => {
      expect(await pipeline.plan({ sandbox })).toMatchObject({ sandbox, approval, price: null, submissionForm: null });
    });

    it('may ask for approval without a sandbox, and for a price', async () => {
      const terms = { sandbox: false, approval: true, price: aPrice };
      expect(await pipeline.plan(terms)).toMatchObject(terms);
    });

    it('B16: may say how long its keys live, which their makers are told with the grant', async () => {
      expect(await pipeline.plan()).toMatchObject({ keyLifetimeDays: null });
      expect(await pipeline.plan({ keyLifetimeDays: 90 })).toMatchObject({ keyLifetimeDays: 90 });
    });

    it('has its form as version 1', async () => {
      const plan = await pipeline.plan({ submissionForm: { steps: [aStep] } });
      expect(plan.submissionForm).toEqual({ version: 1, steps: [aStep] });
    });

    it('is listed with its product', async () => {
      const productId = await pipeline.product();
      const plans = [await pipeline.plan({}, productId), await pipeline.plan({ sandbox: false }, productId)];
      const product = await pipeline.call(subscriptions.getProduct, { productId }, pipeline.staff);
      expect(product.plans).toEqual(plans);
    });

    it('is made once, however often it is asked for under one Idempotency-Key', async () => {
      const productId = await pipeline.product();
      const request = { ...aPlan, productId };
      const [first, second] = await pipeline.repeated(subscriptions.createPlan, request, pipeline.staff);
      expect(second).toEqual(first);
      const product = await pipeline.call(subscriptions.getProduct, { productId }, pipeline.staff);
      expect(product.plans).toEqual([first]);
    });
  });

  describe('with a form on a plan without a sandbox', () => {
    it('is refused: nobody would ever fill it in', async () => {
      const plan = { sandbox: false, submissionForm: { steps: [aStep] } };
      await expect(pipeline.plan(plan)).rejects.toMatchObject({
        code: 'invalid_request',
        fields: [{ pointer: '/submissionForm' }],
      });
    });
  });

  describe('with a sandbox and no approval', () => {
    it('is refused: the way to production leads through a review', async () => {
      await expect(pipeline.plan({ approval: false })).rejects.toMatchObject({
        code: 'invalid_request',
        fields: [{ pointer: '/approval' }],
      });
    });
  });

  describe('with a form that cannot be put in force', () => {
    it.each([
      ['no steps', [], '/submissionForm/steps'],
      ['two steps of one id', [aStep, aStep], '/submissionForm/steps/1/id'],
      ['an id that names no member', [{ ...aStep, id: 'a/b' }], '/submissionForm/steps/0/id'],
      ['no title', [{ ...aStep, title: ' ' }], '/submissionForm/steps/0/title'],
      ['a keyword that is none', [{ ...aStep, schema: { require: ['name'] } }], '/submissionForm/steps/0/schema'],
      [
        'a pattern that may not end',
        [{ ...aStep, schema: { properties: { name: { type: 'string', pattern: '(a+)+\\1$' } } } }],
        '/submissionForm/steps/0/schema',
      ],
    ])('is refused: %s', async (_what, steps, pointer) => {
      await expect(pipeline.plan({ submissionForm: { steps } })).rejects.toMatchObject({
        code: 'invalid_request',
        fields: [{ pointer }],
      });
    });
  });

  describe('more than a product is shown with', () => {
    it('is refused', async () => {
      const productId = await pipeline.product();
      const { id } = await pipeline.plan({}, productId);
      await service.admin.query(
        `insert into subscriptions.plans select (jsonb_populate_record(p, jsonb_build_object('id', gen_random_uuid()))).*
         from subscriptions.plans p, generate_series(3, $2) where p.id = $1`,
        [id, subscriptions.plansMax],
      );
      await pipeline.plan({}, productId);
      await expect(pipeline.plan({}, productId)).rejects.toMatchObject({ code: 'subscriptions.plan_limit_reached' });
      const { plans } = await pipeline.call(subscriptions.getProduct, { productId }, pipeline.staff);
      expect(plans).toHaveLength(subscriptions.plansMax);
    });
  });

  describe('of no product', () => {
    it('finds nothing', async () => {
      await expect(pipeline.plan({}, anId())).rejects.toMatchObject({ code: 'not_found' });
    });
  });

  describe('by a reviewer', () => {
    it('is forbidden', async () => {
      const request = { ...aPlan, productId: await pipeline.product() };
      await expect(pipeline.call(subscriptions.createPlan, request, aStaffMember('reviewer'))).rejects.toMatchObject({
        code: 'forbidden',
      });
    });
  });
});

const aPlan = { name: 'Standard', sandbox: true, price: null, credentialType: 'client_secret', submissionForm: null };
