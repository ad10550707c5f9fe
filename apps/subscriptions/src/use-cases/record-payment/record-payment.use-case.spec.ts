import { subscriptions, type SubscriptionId } from '#libs/contracts';
import {
  address,
  anId,
  aPrice,
  aStaffMember,
  audited,
  openService,
  Pipeline,
  racing,
  refusals,
  type OpenedService,
} from '#libs/testing';
import { subscriptionsService } from '../../subscriptions.module';

const reference = 'INV-1';

describe('recording a payment', () => {
  let service: OpenedService;
  let pipeline: Pipeline;

  beforeAll(async () => {
    service = await openService(subscriptionsService);
    pipeline = new Pipeline(service);
  });
  afterAll(() => service.close());

  const pay = (subscriptionId: string, given = reference) =>
    pipeline.call(subscriptions.recordPayment, { subscriptionId, reference: given }, pipeline.staff);

  async function expectRefusal(subscriptionId: string, refusal: object, given?: string): Promise<void> {
    const effect = await pipeline.effectOf(subscriptionId, () =>
      expect(pay(subscriptionId, given)).rejects.toMatchObject(refusal),
    );
    expect(effect).toEqual({ published: [], recorded: [] });
  }

  describe('of what is approved', () => {
    it('B46: opens production', async () => {
      const { subscriptionId } = await pipeline.approved({ price: aPrice });
      const effect = await pipeline.effectOf(subscriptionId, async () => {
        expect(await pay(subscriptionId)).toMatchObject({
          phase: 'production',
          payment: { state: 'paid', reference, price: aPrice },
          production: { unlocked: true, reasons: [] },
        });
      });
      expect(effect).toEqual({
        published: ['payment-recorded', 'production-unlocked'],
        recorded: ['payment_recorded: production → production', 'production_unlocked: production → production'],
      });
      expect(await pipeline.grants(subscriptionId)).toEqual(['production', 'sandbox']);
    });

    it('is one row of the audit log; the reference is elsewhere', async () => {
      const { subscriptionId } = await pipeline.approved({ price: aPrice });
      const request = { subscriptionId: subscriptionId as SubscriptionId, reference };
      const { staff } = pipeline;
      const { rows, traceId } = await audited(service, subscriptions.recordPayment, 'shared', request, staff);
      expect(rows).toEqual([
        {
          scope: 'shared',
          id: expect.any(String),
          at: expect.any(Date),
          actor_kind: 'staff',
          actor_id: staff.staffId,
          action: 'subscriptions.record-payment.v1',
          outcome: 'done',
          targets: { id: subscriptionId, subscriptionId },
          address,
          trace_id: traceId,
        },
      ]);
    });

    it('B32: opens production without a sandbox, too', async () => {
      const { subscriptionId, submissionId } = await pipeline.awaitingApproval({ price: aPrice });
      await pipeline.approve({ submissionId });
      const effect = await pipeline.effectOf(subscriptionId, () => pay(subscriptionId));
      expect(effect.recorded).toEqual([
        'payment_recorded: production → production',
        'production_unlocked: production → production',
      ]);
    });

    it('has one effect, however often it is asked for under one Idempotency-Key', async () => {
      const { subscriptionId } = await pipeline.approved({ price: aPrice });
      const effect = await pipeline.effectOf(subscriptionId, async () => {
        const request = { subscriptionId, reference };
        const [first, second] = await pipeline.repeated(subscriptions.recordPayment, request, pipeline.staff);
        expect(second).toEqual(first);
      });
      expect(effect.published).toEqual(['payment-recorded', 'production-unlocked']);
    });
  });

  describe('of what needs no approval', () => {
    it('B32: opens production', async () => {
      const { subscriptionId } = await pipeline.subscribed({ sandbox: false, price: aPrice });
      expect(await pay(subscriptionId)).toMatchObject({ phase: 'production', production: { unlocked: true } });
      expect(await pipeline.grants(subscriptionId)).toEqual(['production']);
    });
  });

  describe('of what is not approved yet', () => {
    it.each([
      ['sandbox', () => pipeline.subscribed({ price: aPrice })],
      ['in_review', () => pipeline.submitted({ price: aPrice })],
      ['rejected', () => pipeline.rejected({ price: aPrice })],
    ] as const)('B46, B44: leaves it where it is, the review still asked for: %s', async (phase, given) => {
      const { subscriptionId } = await given();
      const effect = await pipeline.effectOf(subscriptionId, async () => {
        expect(await pay(subscriptionId)).toMatchObject({
          phase,
          payment: { state: 'paid' },
          production: { unlocked: false, reasons: ['review'] },
        });
      });
      expect(effect).toEqual({
        published: ['payment-recorded'],
        recorded: [`payment_recorded: ${phase} → ${phase}`],
      });
      expect(await pipeline.grants(subscriptionId)).toEqual(['sandbox']);
    });

    it('B46: is opened by the approval then', async () => {
      const submitted = await pipeline.submitted({ price: aPrice });
      await pay(submitted.subscriptionId);
      await pipeline.approve(submitted);
      expect(await pipeline.read(submitted)).toMatchObject({ production: { unlocked: true } });
    });

    it('B32: waits for the approval without a sandbox', async () => {
      const { subscriptionId } = await pipeline.awaitingApproval({ price: aPrice });
      expect(await pay(subscriptionId)).toMatchObject({ phase: 'in_review', production: { reasons: ['review'] } });
    });
  });

  describe('of a free plan', () => {
    it('is refused: there is nothing to pay', async () => {
      const { subscriptionId } = await pipeline.subscribed();
      await expectRefusal(subscriptionId, { code: 'subscriptions.nothing_to_pay' });
    });
  });

  describe('of what is paid', () => {
    it('is refused, and the reference stays', async () => {
      const approved = await pipeline.approved({ price: aPrice });
      await pay(approved.subscriptionId);
      await expectRefusal(approved.subscriptionId, { code: 'subscriptions.already_paid' }, 'INV-2');
      expect((await pipeline.read(approved)).payment.reference).toBe(reference);
    });

    it('is refused to one of two at once', async () => {
      const { subscriptionId } = await pipeline.approved({ price: aPrice });
      const row = { table: 'subscriptions.subscriptions', ids: [subscriptionId] };
      const results = await racing(service, row, [() => pay(subscriptionId), () => pay(subscriptionId)]);
      expect(refusals(results)).toEqual([expect.objectContaining({ code: 'subscriptions.already_paid' })]);
    });
  });

  describe('without a reference', () => {
    it('is refused', async () => {
      const { subscriptionId } = await pipeline.approved({ price: aPrice });
      await expectRefusal(subscriptionId, { code: 'invalid_request', fields: [{ pointer: '/reference' }] }, ' ');
    });
  });

  describe('of nothing, or of what is cancelled', () => {
    it('is refused', async () => {
      await expect(pay(anId())).rejects.toMatchObject({ code: 'not_found' });
      const subscribed = await pipeline.subscribed({ price: aPrice });
      await pipeline.cancel(subscribed);
      await expectRefusal(subscribed.subscriptionId, { code: 'subscriptions.cancelled' });
    });
  });

  describe('by others than an admin', () => {
    it('is forbidden', async () => {
      const { person, subscriptionId } = await pipeline.approved({ price: aPrice });
      for (const caller of [person, aStaffMember('reviewer')]) {
        await expect(
          pipeline.call(subscriptions.recordPayment, { subscriptionId, reference }, caller),
        ).rejects.toMatchObject({ code: 'forbidden' });
      }
    });
  });
});
