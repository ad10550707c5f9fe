import { Latch } from '#libs/clock';
import {
  eventType,
  notifications,
  subscriptions,
  type CloudEvent,
  type Environment,
  type PartnerId,
  type PersonCaller,
  type SubscriptionId,
} from '#libs/contracts';
import { anApp, anId, aPerson, aStaffMember, openService, until, type OpenedService } from '#libs/testing';
import { OnOutcome } from '../event-handlers/on-outcome/on-outcome.event-handler';
import { notificationsService } from '../notifications.module';

type Page = { after?: number; limit?: number; partnerId?: PartnerId; begin?: 'end' };

/** B52, as the consumer writes and readers read. */
describe('a feed', () => {
  let service: OpenedService;
  let person: PersonCaller;
  const staff = aStaffMember();

  beforeAll(async () => {
    service = await openService(notificationsService);
  });
  afterAll(() => service.close());
  beforeEach(() => {
    person = aPerson('sandbox');
  });

  const approval = (subscriptionId: SubscriptionId, version: number, partnerId = person.partnerId): CloudEvent => {
    const definition = subscriptions.submissionApproved;
    return {
      ...{ specversion: '1.0', id: anId(), type: eventType(definition), source: 'slipway/subscriptions' },
      ...{ subject: subscriptionId, time: '2026-01-02T03:04:05.678Z', datacontenttype: 'application/json' },
      ...{ scope: 'shared', aggregateid: subscriptionId, aggregateversion: version, traceid: '0'.repeat(32) },
      data: definition.data.parse({
        ...{ partnerId, subscriptionId, subscriptionName: 'Integration', productName: 'Orders API' },
        ...{ by: { kind: 'staff', id: anId(), displayName: 'Rosa Reviewer' }, submissionId: anId(), number: 1 },
        notes: 'Well done.',
      }),
    };
  };
  const happen = (events: CloudEvent[], environment: Environment = person.environment) =>
    service.database.transaction(environment, '0'.repeat(32), (tx) => service.get(OnOutcome).notify(events, tx));
  const read = (page: Page = {}, by: PersonCaller = person) =>
    service.call(notifications.listEvents, by.environment, page, by);
  const ids = ({ items }: notifications.FeedPart) => items.map(({ id }) => id);

  it('has what happened to the account, oldest first, as CloudEvents with a cursor each', async () => {
    const subscriptionId = anId<SubscriptionId>();
    const events = [approval(subscriptionId, 1), approval(subscriptionId, 2)];
    await happen(events);
    const part = await read();
    expect(ids(part)).toEqual(events.map(({ id }) => id));
    expect(part.items.map(({ cursor }) => cursor)).toEqual([1, 2]);
    expect([part.nextCursor, part.more]).toEqual([2, false]);
    expect(part.items[0]).toEqual({
      ...{ specversion: '1.0', id: events[0]?.id, type: 'subscriptions.submission-approved.v1', cursor: 1 },
      ...{ source: `http://localhost:8080/${person.environment}`, datacontenttype: 'application/json' },
      time: '2026-01-02T03:04:05.678Z',
      data: expect.objectContaining({ partnerId: person.partnerId, subscriptionId, sequence: 1 }),
    });
    expect(JSON.stringify(part)).not.toMatch(/Rosa|Well done|Integration/);
  });

  it('goes on from where the reader stopped, page by page, and says where it ends', async () => {
    const events = [1, 2, 3].map(() => approval(anId(), 1));
    await happen(events);
    const first = await read({ limit: 2 });
    expect([ids(first), first.more, first.nextCursor]).toEqual([events.slice(0, 2).map(({ id }) => id), true, 2]);
    const second = await read({ after: first.nextCursor, limit: 2 });
    expect([ids(second), second.more, second.nextCursor]).toEqual([[events[2]?.id], false, 3]);
    expect(await read({ after: 3 })).toEqual({ items: [], nextCursor: 3, more: false });
    expect(await read({ begin: 'end' })).toEqual({ items: [], nextCursor: 3, more: false });
  });

  it('there is nothing in that of somebody to whom nothing has happened', async () => {
    expect(await read()).toEqual({ items: [], nextCursor: 0, more: false });
    await expect(read({ after: 1 })).rejects.toMatchObject({ code: 'invalid_request' });
  });

  it('B3: has nothing of another partner, nor of the other environment', async () => {
    await happen([approval(anId(), 1)]);
    const other = aPerson(person.environment);
    expect((await read({}, other)).items).toEqual([]);
    // Whom a person names as the partner is not listened to.
    expect((await read({ partnerId: person.partnerId }, other)).items).toEqual([]);
    const environment = person.environment === 'sandbox' ? 'production' : 'sandbox';
    expect((await read({}, { ...person, environment })).items).toEqual([]);
  });

  it("staff follow everyone's in one order, or one partner's", async () => {
    const other = anId<PartnerId>();
    const before = (await service.call(notifications.listEvents, 'sandbox', { begin: 'end' }, staff)).nextCursor;
    const events = [approval(anId(), 1), approval(anId(), 1, other), approval(anId(), 1)];
    await happen(events, 'sandbox');
    const all = await service.call(notifications.listEvents, 'sandbox', { after: before }, staff);
    expect(ids(all)).toEqual(events.map(({ id }) => id));
    expect(all.items.map(({ cursor }) => cursor)).toEqual([before + 1, before + 2, before + 3]);
    const one = await service.call(notifications.listEvents, 'sandbox', { partnerId: other }, staff);
    expect([ids(one), one.nextCursor]).toEqual([[events[1]?.id], 1]);
  });

  it("a token's subscription has its own alone, with the cursors of the account", async () => {
    const subscriptionId = anId<SubscriptionId>();
    const events = [approval(anId(), 1), approval(subscriptionId, 1), approval(anId(), 1)];
    await happen(events);
    const { partnerId, environment } = person;
    const request = { partnerId, subscriptionId };
    const part = await service.call(notifications.listSubscriptionEvents, environment, request, anApp('gateway'));
    expect([ids(part), part.nextCursor]).toEqual([[events[1]?.id], 3]);
  });

  it('what is told again is in it once', async () => {
    const event = approval(anId(), 1);
    await happen([event]);
    await happen([event]);
    expect(ids(await read())).toEqual([event.id]);
  });

  it('a transaction that is undone leaves no gap', async () => {
    const undone = service.database.transaction(person.environment, '0'.repeat(32), async (tx) => {
      await service.get(OnOutcome).notify([approval(anId(), 1)], tx);
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    await happen([approval(anId(), 1)]);
    expect((await read()).items.map(({ cursor }) => cursor)).toEqual([1]);
  });

  it('what commits later has the higher cursor, whoever began first', async () => {
    const goOn = new Latch();
    const begun = new Latch();
    const slow = approval(anId(), 1);
    const writing = service.database.transaction(person.environment, '0'.repeat(32), async (tx) => {
      await service.get(OnOutcome).notify([slow], tx);
      begun.raise();
      await goOn.within(20_000);
    });
    await begun.within(20_000);
    const quick = approval(anId(), 1);
    const second = happen([quick]);
    await until('the second to wait for the first', async () => {
      const { rows } = await service.admin.query(
        `select from pg_stat_activity where wait_event_type = 'Lock' and query like '%notifications.feeds%'`,
      );
      return rows.length > 0;
    });
    expect((await read()).items).toEqual([]);
    goOn.raise();
    await Promise.all([writing, second]);
    expect(ids(await read())).toEqual([slow.id, quick.id]);
  });

  describe('of a subscription', () => {
    it('what came too early comes in its place, from whichever copy', async () => {
      const subscriptionId = anId<SubscriptionId>();
      const [first, second, third] = [1, 2, 3].map((version) => approval(subscriptionId, version));
      if (!first || !second || !third) throw new Error('three were made');
      await happen([third]);
      await happen([second]);
      expect((await read()).items).toEqual([]);
      await happen([first]);
      expect(ids(await read())).toEqual([first.id, second.id, third.id]);
    });

    it('two at once, the later version first, leave nothing behind', async () => {
      for (let round = 0; round < 20; round += 1) {
        const subscriptionId = anId<SubscriptionId>();
        const [first, second] = [approval(subscriptionId, 1), approval(subscriptionId, 2)];
        const before = (await read({ begin: 'end' })).nextCursor;
        await Promise.all([happen([second]), happen([first])]);
        expect(ids(await read({ after: before }))).toEqual([first.id, second.id]);
      }
    });

    it('what it follows is waited for no longer than minutes', async () => {
      const orphan = approval(anId(), 5);
      await happen([orphan]);
      const waiting = 'select from notifications.held_back where id = $1';
      expect(
        (await service.admin.query(`${waiting} and next_attempt_at > now() + interval '4 minutes'`, [orphan.id]))
          .rowCount,
      ).toBe(1);
      await service.admin.query('update notifications.held_back set next_attempt_at = now() where id = $1', [
        orphan.id,
      ]);
      await until('it to be told', async () => (await read()).items.length > 0);
      expect(ids(await read())).toEqual([orphan.id]);
      expect((await service.admin.query(waiting, [orphan.id])).rowCount).toBe(0);
    });
  });

  it('a cursor that is behind what is kept has expired', async () => {
    await happen([1, 2, 3].map(() => approval(anId(), 1)));
    const { partnerId, environment } = person;
    await service.admin.query(
      'delete from notifications.feed_entries where environment = $1 and partner_id = $2 and partner_number <= 2',
      [environment, partnerId],
    );
    await expect(read({ after: 1 })).rejects.toMatchObject({ code: 'cursor_expired', category: 'gone' });
    expect((await read({ after: 2 })).items.map(({ cursor }) => cursor)).toEqual([3]);
    expect((await read()).items.map(({ cursor }) => cursor)).toEqual([3]);
  });
});
