import type { PoolClient } from 'pg';
import { cloneDatabase, type SpecDatabase } from '#libs/testing';
import { repeatWhereDeadlocked } from './turns';

describe('a migration that meets those who use its tables', () => {
  let database: SpecDatabase;
  let user: PoolClient;

  beforeAll(async () => {
    database = await cloneDatabase();
    user = await database.onlooker.connect();
  });
  afterAll(async () => {
    user.release();
    await database.drop();
  });

  it('is done again from the start where Postgres has undone it', async () => {
    const migration = database.admin;
    // Whoever has waited for so long looks whether it is a deadlock, and is undone.
    await migration.query(`set deadlock_timeout = '10ms'`);
    await user.query(`set deadlock_timeout = '1min'`);
    await user.query('create table public.first (); create table public.second ()');
    await user.query('begin; lock table public.second in row exclusive mode');
    let attempts = 0;
    let used: Promise<unknown> | undefined;
    await repeatWhereDeadlocked(async () => {
      attempts += 1;
      try {
        await migration.query('begin; alter table public.first add column more text');
        used ??= user.query('lock table public.first in row exclusive mode; commit');
        await migration.query('alter table public.second add column more text; commit');
      } catch (error) {
        await migration.query('rollback');
        throw error;
      }
    });
    await used;
    expect(attempts).toBe(2);
    const { rows } = await user.query(
      `select table_name from information_schema.columns where table_schema = 'public' and column_name = 'more'
       order by table_name`,
    );
    expect(rows).toEqual([{ table_name: 'first' }, { table_name: 'second' }]);
  });

  it('gives up at once on anything else', async () => {
    let attempts = 0;
    const work = () => {
      attempts += 1;
      return database.admin.query('alter table public.nothing add column more text');
    };
    await expect(repeatWhereDeadlocked(work)).rejects.toMatchObject({ code: '42P01' });
    expect(attempts).toBe(1);
  });
});
