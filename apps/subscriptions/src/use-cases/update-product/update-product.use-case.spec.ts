import { subscriptions } from '#libs/contracts';
import { anId, aStaffMember, openService, Pipeline, racing, refusals, type OpenedService } from '#libs/testing';
import { subscriptionsService } from '../../subscriptions.module';

describe('updating a product', () => {
  let service: OpenedService;
  let pipeline: Pipeline;

  beforeAll(async () => {
    service = await openService(subscriptionsService);
    pipeline = new Pipeline(service);
  });
  afterAll(() => service.close());

  const update = (productId: string, change: object) =>
    pipeline.call(subscriptions.updateProduct, { productId, ...change }, pipeline.staff);
  const read = (productId: string) => pipeline.call(subscriptions.getProduct, { productId }, pipeline.staff);

  describe('that is there', () => {
    it('changes what is named and leaves the rest', async () => {
      const productId = await pipeline.product();
      const before = await read(productId);
      const updated = await update(productId, { name: 'Renamed', endpoints: { production: 'https://api.example' } });
      const endpoints = { ...before.endpoints, production: 'https://api.example' };
      expect(updated).toEqual({ ...before, name: 'Renamed', endpoints });
      expect(await read(productId)).toEqual(updated);
    });

    it('takes an endpoint away with null', async () => {
      const productId = await pipeline.product();
      expect((await update(productId, { endpoints: { sandbox: null } })).endpoints).toEqual({
        sandbox: null,
        production: null,
      });
    });

    it('answers a repetition under one Idempotency-Key with what it answered first', async () => {
      const request = { productId: await pipeline.product(), name: 'Once' };
      const [first, second] = await pipeline.repeated(subscriptions.updateProduct, request, pipeline.staff);
      expect(second).toEqual(first);
    });

    it('loses no change of two that are made at once', async () => {
      const id = await pipeline.product();
      const changes = [{ name: 'By one' }, { description: 'By the other' }];
      const calls = changes.map((change) => () => update(id, change));
      await racing(service, { table: 'subscriptions.products', ids: [id] }, calls);
      expect(await read(id)).toMatchObject({ name: 'By one', description: 'By the other' });
    });
  });

  describe('to a slug that is taken', () => {
    it('is refused, and the product keeps its own', async () => {
      const [productId, other] = [await pipeline.product(), await pipeline.product()];
      const before = await read(productId);
      const { slug } = await read(other);
      await expect(update(productId, { slug, name: 'Renamed' })).rejects.toMatchObject({
        code: 'subscriptions.slug_taken',
      });
      expect(await read(productId)).toEqual(before);
    });

    it('is refused to all but one who ask at once', async () => {
      const [one, other] = [await pipeline.product(), await pipeline.product()];
      const slug = `api-${anId()}`;
      const results = await Promise.allSettled([update(one, { slug }), update(other, { slug })]);
      expect(refusals(results)).toEqual([expect.objectContaining({ code: 'subscriptions.slug_taken' })]);
    });
  });

  describe('that is not there', () => {
    it('finds nothing', async () => {
      await expect(update(anId(), { name: 'Renamed' })).rejects.toMatchObject({ code: 'not_found' });
    });
  });

  describe('by a reviewer', () => {
    it('is forbidden', async () => {
      const request = { productId: await pipeline.product(), name: 'Renamed' };
      await expect(pipeline.call(subscriptions.updateProduct, request, aStaffMember('reviewer'))).rejects.toMatchObject(
        { code: 'forbidden' },
      );
    });
  });
});
