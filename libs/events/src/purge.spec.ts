import { SystemClock, Latch } from '#libs/clock';
import { platformMethods, scopes, type Scope } from '#libs/contracts';
import { deriveServiceKey } from '#libs/crypto';
import { Database } from '#libs/database';
import { unavailable } from '#libs/errors';
import { createLogger } from '#libs/observability';
import type { RpcClient } from '#libs/rpc';
import { anId, cloneDatabase, Neighbours, until, type SpecDatabase } from '#libs/testing';
import { KeptEvents } from './kept-events';
import { Purge, purgedAtOnce } from './purge';
import { platformRetention } from './retention';

const rules = platformRetention('identity', { SLIPWAY_DEAD_LETTER_DAYS: 90 });
const consumer = 'identity_shared_into_sandbox';

describe('purging what is old', () => {
  let spec: SpecDatabase;
  let database: Database;
  let neighbours: Neighbours;
  /** Of two copies. */
  let purge: Purge;
  let other: Purge;

  beforeAll(async () => {
    spec = await cloneDatabase();
    const serviceKey = deriveServiceKey(spec.masterKey, 'identity');
    const settings = { service: 'identity', serviceKey, url: spec.url, entities: [], scopes } as const;
    database = await Database.open({ ...settings, entities: [], clock: new SystemClock() });
    await spec.admin.query(`
      create table identity.purged (rows integer not null);
      create function identity.note_purged() returns trigger language plpgsql security definer as $$
      begin insert into identity.purged select count(*) from gone; return null; end $$;
      create trigger note_purged after delete on identity.idempotency referencing old table as gone
        for each statement execute function identity.note_purged()`);
  });
  beforeEach(async () => {
    await spec.admin.query(`truncate identity.purged, identity.idempotency, identity.consumed_events,
      identity.dead_letters, identity.put_off_events, identity.leases`);
    neighbours = new Neighbours('identity');
    publishersKeep({ identity: null, subscriptions: null });
    [purge, other] = [aPurge(), aPurge()];
  });
  afterAll(async () => {
    await database.onApplicationShutdown();
    await spec.drop();
  });

  function aPurge(): Purge {
    const keptEvents = new KeptEvents(database, neighbours as unknown as RpcClient);
    return new Purge(database, rules, keptEvents, createLogger('spec', 'fatal'));
  }

  /** How many days ago each publisher wrote the oldest event that it keeps; null: it keeps none. */
  function publishersKeep(daysAgo: { identity: number | null; subscriptions: number | null }): void {
    for (const service of ['identity', 'subscriptions'] as const) {
      const days = daysAgo[service];
      const writtenAt = days === null ? null : new Date(Date.now() - days * 86_400_000).toISOString();
      neighbours.handle(platformMethods(service).oldestEvent, () => ({ writtenAt }));
    }
  }

  const repliesOf = (scope: Scope, count: number, days: number) =>
    spec.admin.query(
      `insert into identity.idempotency (scope, caller, key, fingerprint, reply, recorded_at)
       select $1, 'person', gen_random_uuid(), '', '{}', now() - make_interval(days => $3) from generate_series(1, $2)`,
      [scope, count, days],
    );
  const repliesIn = async (scope: Scope) =>
    (await spec.admin.query('select from identity.idempotency where scope = $1', [scope])).rows.length;
  const statements = async () =>
    (await spec.admin.query<{ rows: number }>('select rows from identity.purged where rows > 0')).rows.map(
      ({ rows }) => rows,
    );

  async function taken(days: number, eventId = anId()): Promise<string> {
    await spec.admin.query(
      `insert into identity.consumed_events (scope, consumer, event_id, recorded_at)
       values ('sandbox', $1, $2, now() - make_interval(days => $3))`,
      [consumer, eventId, days],
    );
    return eventId;
  }
  const remembered = async () =>
    (await spec.admin.query<{ event_id: string }>('select event_id from identity.consumed_events')).rows
      .map(({ event_id: id }) => id)
      .sort();

  it('removes what is older than it is kept, and of its own scope alone', async () => {
    for (const scope of scopes) await repliesOf(scope, 2, 3);
    await repliesOf('sandbox', 1, 1);
    await purge.inScope('sandbox');
    expect(await Promise.all(scopes.map(repliesIn))).toEqual(scopes.map((scope) => (scope === 'sandbox' ? 1 : 2)));
  });

  it('takes a bounded number of rows in a statement, and goes on while there are more', async () => {
    await repliesOf('sandbox', 2 * purgedAtOnce + 500, 3);
    await purge.inScope('sandbox');
    expect(await statements()).toEqual([purgedAtOnce, purgedAtOnce, 500]);
  });

  it('is done by one copy at a time; another takes over when that one ends', async () => {
    await purge.inScope('sandbox');
    await repliesOf('sandbox', 1, 3);
    await other.inScope('sandbox');
    expect(await repliesIn('sandbox')).toBe(1);
    const stopping = new Latch();
    stopping.raise();
    await purge.inScope('sandbox', stopping);
    await other.inScope('sandbox');
    expect(await repliesIn('sandbox')).toBe(0);
  });

  it('ends when another copy has the lease', async () => {
    await repliesOf('sandbox', purgedAtOnce + 1, 3);
    await spec.admin.query(`
      create function identity.lose_lease() returns trigger language plpgsql security definer as $$
      begin update identity.leases set holder = gen_random_uuid(), epoch = epoch + 1; return null; end $$;
      create trigger lose_lease after delete on identity.idempotency
        for each statement execute function identity.lose_lease()`);
    try {
      await purge.inScope('sandbox');
    } finally {
      await spec.admin.query('drop function identity.lose_lease cascade');
    }
    expect(await repliesIn('sandbox')).toBe(1);
  });

  it('delays nobody: it takes no connection of the pool, and waits in its own scope alone', async () => {
    for (const scope of ['sandbox', 'production'] as const) await repliesOf(scope, 1, 3);
    await spec.admin.query('begin');
    await spec.admin.query(`select from identity.idempotency where scope = 'sandbox' for update`);
    let hasEnded = false;
    const waiting = purge.inScope('sandbox').then(() => (hasEnded = true));
    try {
      const isWaiting = `select from pg_stat_activity where usename = 'identity_sandbox' and wait_event_type = 'Lock'`;
      await until('it to wait', async () => (await spec.onlooker.query(isWaiting)).rows.length > 0);
      await purge.inScope('production');
      const { totalCount, idleCount } = database.pool('sandbox');
      expect({ hasEnded, inUse: totalCount - idleCount }).toEqual({ hasEnded: false, inUse: 0 });
    } finally {
      await spec.admin.query('rollback');
    }
    await waiting;
    expect(await Promise.all([repliesIn('sandbox'), repliesIn('production')])).toEqual([0, 0]);
  });

  describe('what was taken of events', () => {
    it('is forgotten after its age', async () => {
      const young = await taken(59);
      await taken(61);
      await purge.inScope('sandbox');
      expect(await remembered()).toEqual([young]);
    });

    it('is kept for as long as any publisher keeps an event that was written before', async () => {
      publishersKeep({ identity: 1, subscriptions: 70 });
      const kept = [await taken(61), await taken(69), await taken(70)].sort();
      await taken(71);
      await purge.inScope('sandbox');
      expect(await remembered()).toEqual(kept);
    });

    it('is kept where a publisher does not say; all else is purged', async () => {
      neighbours.handle(platformMethods('subscriptions').oldestEvent, () => {
        throw unavailable(new Error('away'));
      });
      const kept = await taken(90);
      await repliesOf('sandbox', 1, 3);
      await expect(purge.inScope('sandbox')).rejects.toMatchObject({ category: 'unavailable' });
      expect(await remembered()).toEqual([kept]);
      expect(await repliesIn('sandbox')).toBe(0);
    });

    it('calls nobody where there is nothing to forget', async () => {
      await taken(59);
      await purge.inScope('sandbox');
      expect(neighbours.calls).toEqual([]);
    });

    it('is kept while it is a dead letter or put off, so that what is redelivered is taken once', async () => {
      const [dead, putOff] = [await taken(80), await taken(80)];
      const letter = (eventId: string, days: number) =>
        spec.admin.query(
          `insert into identity.dead_letters (scope, id, consumer, subject, event_id, payload, reason, failed_at)
           values ('sandbox', $1, $2, '', $3, '', '', now() - make_interval(days => $4))`,
          [anId(), consumer, eventId, days],
        );
      await letter(dead, 80);
      await spec.admin.query(
        `insert into identity.put_off_events (scope, id, consumer, subject, event_id, payload, reason)
         values ('sandbox', $1, $2, '', $3, '', '')`,
        [anId(), consumer, putOff],
      );
      await purge.inScope('sandbox');
      expect(await remembered()).toEqual([dead, putOff].sort());
      await spec.admin.query(`update identity.dead_letters set failed_at = now() - interval '91 days'`);
      await purge.inScope('sandbox');
      await purge.inScope('sandbox');
      expect(await remembered()).toEqual([putOff]);
    });
  });
});
