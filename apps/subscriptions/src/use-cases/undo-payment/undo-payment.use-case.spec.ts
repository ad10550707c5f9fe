import { identity, subscriptions, type SubscriptionId } from '#libs/contracts';
import {
  anApp,
  anId,
  aPerson,
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

describe('undoing a payment', () => {
  let service: OpenedService;
  let pipeline: Pipeline;

  beforeAll(async () => {
    service = await openService(subscriptionsService);
    pipeline = new Pipeline(service);
  });
  afterAll(() => service.close());
  beforeEach(() => pipeline.playIdentity());

  const pay = (subscriptionId: string) =>
    pipeline.call(subscriptions.recordPayment, { subscriptionId, reference: 'INV-1' }, pipeline.staff);
  const undo = (subscriptionId: string, notes?: string) =>
    pipeline.call(subscriptions.undoPayment, { subscriptionId, notes }, pipeline.staff);
  const grantOf = (subscriptionId: string, partnerId: string) =>
    pipeline.call(
      subscriptions.checkGrant,
      { partnerId, subscriptionId, environment: 'production' },
      anApp('identity'),
    );
  const callsSince = (before: number, subscriptionId: string) =>
    service.neighbours.calls
      .slice(before)
      .filter(({ request }) => (request as { subscriptionId?: string }).subscriptionId === subscriptionId)
      .map(({ method, scope }) => `${method} in ${scope}`);

  async function paid() {
    const approved = await pipeline.approved({ price: aPrice });
    await pay(approved.subscriptionId);
    return approved;
  }

  async function expectRefusal(subscriptionId: string, code: string): Promise<void> {
    const effect = await pipeline.effectOf(subscriptionId, () =>
      expect(undo(subscriptionId)).rejects.toMatchObject({ code }),
    );
    expect(effect).toEqual({ published: [], recorded: [] });
  }

  it('B46: locks production as before it was paid, and says so', async () => {
    const { subscriptionId, person } = await paid();
    const effect = await pipeline.effectOf(subscriptionId, async () => {
      expect(await undo(subscriptionId, 'Of another invoice.')).toMatchObject({
        phase: 'production',
        payment: { state: 'due', reference: null, paidAt: null },
        production: { unlocked: false, reasons: ['payment'] },
      });
    });
    expect(effect).toEqual({
      published: ['payment-undone'],
      recorded: ['payment_undone: production → production'],
    });
    expect(await pipeline.grants(subscriptionId)).toEqual(['sandbox']);
    expect(await grantOf(subscriptionId, person.partnerId)).toEqual({ verdict: 'locked', reasons: ['payment'] });
    const { items } = await pipeline.call(subscriptions.getTimeline, { subscriptionId }, person);
    expect(items[0]).toMatchObject({
      title: 'Payment taken back',
      notes: 'Of another invoice.',
      by: { kind: 'staff' },
    });
    const [event] = (await service.published(subscriptions.paymentUndone)).slice(-1);
    expect(event).toMatchObject({ data: { subscriptionId, notes: 'Of another invoice.' } });
  });

  it('B46: recorded again, production opens again', async () => {
    const { subscriptionId, person } = await paid();
    await undo(subscriptionId);
    expect(await pay(subscriptionId)).toMatchObject({ payment: { state: 'paid' }, production: { unlocked: true } });
    expect(await grantOf(subscriptionId, person.partnerId)).toMatchObject({ verdict: 'granted' });
  });

  it('what is not approved yet stays where it is', async () => {
    const { subscriptionId } = await pipeline.submitted({ price: aPrice });
    await pay(subscriptionId);
    expect(await undo(subscriptionId)).toMatchObject({ phase: 'in_review', payment: { state: 'due' } });
  });

  it('is one row of the audit, without the notes', async () => {
    const { subscriptionId } = await paid();
    const request = { subscriptionId: subscriptionId as SubscriptionId, notes: 'Of another invoice.' };
    const { rows } = await audited(service, subscriptions.undoPayment, 'shared', request, pipeline.staff);
    expect(rows).toMatchObject([
      { action: 'subscriptions.undo-payment.v1', outcome: 'done', targets: { id: subscriptionId, subscriptionId } },
    ]);
    expect(JSON.stringify(rows)).not.toContain('invoice');
  });

  describe('with production keys', () => {
    it('is refused: they may carry somebody’s business', async () => {
      const { subscriptionId } = await paid();
      service.neighbours.handle(identity.hasLiveKey, () => ({ live: true }));
      await expectRefusal(subscriptionId, 'subscriptions.has_production_keys');
      expect(await pipeline.grants(subscriptionId)).toEqual(['production', 'sandbox']);
    });

    it('looks in production alone', async () => {
      const { subscriptionId } = await paid();
      const before = service.neighbours.calls.length;
      await undo(subscriptionId);
      expect(callsSince(before, subscriptionId)).toEqual([
        'has-live-key in production',
        'stop-subscription-keys in production',
      ]);
    });

    it('one that is made in this very moment is stopped, and goes on when it is paid', async () => {
      const { subscriptionId } = await paid();
      const versions: number[] = [];
      const note = ({ version }: { version: number }) => {
        versions.push(version);
        return {};
      };
      service.neighbours.handle(identity.stopSubscriptionKeys, note).handle(identity.restoreSubscriptionKeys, note);
      await undo(subscriptionId);
      await pay(subscriptionId);
      // What comes later has the higher version, or identity would not believe it; and the events say the same numbers.
      const events = (await service.published())
        .filter(({ aggregateid, type }) => aggregateid === subscriptionId && /payment-(undone|recorded)/.test(type))
        .slice(-2);
      expect(versions).toEqual(events.map(({ aggregateversion }) => aggregateversion));
      expect(versions[0]).toBeLessThan(versions[1] ?? 0);
    });
  });

  it('a payment that was never undone has nothing to let go on', async () => {
    const { subscriptionId } = await pipeline.approved({ price: aPrice });
    const before = service.neighbours.calls.length;
    await pay(subscriptionId);
    expect(callsSince(before, subscriptionId)).toEqual([]);
  });

  describe('of what is not paid', () => {
    it('is refused', async () => {
      const due = await pipeline.approved({ price: aPrice });
      await expectRefusal(due.subscriptionId, 'subscriptions.not_paid');
      const free = await pipeline.approved();
      await expectRefusal(free.subscriptionId, 'subscriptions.not_paid');
    });

    it('is refused to one of two at once', async () => {
      const { subscriptionId } = await paid();
      const row = { table: 'subscriptions.subscriptions', ids: [subscriptionId] };
      const results = await racing(service, row, [() => undo(subscriptionId), () => undo(subscriptionId)]);
      expect(refusals(results)).toEqual([expect.objectContaining({ code: 'subscriptions.not_paid' })]);
    });
  });

  it('of nothing, or of what is cancelled, is refused', async () => {
    await expect(undo(anId())).rejects.toMatchObject({ code: 'not_found' });
    const { person, subscriptionId } = await paid();
    const primary = aPerson('production', { partnerId: person.partnerId });
    await pipeline.call(subscriptions.cancelInProduction, { subscriptionId, confirm: 'Integration' }, primary);
    await expectRefusal(subscriptionId, 'subscriptions.cancelled');
  });

  it('by others than an admin is forbidden', async () => {
    const { person, subscriptionId } = await paid();
    for (const caller of [person, aStaffMember('reviewer')])
      await expect(pipeline.call(subscriptions.undoPayment, { subscriptionId }, caller)).rejects.toMatchObject({
        code: 'forbidden',
      });
  });
});
