import { subscriptions } from '#libs/contracts';
import { anApp, anId, anybody, aPerson, aStaffMember, openService, Pipeline, type OpenedService } from '#libs/testing';
import { subscriptionsService } from '../../subscriptions.module';

describe('reading products', () => {
  let service: OpenedService;
  let pipeline: Pipeline;

  beforeAll(async () => {
    service = await openService(subscriptionsService);
    pipeline = new Pipeline(service);
  });
  afterAll(() => service.close());

  const list = (page: object) => pipeline.call(subscriptions.listProducts, page, aPerson('sandbox'));

  describe('page by page', () => {
    it('gives each once, newest first, and says where it ends', async () => {
      const ids = [await pipeline.product(), await pipeline.product(), await pipeline.product()].reverse();
      const first = await list({ limit: 2 });
      expect(first.items.map(({ id }) => id)).toEqual(ids.slice(0, 2));
      const second = await list({ limit: 2, cursor: first.nextCursor });
      expect(second.items[0]?.id).toBe(ids[2]);
      const all = await list({ limit: 100 });
      expect(all.nextCursor).toBeNull();
    });

    it('refuses a cursor that is none of ours', async () => {
      await expect(list({ limit: 2, cursor: 'elsewhere' })).rejects.toMatchObject({
        code: 'invalid_request',
        fields: [{ pointer: '/cursor' }],
      });
    });
  });

  describe('one', () => {
    it('has its own plans and no others', async () => {
      const { id: planId } = await pipeline.plan();
      await pipeline.plan();
      const { items } = await list({ limit: 100 });
      expect(items.find(({ plans }) => plans.some(({ id }) => id === planId))?.plans).toHaveLength(1);
    });

    it('is not found where there is none', async () => {
      await expect(
        pipeline.call(subscriptions.getProduct, { productId: anId() }, pipeline.staff),
      ).rejects.toMatchObject({ code: 'not_found' });
    });
  });

  describe('for the data plane', () => {
    const resolve = (slug: string) => pipeline.call(subscriptions.resolveProduct, { slug }, anApp('gateway'));

    it('says where calls go', async () => {
      const productId = await pipeline.product();
      const { slug, endpoints } = await pipeline.call(subscriptions.getProduct, { productId }, pipeline.staff);
      expect(await resolve(slug)).toEqual({ product: { id: productId, endpoints } });
    });

    it('says that there is none', async () => {
      expect(await resolve('no-such-product')).toEqual({ product: null });
    });

    it('is forbidden to people', async () => {
      await expect(
        pipeline.call(subscriptions.resolveProduct, { slug: 'any' }, aPerson('sandbox')),
      ).rejects.toMatchObject({ code: 'forbidden' });
    });
  });

  describe('by whom', () => {
    it('is open to reviewers too', async () => {
      await expect(
        pipeline.call(subscriptions.listProducts, { limit: 1 }, aStaffMember('reviewer')),
      ).resolves.toHaveProperty('items');
    });

    it('is refused to who is not signed in', async () => {
      await expect(pipeline.call(subscriptions.listProducts, { limit: 1 }, anybody)).rejects.toMatchObject({
        code: 'not_signed_in',
      });
    });
  });
});
