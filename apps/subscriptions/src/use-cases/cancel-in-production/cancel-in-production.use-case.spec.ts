import { identity, subscriptions, type PartnerRole, type PersonCaller } from '#libs/contracts';
import { unavailable } from '#libs/errors';
import { anApp, anId, aPerson, openService, Pipeline, racing, until, type OpenedService } from '#libs/testing';
import { subscriptionsService } from '../../subscriptions.module';

const daySeconds = 86_400;
const name = 'Integration';

describe('cancelling a subscription in production', () => {
  let service: OpenedService;
  let pipeline: Pipeline;
  let subscriptionId: string;
  let inSandbox: PersonCaller;
  let admin: PersonCaller;

  beforeAll(async () => {
    service = await openService(subscriptionsService);
    pipeline = new Pipeline(service);
  });
  afterAll(() => service.close());
  beforeEach(async () => {
    pipeline.playIdentity();
    ({ subscriptionId, person: inSandbox } = await pipeline.approved());
    admin = inPrimary('global_admin');
  });

  const inPrimary = (role: PartnerRole) => aPerson('production', { partnerId: inSandbox.partnerId, roles: [role] });
  const cancel = (given: object = {}, person = admin) =>
    pipeline.call(subscriptions.cancelInProduction, { subscriptionId, confirm: name, ...given }, person);
  const restore = (person = admin) => pipeline.call(subscriptions.restoreSubscription, { subscriptionId }, person);
  const read = () => pipeline.call(subscriptions.getSubscription, { subscriptionId }, admin);
  const grant = () =>
    pipeline.call(
      subscriptions.checkGrant,
      { partnerId: admin.partnerId, subscriptionId, environment: 'production' },
      anApp('identity'),
    );
  /** What identity was told about the keys of this subscription, in both environments. */
  const keysCalled = ({ name: method }: { name: string }) =>
    service.neighbours.calls
      .filter((call) => call.method === method)
      .map(({ scope, request }) => ({ scope, ...(request as { subscriptionId: string }) }))
      .filter((call) => call.subscriptionId === subscriptionId);
  const endTime = () =>
    service.admin.query(
      `update subscriptions.subscriptions set restorable_until = now() - interval '1 second' where id = $1`,
      [subscriptionId],
    );
  const workerLooks = () =>
    service.admin.query('update subscriptions.cancellations set next_attempt_at = now() where id = $1', [
      subscriptionId,
    ]);
  const isGone = () =>
    until('the worker to be done with it', async () => {
      const { rows } = await service.admin.query('select 1 from subscriptions.cancellations where id = $1', [
        subscriptionId,
      ]);
      return rows.length === 0;
    });

  describe('cancelled', () => {
    it('stops its keys in both environments, and says until when it can be restored', async () => {
      const { version } = (
        await service.admin.query<{ version: number }>(
          'select version from subscriptions.subscriptions where id = $1',
          [subscriptionId],
        )
      ).rows[0] ?? { version: 0 };
      const { cancellation } = await cancel();
      const at = new Date(cancellation?.at ?? 0).getTime();
      expect(new Date(cancellation?.restorableUntil ?? 0).getTime() - at).toBe(daySeconds * 1_000);
      expect(keysCalled(identity.stopSubscriptionKeys)).toMatchObject([
        { scope: 'sandbox', version: version + 1, revokeTokens: true },
        { scope: 'production', version: version + 1, revokeTokens: true },
      ]);
      expect(keysCalled(identity.endSubscriptionKeys)).toEqual([]);
      expect(await service.published(subscriptions.subscriptionCancelled)).toContainEqual(
        expect.objectContaining({
          aggregateid: subscriptionId,
          aggregateversion: version + 1,
          data: expect.objectContaining({ restorableUntil: cancellation?.restorableUntil, revokeTokens: true }),
        }),
      );
    });

    it('B42: leaves the decision as it is, also when restored: there is nothing to withdraw', async () => {
      const effect = await pipeline.effectOf(subscriptionId, async () => {
        await cancel();
        await restore();
      });
      expect(effect.recorded).toEqual(['cancelled: production → production', 'restored: production → production']);
      expect(await read()).toMatchObject({ phase: 'production', notices: [{ kind: 'approved' }] });
    });

    it('leaves live tokens alone where it says so', async () => {
      await cancel({ revokeTokens: false });
      expect(keysCalled(identity.stopSubscriptionKeys)).toMatchObject([
        { revokeTokens: false },
        { revokeTokens: false },
      ]);
    });

    it('is still read, with production locked; no key is made and nothing else changes', async () => {
      await cancel();
      expect(await read()).toMatchObject({
        phase: 'production',
        production: { reasons: ['cancelled'] },
        cancellation: { restorableUntil: expect.any(String) },
      });
      const { items } = await pipeline.call(subscriptions.listSubscriptions, { limit: 10 }, admin);
      expect(items.map(({ id }) => id)).toEqual([subscriptionId]);
      expect(await grant()).toEqual({ verdict: 'cancelled' });
      for (const act of [
        () => pipeline.call(subscriptions.submitForReview, { subscriptionId }, inSandbox),
        () => pipeline.call(subscriptions.cancelSubscription, { subscriptionId }, admin),
        () => pipeline.call(subscriptions.recordPayment, { subscriptionId, reference: 'INV-1' }, pipeline.staff),
      ])
        await expect(act()).rejects.toMatchObject({ code: 'subscriptions.cancelled' });
    });

    it('once, and is told once, by two at once and by whoever repeats it; the keys are stopped each time', async () => {
      const row = { table: 'subscriptions.subscriptions', ids: [subscriptionId] };
      const effect = await pipeline.effectOf(subscriptionId, async () => {
        await racing(service, row, [() => cancel(), () => cancel()]);
        await cancel();
      });
      expect(effect).toEqual({
        published: ['subscription-cancelled'],
        recorded: ['cancelled: production → production'],
      });
      const stops = keysCalled(identity.stopSubscriptionKeys) as { version?: number }[];
      expect(stops).toHaveLength(6);
      expect(new Set(stops.map(({ version }) => version)).size).toBe(1);
    });

    it('says so where identity is away, and may be repeated', async () => {
      service.neighbours.handle(identity.stopSubscriptionKeys, () => {
        throw unavailable();
      });
      await expect(cancel()).rejects.toMatchObject({ code: 'unavailable' });
      pipeline.playIdentity();
      await cancel();
      expect(await pipeline.published(subscriptionId)).toContain('subscription-cancelled');
    });
  });

  describe('refused, and nothing changes', () => {
    const refused = async (act: () => Promise<unknown>, error: object) => {
      const effect = await pipeline.effectOf(subscriptionId, () => expect(act()).rejects.toMatchObject(error));
      expect(effect).toEqual({ published: [], recorded: [] });
      expect(keysCalled(identity.stopSubscriptionKeys)).toEqual([]);
    };

    it.each(['integration', 'Integrations', 'Something else'])('with another name: “%s”', async (confirm) => {
      const act = () => cancel({ confirm });
      await refused(act, { code: 'invalid_request', fields: [expect.objectContaining({ pointer: '/confirm' })] });
    });

    it('to everybody in the sandbox account, and to a developer of the primary one', async () => {
      for (const person of [inSandbox, inPrimary('developer')])
        for (const act of [() => cancel({}, person), () => restore(person)]) await refused(act, { code: 'forbidden' });
    });

    it('what is not in production: it is cancelled the other way', async () => {
      ({ subscriptionId, person: inSandbox } = await pipeline.subscribed());
      await refused(() => cancel({}, inPrimary('global_admin')), { code: 'subscriptions.not_in_production' });
    });

    it('somebody else’s', async () => {
      const stranger = aPerson('production');
      await refused(() => cancel({}, stranger), { code: 'not_found' });
      await refused(() => restore(stranger), { code: 'not_found' });
    });
  });

  describe('restored', () => {
    it('is what it was: phase, grant and keys, under a later version', async () => {
      await cancel();
      const effect = await pipeline.effectOf(subscriptionId, () => restore());
      expect(effect).toEqual({
        published: ['subscription-restored'],
        recorded: ['restored: production → production'],
      });
      expect(await read()).toMatchObject({ phase: 'production', cancellation: null, production: { reasons: [] } });
      expect(await grant()).toMatchObject({ verdict: 'granted' });
      const [stop] = keysCalled(identity.stopSubscriptionKeys) as { version?: number }[];
      const later = { version: (stop?.version ?? 0) + 1 };
      expect(keysCalled(identity.restoreSubscriptionKeys)).toMatchObject([later, later]);
      await isGone();
    });

    it('repeated under its Idempotency-Key tells identity the same version, however the subscription has moved on', async () => {
      const options = { idempotencyKey: anId() };
      const act = () => service.call(subscriptions.restoreSubscription, 'shared', { subscriptionId }, admin, options);
      await cancel();
      await act();
      await cancel();
      await act();
      const versions = (keysCalled(identity.restoreSubscriptionKeys) as { version?: number }[]).map(
        ({ version }) => version,
      );
      expect(new Set(versions).size).toBe(1);
      expect((await read()).cancellation).not.toBeNull();
    });

    it('refused where it is not cancelled, and when the time is over', async () => {
      await expect(restore()).rejects.toMatchObject({ code: 'subscriptions.not_cancelled' });
      await cancel();
      await endTime();
      await expect(restore()).rejects.toMatchObject({ code: 'subscriptions.restoring_too_late' });
      await workerLooks();
      await isGone();
      await expect(restore()).rejects.toMatchObject({ code: 'subscriptions.restoring_too_late' });
      await expect(cancel()).rejects.toMatchObject({ code: 'subscriptions.cancelled' });
    });
  });

  describe('when the time to restore it is over', () => {
    it('it cannot be restored any more, its keys end, and that is on record', async () => {
      await cancel();
      await endTime();
      const effect = await pipeline.effectOf(subscriptionId, async () => {
        await workerLooks();
        await isGone();
      });
      expect(effect).toEqual({ published: ['subscription-ended'], recorded: ['ended: production → production'] });
      expect((await read()).cancellation).toMatchObject({ restorableUntil: null });
      expect(await grant()).toEqual({ verdict: 'cancelled' });
      expect((await service.acts()).at(-1)).toMatchObject({
        by: { kind: 'system', id: null },
        action: 'subscriptions.end-cancelled',
        targets: { subscriptionId, partnerId: admin.partnerId },
      });
    });

    it('it is not ended before, whatever the worker is told', async () => {
      await cancel();
      await workerLooks();
      await until('the worker to put it off', async () => {
        const { rows } = await service.admin.query(
          `select 1 from subscriptions.cancellations
           where id = $1 and next_attempt_at > now() + interval '1 hour' and attempts > 0`,
          [subscriptionId],
        );
        return rows.length > 0;
      });
      expect((await read()).cancellation).not.toBeNull();
    });

    it('whoever restores it in that moment has it or has not, and no half of it', async () => {
      await cancel();
      await endTime();
      await workerLooks();
      await expect(restore()).rejects.toMatchObject({
        code: expect.stringMatching(/restoring_too_late/),
      });
      await isGone();
      expect((await pipeline.recorded(subscriptionId)).at(-1)).toBe('ended: production → production');
    });
  });
});
