import { subscriptions, type Environment } from '#libs/contracts';
import { anApp, anId, aPrice, openService, Pipeline, type OpenedService } from '#libs/testing';
import { subscriptionsService } from '../../subscriptions.module';

describe('checking a grant', () => {
  let service: OpenedService;
  let pipeline: Pipeline;

  beforeAll(async () => {
    service = await openService(subscriptionsService);
    pipeline = new Pipeline(service);
  });
  afterAll(() => service.close());

  type Subscribed = Awaited<ReturnType<Pipeline['subscribed']>>;
  const check = ({ person, subscriptionId }: Subscribed, environment: Environment) =>
    pipeline.call(
      subscriptions.checkGrant,
      { partnerId: person.partnerId, subscriptionId, environment },
      anApp('identity'),
    );

  describe('granted', () => {
    it('B33: in the sandbox from the start, and names the product', async () => {
      const subscribed = await pipeline.subscribed();
      const { product } = await pipeline.read(subscribed);
      expect(await check(subscribed, 'sandbox')).toEqual({
        verdict: 'granted',
        productId: product.id,
        keyLifetimeDays: null,
        keySlotsPer: 'account',
      });
    });

    it('B16: and says how long a key lives, as the plan has it', async () => {
      const subscribed = await pipeline.subscribed({ keyLifetimeDays: 90 });
      expect(await check(subscribed, 'sandbox')).toMatchObject({ verdict: 'granted', keyLifetimeDays: 90 });
    });

    it('B21: and where its places are counted', async () => {
      const subscribed = await pipeline.subscribed({ keySlotsPer: 'subscription' });
      expect(await check(subscribed, 'sandbox')).toMatchObject({ verdict: 'granted', keySlotsPer: 'subscription' });
    });

    it('B45: in production from the approval on', async () => {
      expect(await check(await pipeline.approved(), 'production')).toMatchObject({ verdict: 'granted' });
    });

    it('B32: in production at once on a plan that asks for nothing', async () => {
      const subscribed = await pipeline.subscribed({ sandbox: false });
      expect(await check(subscribed, 'production')).toMatchObject({ verdict: 'granted' });
    });

    it.each(['submitted', 'approved', 'rejected'] as const)('B47: in the sandbox whatever comes: %s', async (there) => {
      expect(await check(await pipeline[there](), 'sandbox')).toMatchObject({ verdict: 'granted' });
    });
  });

  describe('locked', () => {
    it.each(['subscribed', 'submitted', 'rejected'] as const)(
      'B34: in production without an approval: %s',
      async (there) => {
        const locked = { verdict: 'locked', reasons: ['review'] };
        expect(await check(await pipeline[there](), 'production')).toEqual(locked);
      },
    );

    it('B34, B46: lists every reason', async () => {
      const locked = { verdict: 'locked', reasons: ['review', 'payment'] };
      expect(await check(await pipeline.subscribed({ price: aPrice }), 'production')).toEqual(locked);
    });

    it('B46: until it is paid, approval or not', async () => {
      const approved = await pipeline.approved({ price: aPrice });
      expect(await check(approved, 'production')).toEqual({ verdict: 'locked', reasons: ['payment'] });
      const { subscriptionId } = approved;
      await pipeline.call(subscriptions.recordPayment, { subscriptionId, reference: 'INV-1' }, pipeline.staff);
      expect(await check(approved, 'production')).toMatchObject({ verdict: 'granted' });
    });
  });

  describe('no sandbox', () => {
    it('B32: in the sandbox on a plan without one', async () => {
      const subscribed = await pipeline.subscribed({ sandbox: false });
      expect(await check(subscribed, 'sandbox')).toEqual({ verdict: 'no_sandbox' });
    });
  });

  describe('unknown', () => {
    it("for a subscription of nobody, or of another partner's", async () => {
      const subscribed = await pipeline.approved();
      const other = await pipeline.subscribed();
      expect(await check({ ...subscribed, subscriptionId: anId() }, 'sandbox')).toEqual({ verdict: 'unknown' });
      expect(await check({ ...subscribed, person: other.person }, 'sandbox')).toEqual({ verdict: 'unknown' });
    });
  });

  describe('cancelled', () => {
    it('in both environments', async () => {
      const subscribed = await pipeline.approved();
      await pipeline.cancel(subscribed);
      for (const environment of ['sandbox', 'production'] as const) {
        expect(await check(subscribed, environment)).toEqual({ verdict: 'cancelled' });
      }
    });
  });

  describe('by anybody but a service', () => {
    it('is forbidden', async () => {
      const { person, subscriptionId } = await pipeline.subscribed();
      const request = { partnerId: person.partnerId, subscriptionId, environment: 'sandbox' };
      for (const caller of [person, pipeline.staff]) {
        await expect(pipeline.call(subscriptions.checkGrant, request, caller)).rejects.toMatchObject({
          code: 'forbidden',
        });
      }
    });
  });
});
