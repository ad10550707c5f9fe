import { subscriptions } from '#libs/contracts';
import { anId, aPerson, openService, Pipeline, racing, type OpenedService } from '#libs/testing';
import { subscriptionsService } from '../../subscriptions.module';

const aDatum = (name: string) => ({ type: 'customer', name, description: 'A customer to test with.', value: '4711' });

describe('setting test data', () => {
  let service: OpenedService;
  let pipeline: Pipeline;

  beforeAll(async () => {
    service = await openService(subscriptionsService);
    pipeline = new Pipeline(service);
  });
  afterAll(() => service.close());

  const set = (productId: string, items: object[]) =>
    pipeline.call(subscriptions.setTestData, { productId, items }, pipeline.staff);
  const read = (productId: string) => pipeline.call(subscriptions.getProductTestData, { productId }, pipeline.staff);

  describe('of a product', () => {
    it('B35: replaces all of it, in the order given', async () => {
      const productId = await pipeline.product();
      await set(productId, [aDatum('first'), aDatum('second')]);
      expect(await set(productId, [aDatum('third'), aDatum('first')])).toEqual({
        items: [aDatum('third'), aDatum('first')],
      });
      expect(await read(productId)).toEqual({ items: [aDatum('third'), aDatum('first')] });
    });

    it('B35: is read by the subscribed partner', async () => {
      const { person, subscriptionId, planId } = await pipeline.subscribed();
      const { rows } = await service.admin.query('select product_id from subscriptions.plans where id = $1', [planId]);
      await set(rows[0].product_id, [aDatum('first')]);
      const data = await pipeline.call(subscriptions.getTestData, { subscriptionId }, person);
      expect(data).toEqual({ items: [aDatum('first')] });
    });

    it('may be emptied', async () => {
      const productId = await pipeline.product();
      await set(productId, [aDatum('first')]);
      expect(await set(productId, [])).toEqual({ items: [] });
    });

    it('answers a repetition under one Idempotency-Key without setting it again', async () => {
      const request = { productId: await pipeline.product(), items: [aDatum('first')] };
      const [first, second] = await pipeline.repeated(subscriptions.setTestData, request, pipeline.staff);
      expect(second).toEqual(first);
    });

    it('takes turns: of two who set it at once, one has it whole', async () => {
      const id = await pipeline.product();
      const sets = ['one', 'other'].map((name) => () => set(id, [aDatum(name), aDatum(`${name} again`)]));
      const results = await racing(service, { table: 'subscriptions.products', ids: [id] }, sets);
      expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
      expect((await read(id)).items).toHaveLength(2);
    });
  });

  describe('of no product', () => {
    it('finds nothing', async () => {
      await expect(set(anId(), [])).rejects.toMatchObject({ code: 'not_found' });
      await expect(read(anId())).rejects.toMatchObject({ code: 'not_found' });
    });
  });

  describe('by somebody of a partner', () => {
    it('is forbidden', async () => {
      const request = { productId: await pipeline.product(), items: [] };
      await expect(pipeline.call(subscriptions.setTestData, request, aPerson('sandbox'))).rejects.toMatchObject({
        code: 'forbidden',
      });
    });
  });
});
