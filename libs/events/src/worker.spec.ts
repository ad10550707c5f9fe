import { SystemClock } from '#libs/clock';
import { scopes } from '#libs/contracts';
import { deriveServiceKey } from '#libs/crypto';
import { Database, workColumns } from '#libs/database';
import { createLogger } from '#libs/observability';
import { anId, cloneDatabase, until, type SpecDatabase } from '#libs/testing';
import { Stalls } from './stalls';
import { Worker, type AttemptResult, type Work } from './worker';

const settings = { table: 'chores', scope: 'shared', concurrency: 4, leaseSeconds: 30 } as const;

describe('a worker', () => {
  let spec: SpecDatabase;
  let database: Database;
  const workers: Worker<Work>[] = [];

  beforeAll(async () => {
    spec = await cloneDatabase();
    await spec.admin.query(`create table identity.chores (id uuid primary key, ${workColumns});
      grant select, insert, update on identity.chores to identity_shared`);
    database = await Database.open({
      service: 'identity',
      serviceKey: deriveServiceKey(spec.masterKey, 'identity'),
      url: spec.url,
      entities: [],
      scopes,
      clock: new SystemClock(),
    });
  });
  afterEach(async () => {
    await Promise.all(workers.splice(0).map((worker) => worker.stop()));
    await spec.admin.query('delete from identity.chores');
  });
  afterAll(async () => {
    await database.onApplicationShutdown();
    await spec.drop();
  });

  const chores = async (count: number) => {
    const ids = Array.from({ length: count }, () => anId());
    await spec.admin.query('insert into identity.chores (id, next_attempt_at) select unnest($1::uuid[]), now()', [ids]);
    return ids;
  };

  const worker = (attempt: (row: Work) => Promise<AttemptResult>, retryDelayMs = () => 0) => {
    const stalls = new Stalls(createLogger('spec', 'fatal'));
    const made = new Worker<Work>(database, stalls, { ...settings, attempt, retryDelayMs });
    workers.push(made);
    made.start();
    return made;
  };

  const allDone = () =>
    until('every chore to be done', async () => {
      const { rows } = await spec.admin.query('select 1 from identity.chores where next_attempt_at is not null');
      return rows.length === 0;
    });

  it('does each row once, whatever the number of copies', async () => {
    const ids = await chores(60);
    const done: string[] = [];
    for (let copy = 0; copy < 3; copy += 1)
      worker(({ id }) => {
        done.push(id);
        return Promise.resolve({ done: true });
      });
    await allDone();
    expect(done.sort()).toEqual(ids.sort());
  });

  it('tries again what has failed, after the delay that the number of attempts gives', async () => {
    await chores(1);
    const attempts: number[] = [];
    worker((row) => {
      attempts.push(row.attempts);
      return row.attempts < 3 ? Promise.reject(new Error('not yet')) : Promise.resolve({ done: true });
    });
    await allDone();
    expect(attempts).toEqual([1, 2, 3]);
  });

  it('leaves what is to be tried later until then', async () => {
    await chores(1);
    let attempts = 0;
    worker(() => {
      attempts += 1;
      return Promise.resolve({ done: false, retryAfterMs: 3_600_000 });
    });
    await until('the attempt to be recorded', async () => {
      const { rows } = await spec.admin.query(
        `select 1 from identity.chores where next_attempt_at > now() + interval '59 minutes' and lease_until is null`,
      );
      return rows.length === 1;
    });
    expect(attempts).toBe(1);
  });

  it('writes nothing over what another has done since its lease ran out', async () => {
    const [id] = await chores(1);
    let release: () => void = () => undefined;
    const paused = new Promise<void>((resolve) => (release = resolve));
    let begun = false;
    const slow = worker(async () => {
      begun = true;
      await paused;
      return { done: false, retryAfterMs: 0 };
    });
    await until('the attempt to begin', () => Promise.resolve(begun));
    // Another copy has taken the row over and is done with it.
    await spec.admin.query('update identity.chores set lease_epoch = lease_epoch + 1, next_attempt_at = null');
    release();
    await slow.stop();
    const { rows } = await spec.admin.query('select id, next_attempt_at from identity.chores');
    expect(rows).toEqual([{ id, next_attempt_at: null }]);
  });

  it('never has more under way than it may', async () => {
    await chores(20);
    let underWay = 0;
    let most = 0;
    worker(async () => {
      underWay += 1;
      most = Math.max(most, underWay);
      await new Promise((resolve) => setImmediate(resolve));
      underWay -= 1;
      return { done: true };
    });
    await allDone();
    expect(most).toBeLessThanOrEqual(settings.concurrency);
    expect(most).toBeGreaterThan(1);
  });

  it('writes down what has ended meanwhile in one statement', async () => {
    await chores(40);
    let releaseFirst: () => void = () => undefined;
    const firstWrite = new Promise<void>((resolve) => (releaseFirst = resolve));
    const batches: number[] = [];
    const stalls = new Stalls(createLogger('spec', 'fatal'));
    const made = new Worker<Work>(database, stalls, {
      ...settings,
      concurrency: 40,
      attempt: () => Promise.resolve({ done: true }),
      retryDelayMs: () => 0,
      finish: async (finished) => {
        batches.push(finished.length);
        if (batches.length === 1) await firstWrite;
        await spec.admin.query('update identity.chores set next_attempt_at = null where id = any($1)', [
          finished.map(({ row }) => row.id),
        ]);
      },
    });
    workers.push(made);
    made.start();
    await until('the first to be written', () => Promise.resolve(batches.length > 0));
    await chores(10);
    releaseFirst();
    await allDone();
    expect(batches.reduce((sum, size) => sum + size, 0)).toBe(50);
    expect(batches.length).toBeLessThan(10);
  });

  it('begins what it is given to claim, and no more than is free', async () => {
    const [id] = await chores(1);
    const places: number[] = [];
    const done: string[] = [];
    const claimed = { id: id ?? '', attempts: 1, lease_epoch: '0' };
    const made = new Worker<Work>(database, new Stalls(createLogger('spec', 'fatal')), {
      ...settings,
      attempt: (row) => {
        done.push(row.id);
        return Promise.resolve({ done: true });
      },
      retryDelayMs: () => 0,
      claim: (free) => Promise.resolve(places.push(free) === 1 ? [claimed] : []),
    });
    workers.push(made);
    made.start();
    await allDone();
    expect([done, places[0]]).toEqual([[id], settings.concurrency]);
  });

  it('goes on where what has ended could not be written: its lease runs out', async () => {
    const [id] = await chores(1);
    let writes = 0;
    const made = new Worker<Work>(database, new Stalls(createLogger('spec', 'fatal')), {
      ...settings,
      leaseSeconds: 0.1,
      attempt: () => Promise.resolve({ done: true }),
      retryDelayMs: () => 0,
      finish: async (finished) => {
        writes += 1;
        if (writes === 1) throw new Error('the database is away');
        await spec.admin.query('update identity.chores set next_attempt_at = null where id = any($1)', [
          finished.map(({ row }) => row.id),
        ]);
      },
    });
    workers.push(made);
    made.start();
    await allDone();
    const { rows } = await spec.admin.query('select attempts from identity.chores where id = $1', [id]);
    expect([rows, writes]).toEqual([[{ attempts: 2 }], 2]);
  });
});
