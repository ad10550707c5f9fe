import { createServer, type AddressInfo, type Server } from 'node:net';
import { SystemClock } from '#libs/clock';
import { deriveServiceKey } from '#libs/crypto';
import { cloneDatabase, eventually, PostgresLink, until, type SpecDatabase } from '#libs/testing';
import { Database } from './database';

/** Longer than any bound, so that what waits for ever is told from what waits for its bound. */
const patienceMs = 20_000;

describe('connections to Postgres', () => {
  let spec: SpecDatabase;
  let link: PostgresLink;
  let database: Database;
  const opened: Database[] = [];

  const open = async (url: string) => {
    const serviceKey = deriveServiceKey(spec.masterKey, 'identity');
    const made = await Database.open({
      ...{ service: 'identity', serviceKey, url, entities: [], clock: new SystemClock() },
      scopes: ['sandbox'],
    });
    opened.push(made);
    return made;
  };
  const read = (of: Database = database) =>
    of.reading('sandbox', (manager) => manager.query<{ one: number }[]>('select 1 as one'));
  const write = (of: Database = database) =>
    of.transaction('sandbox', 'a trace', ({ manager }) =>
      manager.query(`insert into identity.token_epochs (environment, epoch) values ('sandbox', 1)
                     on conflict (environment) do update set epoch = identity.token_epochs.epoch + 1`),
    );
  const verify = () => database.prepared('sandbox', { name: 'spec', text: 'select $1::int as one', values: [1] });
  /** All of them are taken at once, so that the pool holds as many as it may. */
  const fillPool = () => Promise.all(Array.from({ length: 4 }, () => write()));
  const unavailable = expect.objectContaining({ code: 'unavailable' }) as Error;

  beforeEach(async () => {
    spec = await cloneDatabase();
    link = await PostgresLink.to(spec.url);
    database = await open(link.urlOf(spec.url));
    await fillPool();
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((each) => each.onApplicationShutdown()));
    await link.close();
    await spec.drop();
  });

  it(
    'that lead nowhere are given up together: one request finds out, the next has a new one',
    async () => {
      link.swallowOld();
      await expect(verify()).rejects.toMatchObject({ code: 'ETIMEDOUT' });
      // Any of the old ones would have it wait, and fail.
      expect(await Promise.all([read(), read(), read(), read()])).toEqual(Array(4).fill([{ one: 1 }]));
    },
    patienceMs,
  );

  it(
    'that lead nowhere have each request told to come again, and all works when new ones can be made',
    async () => {
      link.swallow();
      const calls = [read(), write(), read(), write(), read(), write()];
      for (const outcome of await Promise.allSettled(calls))
        expect(outcome).toEqual({ status: 'rejected', reason: unavailable });
      await expect(read()).rejects.toEqual(unavailable);
      link.heal();
      await eventually(async () => expect(await read()).toEqual([{ one: 1 }]), 3_000);
      await fillPool();
    },
    patienceMs,
  );

  it('that are cut have the request told to come again, and the next works', async () => {
    link.cut();
    await eventually(async () => expect(await read()).toEqual([{ one: 1 }]));
    await fillPool();
  });

  it(
    'outside the pool have bounds, too: for a statement, and for saying goodbye',
    async () => {
      const client = database.client('sandbox');
      await client.connect();
      link.swallow();
      await expect(client.query('select 1')).rejects.toMatchObject({ code: 'ETIMEDOUT' });
      await client.end();
      const idle = database.client('sandbox');
      link.heal();
      await idle.connect();
      link.swallow();
      await idle.end();
      const late = database.client('sandbox');
      await expect(late.connect()).rejects.toThrow(/timeout|terminated/i);
    },
    patienceMs,
  );

  it('to a Postgres that takes no writes count as away, and the pool is rid of them', async () => {
    const { rows } = await spec.admin.query<{ name: string }>('select current_database() as name');
    const name = rows[0]?.name ?? '';
    // As a primary is made read-only: sessions that there are learn of it, too.
    await database.pool('sandbox').query('set default_transaction_read_only = on');
    await spec.admin.query(`alter database ${name} set default_transaction_read_only = on`);
    await expect(Promise.all(Array.from({ length: 4 }, () => write()))).rejects.toEqual(unavailable);
    await spec.admin.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and usename like 'identity%'`,
      [name],
    );
    // None of the new ones is used, for reading neither.
    await until('all that could write to be gone', () =>
      read().then(
        () => false,
        () => true,
      ),
    );
    await expect(read()).rejects.toEqual(unavailable);
    await spec.admin.query(`alter database ${name} set default_transaction_read_only = off`);
    await fillPool();
  });

  describe('with several hosts', () => {
    let silent: Server;

    beforeEach(async () => {
      // Takes connections and says nothing.
      silent = createServer();
      await new Promise<void>((done) => silent.listen(0, '127.0.0.1', done));
    });
    afterEach(() => void silent.close());

    const urlOf = (...hosts: string[]) => `postgres://${hosts.join(',')}${new URL(spec.url).pathname}`;
    const silentHost = () => `127.0.0.1:${(silent.address() as AddressInfo).port}`;

    it('goes to the first that is a primary, past one that is dead and one that is silent', async () => {
      const several = await open(urlOf('127.0.0.1:1', silentHost(), 'nowhere.invalid:5432', link.host));
      expect(await read(several)).toEqual([{ one: 1 }]);
      await Promise.all(Array.from({ length: 4 }, () => write(several)));
    });

    it('goes to the other when the one it knows breaks, and back', async () => {
      const other = await PostgresLink.to(spec.url);
      const several = await open(urlOf(link.host, other.host));
      await Promise.all(Array.from({ length: 4 }, () => write(several)));
      // It was looked at once, when nothing was known.
      const looks = other.made;
      await link.close();
      await eventually(() => write(several));
      expect(other.made).toBeGreaterThan(looks);
      await other.close();
      await expect(write(several)).rejects.toEqual(unavailable);
    });

    it('says that it is away where none is a primary', async () => {
      const dead = open(urlOf('127.0.0.1:1', silentHost()));
      await expect(dead).rejects.toThrow(/ECONNREFUSED|timeout/);
    });
  });
});
