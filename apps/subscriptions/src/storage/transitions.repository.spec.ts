import { actorOf, subscriptions, type SubscriptionId } from '#libs/contracts';
import { aPrice, openService, Pipeline, type OpenedService } from '#libs/testing';
import type { Action } from '../domain/phases';
import { subscriptionsService } from '../subscriptions.module';
import { advance } from './transitions.repository';
import { getAny } from './subscriptions.repository';

describe('the record of a subscription', () => {
  let service: OpenedService;
  let pipeline: Pipeline;

  beforeAll(async () => {
    service = await openService(subscriptionsService);
    pipeline = new Pipeline(service);
  });
  afterAll(() => service.close());

  /** In the service's own role. */
  const write = (sql: string, parameters: unknown[]) =>
    service.database.transaction('shared', 'trace', ({ manager }) => manager.query(sql, parameters));

  describe('of a life in which everything happened', () => {
    it('B40: has every action once, in the order of its versions', async () => {
      const submitted = await pipeline.submitted({ price: aPrice });
      const { person, subscriptionId } = submitted;
      await pipeline.requestChanges(submitted);
      await pipeline.submit(submitted);
      await pipeline.call(subscriptions.withdrawSubmission, { subscriptionId }, person);
      const submissionId = await pipeline.submit(submitted);
      const notes = 'Not like this.';
      await pipeline.call(subscriptions.rejectSubmission, { submissionId, notes }, pipeline.reviewer);
      await pipeline.call(subscriptions.reopenSubscription, { submissionId, notes }, pipeline.reviewer);
      await pipeline.approve({ submissionId: await pipeline.submit(submitted) });
      await pipeline.call(subscriptions.recordPayment, { subscriptionId, reference: 'INV-1' }, pipeline.staff);
      await pipeline.cancel(submitted);

      expect(await pipeline.recorded(subscriptionId)).toEqual([
        'created: nothing → sandbox',
        'submitted: sandbox → in_review',
        'changes_requested: in_review → sandbox',
        'submitted: sandbox → in_review',
        'withdrawn: in_review → sandbox',
        'submitted: sandbox → in_review',
        'rejected: in_review → rejected',
        'reopened: rejected → sandbox',
        'submitted: sandbox → in_review',
        'approved: in_review → production',
        'payment_recorded: production → production',
        'production_unlocked: production → production',
        'cancelled: production → production',
      ]);
      const { rows } = await service.admin.query(
        'select version, actor from subscriptions.transitions where subscription_id = $1 order by version',
        [subscriptionId],
      );
      expect(rows.map(({ version }) => version)).toEqual(rows.map((_row, index) => index + 1));
      expect(rows.at(-1).actor).toEqual(actorOf(person));
    });

    it('has an event of the same version for each of them', async () => {
      const { subscriptionId } = await pipeline.approved();
      const events = await service.published();
      const own = events.filter(({ subject }) => subject === subscriptionId);
      expect(own.map(({ aggregateversion }) => aggregateversion)).toEqual([1, 2, 3, 4]);
    });
  });

  describe('once it is written', () => {
    it.each([
      ['changed', `update subscriptions.transitions set notes = 'never' where subscription_id = $1`],
      ['taken back', 'delete from subscriptions.transitions where subscription_id = $1'],
    ])('cannot be %s, by the service or by an administrator', async (_what, sql) => {
      const { subscriptionId } = await pipeline.subscribed();
      await expect(write(sql, [subscriptionId])).rejects.toThrow(/permission denied/);
      await expect(service.admin.query(sql, [subscriptionId])).rejects.toThrow(/append-only/);
      expect(await pipeline.recorded(subscriptionId)).toEqual(['created: nothing → sandbox']);
    });

    it('cannot be emptied', async () => {
      await expect(service.admin.query('truncate subscriptions.transitions')).rejects.toThrow(/append-only/);
    });
  });

  describe('of what must not happen', () => {
    const actor = { kind: 'system', id: null, displayName: 'Slipway' } as const;

    it.each([
      ['approved', 'sandbox', 'production'],
      ['submitted', 'rejected', 'in_review'],
      ['payment_recorded', 'sandbox', 'production'],
      ['production_unlocked', null, 'production'],
      ['cancelled', 'sandbox', 'production'],
      ['promoted', 'sandbox', 'production'],
    ])('B44: is refused by Postgres: %s from %s to %s', async (action, from, to) => {
      const { subscriptionId } = await pipeline.subscribed();
      const insert = `insert into subscriptions.transitions (subscription_id, version, action, from_phase, to_phase, actor, at)
                      values ($1, 2, $2, $3, $4, $5, now())`;
      await expect(write(insert, [subscriptionId, action, from, to, actor])).rejects.toThrow(/transitions_legal/);
    });

    it.each([
      ['approved', 'production'],
      ['rejected', 'rejected'],
      ['reopened', 'sandbox'],
    ] as const)('B44: is refused before Postgres: %s from sandbox', async (action: Action, to) => {
      const { subscriptionId } = await pipeline.subscribed();
      const skipping = service.database.transaction('shared', 'trace', async (tx) =>
        advance(tx, await getAny(tx.manager, subscriptionId as SubscriptionId), { action, to, by: actor }),
      );
      await expect(skipping).rejects.toThrow(/does not lead from sandbox/);
      expect(await pipeline.recorded(subscriptionId)).toEqual(['created: nothing → sandbox']);
    });
  });

  describe('on what has changed since it was read', () => {
    it('is refused: one version has one successor', async () => {
      const subscribed = await pipeline.subscribed();
      const read = await getAny(service.database.read('shared'), subscribed.subscriptionId as SubscriptionId);
      await pipeline.submit(subscribed);
      const by = actorOf(subscribed.person);
      const late = service.database.transaction('shared', 'trace', (tx) =>
        advance(tx, read, { action: 'submitted', to: 'in_review', by }),
      );
      await expect(late).rejects.toMatchObject({ code: 'conflict' });
    });
  });
});
