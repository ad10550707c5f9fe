import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { Client } from 'pg';
import { scopes, services } from '#libs/contracts';
import { ownerName, roleName } from '#libs/database';
import { controlOf, startSystem, until, type RunningSystem } from '#libs/testing';
import { checkout } from '../support/checkout';

interface SetUp {
  child: ChildProcess;
  output: () => string;
  /** Its exit code, or the signal that ended it. */
  ended: Promise<number | string>;
}

/** Set-ups as processes, on a Postgres in which no service has ever been. */
describe('setting up the database', () => {
  let system: RunningSystem;
  let url: string;
  /** Of the database that is set up. */
  let admin: Client;
  let setUps: SetUp[] = [];

  const connect = async (database: string): Promise<Client> => {
    const address = new URL(system.databaseUrl);
    address.pathname = `/${database}`;
    const client = new Client({ connectionString: address.toString() });
    await client.connect();
    return client;
  };

  beforeAll(async () => {
    system = await startSystem({ name: 'set-up', apps: [] });
  }, 120_000);
  afterAll(() => controlOf(system).stop(), 60_000);

  beforeEach(async () => {
    const cluster = await connect('postgres');
    await cluster.query(`drop database if exists ${new URL(system.databaseUrl).pathname.slice(1)} with (force)`);
    await cluster.query('drop database if exists empty with (force)');
    const roles = services.flatMap((service) => [
      ownerName(service),
      ...scopes.map((scope) => roleName(service, scope)),
    ]);
    for (const role of roles) await cluster.query(`drop role if exists ${role}`);
    await cluster.query('drop role if exists provider_admin');
    await cluster.query('create database empty');
    await cluster.end();
    admin = await connect('empty');
    const address = new URL(system.databaseUrl);
    address.pathname = '/empty';
    url = address.toString();
  });
  afterEach(async () => {
    for (const { child } of setUps) child.kill('SIGKILL');
    await Promise.all(setUps.map(({ ended }) => ended));
    setUps = [];
    await admin.end();
  });

  function setUp(databaseUrl = url): SetUp {
    const child = spawn(process.execPath, [join(checkout, 'dist', 'deploy', 'setup', 'main.js'), 'database'], {
      env: { PATH: process.env['PATH'], DATABASE_URL: databaseUrl, SLIPWAY_MASTER_KEY: system.masterKey },
    });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => (text += part.toString()));
    const ended = new Promise<number | string>((resolve) =>
      child.on('close', (code, signal) => resolve(code ?? signal ?? '')),
    );
    const started = { child, output: () => text, ended };
    setUps.push(started);
    return started;
  }

  const migrationsOf = async (service: string) =>
    (await admin.query<{ name: string }>(`select name from ${service}.migrations`)).rows.map(({ name }) => name);

  /** Every service has its migrations, each once, and every role may log in. */
  async function expectSetUp(): Promise<void> {
    for (const service of services) {
      const names = await migrationsOf(service);
      expect(names.length).toBeGreaterThan(0);
      expect(new Set(names).size).toBe(names.length);
      const { rows } = await admin.query('select 1 from pg_roles where rolcanlogin and rolname = any($1)', [
        [ownerName(service), ...scopes.map((scope) => roleName(service, scope))],
      ]);
      expect(rows).toHaveLength(4);
    }
  }

  /** A set-up that is in the middle of the migrations of identity, and cannot go on before `letGo`. */
  async function inTheMiddle(): Promise<{ holder: SetUp; letGo: () => Promise<unknown> }> {
    expect(await setUp().ended).toBe(0);
    await admin.query(`
      drop schema identity cascade;
      create schema identity authorization identity_owner;
      create table identity.migrations (id serial primary key, timestamp bigint not null, name varchar not null);
      alter table identity.migrations owner to identity_owner`);
    const obstacle = await connect('empty');
    await obstacle.query('begin; create table identity.partners ()');
    const holder = setUp();
    await until('the migrations to meet the obstacle', async () => {
      await admin.query('select pg_stat_clear_snapshot()');
      const { rows } = await admin.query(
        `select 1 from pg_stat_activity where usename = 'identity_owner' and wait_event_type = 'Lock'`,
      );
      return rows.length === 1;
    });
    return { holder, letGo: () => obstacle.end() };
  }

  const isWaiting = ({ output }: SetUp) => output().includes('the migrations of identity: another set-up is at work');

  it('four at once on an empty cluster all succeed, and each migration is applied once', async () => {
    const all = [setUp(), setUp(), setUp(), setUp()];
    const ends = await Promise.all(all.map(({ ended }) => ended));
    expect(ends.map((end, index) => ({ end, output: end === 0 ? '' : all[index]?.output() }))).toEqual(
      all.map(() => ({ end: 0, output: '' })),
    );
    await expectSetUp();
    const applied = all.map(({ output }) => output().match(/^identity: /gm)?.length ?? 0);
    expect(applied.reduce((sum, count) => sum + count)).toBe(1);
  }, 120_000);

  it('an administrator who is no superuser, such as a hosted Postgres gives, does all of it, again and again', async () => {
    await admin.query(`create role provider_admin login createrole password 'of a hosted Postgres'`);
    await admin.query('alter database empty owner to provider_admin');
    const own = Object.assign(new URL(url), {
      username: 'provider_admin',
      password: 'of a hosted Postgres',
    }).toString();
    for (let times = 0; times < 2; times += 1) {
      const { ended, output } = setUp(own);
      expect({ end: await ended, output: output() }).toMatchObject({ end: 0 });
    }
    await expectSetUp();
    // What somebody has changed since is not for such an administrator to put right: it is said.
    await admin.query(`alter role ${ownerName('identity')} createdb`);
    const { ended, output } = setUp(own);
    expect(await ended).toBe(1);
    expect(output()).toContain(`permission denied to alter role`);
    expect(await setUp().ended).toBe(0);
  }, 120_000);

  it('another waits and says so while one is at work, and goes on when that one is killed', async () => {
    const { holder, letGo } = await inTheMiddle();
    const next = setUp();
    await until('the other to say that it waits', () => Promise.resolve(isWaiting(next)));
    expect(await migrationsOf('tokens')).not.toEqual([]);
    holder.child.kill('SIGKILL');
    await letGo();
    expect(await holder.ended).toBe('SIGKILL');
    expect(await next.ended).toBe(0);
    await expectSetUp();
  }, 120_000);

  it('one that is paused in the middle loses its turn, and when it wakes up it has changed nothing', async () => {
    const { holder, letGo } = await inTheMiddle();
    const next = setUp();
    await until('the other to say that it waits', () => Promise.resolve(isWaiting(next)));
    holder.child.kill('SIGSTOP');
    await letGo();
    expect(await next.ended).toBe(0);
    await expectSetUp();
    const before = await migrationsOf('identity');
    holder.child.kill('SIGCONT');
    expect(await holder.ended).toBe(1);
    expect(holder.output()).toContain('connection to Postgres was lost while identity was being migrated');
    expect(await migrationsOf('identity')).toEqual(before);
    expect(await setUp().ended).toBe(0);
  }, 120_000);
});
