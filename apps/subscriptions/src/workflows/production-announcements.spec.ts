import { identity, subscriptions, type PartnerId } from '#libs/contracts';
import type { AttemptResult } from '#libs/events';
import { aPerson, aPrice, eventually, openService, Pipeline, until, type OpenedService } from '#libs/testing';
import { OnApiAccessChanged } from '../event-handlers/on-api-access-changed/on-api-access-changed.event-handler';
import { OnPartnerChanged } from '../event-handlers/on-partner-changed/on-partner-changed.event-handler';
import { subscriptionsService } from '../subscriptions.module';
import { ProductionAnnouncements } from './production-announcements';

type Missing = identity.AccountBlocker[];

describe('what is told of production after it has opened', () => {
  let service: OpenedService;
  let pipeline: Pipeline;
  let missingOf: Map<string, Missing>;

  beforeAll(async () => {
    service = await openService(subscriptionsService);
    pipeline = new Pipeline(service);
  });
  afterAll(() => service.close());
  beforeEach(() => {
    missingOf = new Map();
    pipeline.playIdentity();
    service.neighbours.handle(identity.getAccountBlockers, ({ partnerIds }) => ({
      items: partnerIds.map((partnerId) => ({ partnerId, blockers: missingOf.get(partnerId) ?? [] })),
    }));
  });

  /** As if the account were so from now on; nothing has been heard of it. */
  const become = (partnerId: string, ...missing: Missing) => missingOf.set(partnerId, missing);

  /** The news of it, whose words are not believed. */
  const consume = async (partnerId: PartnerId) => {
    await service.database.transaction('shared', 'trace', (tx) =>
      service.get(OnApiAccessChanged).changed({ data: { partnerId } } as never, tx),
    );
    await look(partnerId);
  };

  const lookOf = async (partnerId: string) => {
    const { rows } = await service.admin.query<{ id: PartnerId; lease_epoch: string; attempts: number }>(
      'select id, lease_epoch, attempts from subscriptions.account_looks where id = $1',
      [partnerId],
    );
    return rows[0];
  };

  /** At once, as the worker does within a second. */
  async function look(partnerId: string): Promise<AttemptResult> {
    const row = await lookOf(partnerId);
    if (!row) throw new Error('there is nothing to look at');
    const result = await service.get(ProductionAnnouncements).attempt(row);
    return isOvertaken(result) ? look(partnerId) : result;
  }

  async function lookTwiceAtOnce(partnerId: string): Promise<void> {
    const row = await lookOf(partnerId);
    const announcements = service.get(ProductionAnnouncements);
    const results = await Promise.all([announcements.attempt(row as never), announcements.attempt(row as never)]);
    if (results.every(isOvertaken)) await lookTwiceAtOnce(partnerId);
  }

  /** The worker has begun one meanwhile. */
  const isOvertaken = (result: AttemptResult): boolean => !result.done && result.retryAfterMs === 0;

  const published = async (subscriptionId: string) =>
    (await service.published())
      .filter(({ subject, type }) => subject === subscriptionId && /production-(un)?locked/.test(type))
      .map(({ type, data }) => [/production-(un)?locked/.exec(type)?.[0], data['missing']]);

  /** A subscription whose production is open, told with what is missing. */
  async function open(...missing: Missing) {
    const submitted = await pipeline.submitted();
    const { partnerId } = submitted.person;
    become(partnerId, ...missing);
    await pipeline.approve(submitted);
    await look(partnerId);
    return { ...submitted, partnerId };
  }

  const waits = ['production-unlocked', ['api_access_off']];
  const unlocked = ['production-unlocked', []];

  it('B34: that nothing is missing any more, of each subscription, once', async () => {
    const { partnerId, subscriptionId, person, planId } = await open('api_access_off');
    const another = await pipeline.subscribedTo(planId, person);
    await pipeline.approve({ submissionId: await pipeline.submit(another) });
    const inReview = await pipeline.subscribedTo(planId, person);
    expect(await published(subscriptionId)).toEqual([waits]);
    become(partnerId);
    await consume(partnerId);
    await consume(partnerId);
    for (const id of [subscriptionId, another.subscriptionId]) expect(await published(id)).toEqual([waits, unlocked]);
    expect(await published(inReview.subscriptionId)).toEqual([]);
    const [event] = (await service.published(subscriptions.productionUnlocked)).slice(-1);
    expect(event?.data).toMatchObject({ partnerId, productName: 'Orders API', by: { kind: 'system' } });
  });

  it('B34: that it is lost again, with all that is missing, and each that comes to it', async () => {
    const { partnerId, subscriptionId } = await open();
    const steps: Missing[] = [
      ['not_eligible'],
      ['not_eligible', 'suspended'],
      ['suspended'],
      ['not_eligible', 'suspended'],
      [],
    ];
    for (const missing of steps) {
      become(partnerId, ...missing);
      await consume(partnerId);
    }
    expect(await published(subscriptionId)).toEqual([
      unlocked,
      ['production-locked', ['not_eligible']],
      ['production-locked', ['not_eligible', 'suspended']],
      ['production-locked', ['not_eligible', 'suspended']],
      unlocked,
    ]);
  });

  /** Changes that follow so closely that all of them are heard of before the next look. */
  const changeAtOnce = async (partnerId: PartnerId, ...steps: Missing[]) => {
    await service.database.transaction('shared', 'trace', async (tx) => {
      for (const missing of steps) {
        become(partnerId, ...missing);
        await service.get(OnApiAccessChanged).changed({ data: { partnerId } } as never, tx);
      }
    });
    await look(partnerId);
  };

  it('B34: what held only between two looks is no news, by design; what holds at the end is, however often it changed', async () => {
    const { partnerId, subscriptionId } = await open();
    await changeAtOnce(partnerId, ['api_access_off'], []);
    expect(await published(subscriptionId)).toEqual([unlocked]);
    await changeAtOnce(partnerId, ['api_access_off'], [], ['api_access_off']);
    const locked = ['production-locked', ['api_access_off']];
    expect(await published(subscriptionId)).toEqual([unlocked, locked]);
    await changeAtOnce(partnerId, [], ['api_access_off']);
    expect(await published(subscriptionId)).toEqual([unlocked, locked]);
    await changeAtOnce(partnerId, [], ['suspended'], []);
    expect(await published(subscriptionId)).toEqual([unlocked, locked, unlocked]);
  });

  it('is heard from a change of the partner, too, but not from what is late', async () => {
    const { partnerId, subscriptionId } = await open('suspended');
    become(partnerId);
    const changed = (version: number) =>
      service.database.transaction('shared', 'trace', (tx) => {
        const data = { partnerId, name: 'Contoso', domain: 'contoso.example', verified: true, suspended: false };
        return service.get(OnPartnerChanged).changed({ data, aggregateversion: version } as never, tx);
      });
    await changed(2);
    await look(partnerId);
    expect(await published(subscriptionId)).toEqual([['production-unlocked', ['suspended']], unlocked]);
    const { lease_epoch: before } = (await lookOf(partnerId)) ?? {};
    await changed(1);
    expect((await lookOf(partnerId))?.lease_epoch).toBe(before);
  });

  it('what changes while production opens is told afterwards', async () => {
    const submitted = await pipeline.submitted();
    const { partnerId } = submitted.person;
    let calls = 0;
    service.neighbours.handle(identity.getAccountBlockers, ({ partnerIds }) => {
      calls += 1;
      const blockers: Missing = calls === 1 ? ['api_access_off'] : [];
      return { items: partnerIds.map((id) => ({ partnerId: id, blockers })) };
    });
    await pipeline.approve(submitted);
    await look(partnerId);
    expect(await published(submitted.subscriptionId)).toEqual([waits, unlocked]);
  });

  it('what was asked before it was heard of again is given up: nobody is told what holds no more', async () => {
    const { partnerId, subscriptionId } = await open();
    await consume(partnerId);
    const early = await lookOf(partnerId);
    become(partnerId, 'suspended');
    service.neighbours.handle(identity.getAccountBlockers, async ({ partnerIds }) => {
      // While this answer is on its way, the suspension ends, and is heard of.
      const reply = { items: partnerIds.map((id) => ({ partnerId: id, blockers: missingOf.get(id) ?? [] })) };
      if (missingOf.get(partnerId)?.length) {
        become(partnerId);
        await consume(partnerId);
      }
      return reply;
    });
    const result = await service.get(ProductionAnnouncements).attempt(early as never);
    expect(result).toEqual({ done: false, retryAfterMs: 0 });
    expect(await published(subscriptionId)).toEqual([unlocked]);
  });

  it('two looks at once tell it once', async () => {
    const { partnerId, subscriptionId } = await open('api_access_off');
    become(partnerId);
    await lookTwiceAtOnce(partnerId);
    expect(await published(subscriptionId)).toEqual([waits, unlocked]);
  });

  it('of a cancelled one nothing is told; restored, what has changed since is', async () => {
    const { partnerId, subscriptionId, person } = await open();
    const admin = aPerson('production', { partnerId: person.partnerId });
    await pipeline.call(subscriptions.cancelInProduction, { subscriptionId, confirm: 'Integration' }, admin);
    become(partnerId, 'api_access_off');
    await service.database.transaction('shared', 'trace', (tx) =>
      service.get(OnApiAccessChanged).changed({ data: { partnerId } } as never, tx),
    );
    expect(await look(partnerId)).toEqual({ done: true });
    expect(await published(subscriptionId)).toEqual([unlocked]);
    await pipeline.call(subscriptions.restoreSubscription, { subscriptionId }, admin);
    await look(partnerId);
    expect(await published(subscriptionId)).toEqual([unlocked, ['production-locked', ['api_access_off']]]);
  });

  it('of one whose payment was undone nothing is told; paid again, it is told with what is missing then', async () => {
    const submitted = await pipeline.submitted({ price: aPrice });
    const { subscriptionId, person } = submitted;
    const pay = () =>
      pipeline.call(subscriptions.recordPayment, { subscriptionId, reference: 'INV-1' }, pipeline.staff);
    await pipeline.approve(submitted);
    await pay();
    await look(person.partnerId);
    await pipeline.call(subscriptions.undoPayment, { subscriptionId }, pipeline.staff);
    become(person.partnerId, 'api_access_off');
    await service.database.transaction('shared', 'trace', (tx) =>
      service.get(OnApiAccessChanged).changed({ data: { partnerId: person.partnerId } } as never, tx),
    );
    await pay();
    await look(person.partnerId);
    expect(await published(subscriptionId)).toEqual([unlocked, waits]);
  });

  it('whoever has no production is not looked at', async () => {
    const { person } = await pipeline.submitted();
    const result = await service.database.transaction('shared', 'trace', (tx) =>
      service.get(OnApiAccessChanged).changed({ data: { partnerId: person.partnerId } } as never, tx),
    );
    expect(typeof result).toBe('symbol');
    expect(await lookOf(person.partnerId)).toBeUndefined();
  });

  it('goes on when identity is there again, and looks again of itself after an hour', async () => {
    const { partnerId, subscriptionId } = await open('api_access_off');
    become(partnerId);
    const due = await lookOf(partnerId);
    service.neighbours.handle(identity.getAccountBlockers, () => {
      throw new Error('away');
    });
    await expect(service.get(ProductionAnnouncements).attempt(due as never)).rejects.toThrow('away');
    service.neighbours.handle(identity.getAccountBlockers, ({ partnerIds }) => ({
      items: partnerIds.map((id) => ({ partnerId: id, blockers: [] })),
    }));
    // As if an hour had passed, and nothing had been heard.
    await until('it has come back to it', async () => {
      const { rowCount } = await service.admin.query(
        `update subscriptions.account_looks set next_attempt_at = now() where id = $1
           and next_attempt_at between now() + interval '59 minutes' and now() + interval '1 hour'`,
        [partnerId],
      );
      return rowCount === 1;
    });
    await eventually(async () => expect(await published(subscriptionId)).toEqual([waits, unlocked]));
  });

  describe('of a grant from before, of which nobody knows what was told', () => {
    /** As a copy of the version before opens it. */
    const openAsBefore = (subscriptionId: string) =>
      service.admin.query(
        `insert into subscriptions.grants (subscription_id, environment, opened_at) values ($1, 'production', now())`,
        [subscriptionId],
      );

    it('it is looked at: what changes afterwards is told', async () => {
      const { person, subscriptionId } = await pipeline.submitted();
      become(person.partnerId, 'not_eligible');
      await openAsBefore(subscriptionId);
      await look(person.partnerId);
      expect(await published(subscriptionId)).toEqual([]);
      become(person.partnerId);
      await consume(person.partnerId);
      expect(await published(subscriptionId)).toEqual([unlocked]);
    });
  });

  it('is a row of the audit', async () => {
    const { partnerId } = await open('suspended');
    become(partnerId);
    await consume(partnerId);
    const acts = (await service.acts()).filter(({ targets }) => targets['partnerId'] === partnerId);
    expect(acts.at(-1)).toMatchObject({ action: 'subscriptions.announce-production', by: { kind: 'system' } });
  });
});
