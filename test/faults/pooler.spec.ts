import { Client } from 'pg';
import { scopes, services } from '#libs/contracts';
import { controlOf, expectStatus, Scenario, startSystem, until, type RunningSystem } from '#libs/testing';
import { allSettled, deadLetters, messageTally } from '../support/invariants';
import { loadScript } from '../support/checkout';
import { keepFigure } from '../support/figures';

interface PgBouncer {
  url: string;
  consoleUrl: string;
  log(): string;
  stop(): Promise<void>;
}
interface Script {
  startPgBouncer(options: { databaseUrl: string; poolSize: number }): Promise<PgBouncer | undefined>;
}

interface PoolRow {
  database: string;
  user: string;
  cl_active: string;
  cl_waiting: string;
  sv_active: string;
  sv_idle: string;
  sv_used: string;
  sv_login: string;
  pool_mode: string;
}

const connected = async <Result>(url: string, work: (client: Client) => Promise<Result>): Promise<Result> => {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
};

/** Of each pool: any number of them may be told apart only by what they leave behind in it. */
const poolSize = 1;
const copies = Object.fromEntries([...services, 'gateway', 'admin'].map((app) => [app, 2]));
const logins = services.flatMap((service) => scopes.map((scope) => `${service}_${scope}`));

/**
 * docs/pgbouncer.md: set-up and two copies of everything, with one connection to Postgres for each login. Whoever held one
 * outside a transaction, or left something in it, would be in everybody's way. Where no PgBouncer can be had, the same story
 * is played without one, and without prepared statements.
 */
describe('behind PgBouncer in transaction mode', () => {
  let servers: RunningSystem;
  let pooler: PgBouncer | undefined;
  let system: RunningSystem;
  let scenario: Scenario;
  /** A superuser's, past the pooler. */
  let direct: string;

  beforeAll(async () => {
    servers = await startSystem({ name: 'pooler-servers', apps: [] });
    await newDatabase();
    const { startPgBouncer } = await loadScript<Script>('test', 'support', 'pgbouncer.mjs');
    pooler = await startPgBouncer({ databaseUrl: direct, poolSize });
    if (!pooler) keepFigure('PgBouncer: none could be had, and the story was played without it.');
    system = await startSystem({
      name: 'pooler',
      databaseUrl: pooler?.url ?? direct,
      trustRegistration: true,
      copies,
      env: { SLIPWAY_PREPARED_STATEMENTS: '0' },
    });
    scenario = new Scenario(system);
  }, 180_000);
  afterAll(async () => {
    await controlOf(system).stop();
    await pooler?.stop();
    await controlOf(servers).stop();
  }, 60_000);

  /** Empty, in a server that has the roles of another installation. */
  async function newDatabase(): Promise<void> {
    await connected(servers.databaseUrl, (client) => client.query('create database pooled'));
    const address = new URL(servers.databaseUrl);
    address.pathname = '/pooled';
    direct = address.toString();
  }

  const pools = async (): Promise<PoolRow[]> => {
    if (!pooler) return [];
    const { rows } = await connected(pooler.consoleUrl, (client) => client.query<PoolRow>('show pools'));
    return rows.filter(({ user }) => logins.includes(user));
  };
  const serversOf = ({ sv_active, sv_idle, sv_used, sv_login }: PoolRow): number =>
    [sv_active, sv_idle, sv_used, sv_login].reduce((sum, count) => sum + Number(count), 0);

  it('the whole story is told, several at once, and every event arrives once', async () => {
    const stories = await Promise.all(
      Array.from({ length: 3 }, async () => {
        const { primary, sandbox, subscriptionId, key } = await scenario.inProduction();
        const live = await scenario.createKey(primary, subscriptionId);
        for (const [own, environment] of [
          [key, 'sandbox'],
          [live, 'production'],
        ] as const) {
          const { access_token: token } = expectStatus(await scenario.token(own, environment), 200).body;
          expectStatus(await scenario.whoami(token, environment), 200);
        }
        await scenario.message(sandbox, 'subscriptions.production-unlocked.v1');
        return subscriptionId;
      }),
    );
    expect(new Set(stories).size).toBe(3);
    const looked = { ...system, databaseUrl: direct };
    await allSettled(looked);
    expect(await messageTally(looked)).toMatchObject({ missing: [], doubled: [], invented: [] });
    expect(await deadLetters(looked)).toEqual([]);
  }, 120_000);

  it('many tokens at once are issued by copies that share one connection', async () => {
    const { key } = await scenario.integrating();
    const replies = await Promise.all(Array.from({ length: 60 }, () => scenario.token(key, 'sandbox')));
    expect([...new Set(replies.map(({ status }) => status))]).toEqual([200]);
  }, 60_000);

  it('Postgres has one connection for each login, however many the services have', async () => {
    const own = await pools();
    expect(own.map(({ pool_mode: mode }) => mode).filter((mode) => mode !== 'transaction')).toEqual([]);
    expect(own.filter((pool) => serversOf(pool) > poolSize)).toEqual([]);
    const clients = own.reduce((sum, { cl_active, cl_waiting }) => sum + Number(cl_active) + Number(cl_waiting), 0);
    const { rows } = await connected(direct, (client) =>
      client.query<{ count: number }>(
        `select count(*)::int as count from pg_stat_activity where datname = 'pooled' and usename = any($1)`,
        [logins],
      ),
    );
    const sessions = rows[0]?.count ?? 0;
    expect({ sessions, areFew: pooler === undefined || sessions <= logins.length * poolSize }).toMatchObject({
      areFew: true,
    });
    expect(pooler === undefined || clients > sessions).toBe(true);
  });

  it('a Postgres that is killed is found again, and nothing is told twice', async () => {
    await controlOf(servers).kill('postgres');
    await until('it to be there again', () => connected(direct, () => Promise.resolve(true)).catch(() => false));
    await controlOf(system).waitReady();
    // Which of its own connections have died with Postgres, PgBouncer finds out one by one.
    await until('every login to be served again', () =>
      scenario.register().then(
        () => true,
        () => false,
      ),
    );
    const { sandbox } = await scenario.inProduction();
    await scenario.message(sandbox, 'subscriptions.production-unlocked.v1');
    const looked = { ...system, databaseUrl: direct };
    await allSettled(looked);
    expect(await messageTally(looked)).toMatchObject({ missing: [], doubled: [], invented: [] });
  }, 120_000);
});
