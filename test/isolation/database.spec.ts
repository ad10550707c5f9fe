import type { Client } from 'pg';
import { databasePassword, deriveServiceKey } from '#libs/crypto';
import { environments, otherEnvironment, scopes, services, type Scope, type Service } from '#libs/contracts';
import { expectStatus, Scenario, sharedSystem, until } from '#libs/testing';
import {
  asAdministrator,
  asRole,
  attempt,
  deadlock,
  raised,
  refused,
  uniqueViolation,
  wrongPassword,
} from '../support/postgres';

interface Table {
  service: Service;
  name: string;
  /** `p`: partitioned; `r`: ordinary. */
  kind: 'p' | 'r';
  /** Of a partition. */
  parent: string | null;
  partitionedBy: string | null;
  bound: string | null;
  secured: boolean;
  forced: boolean;
  columns: string[];
  /** Of these, what no row can leave empty. */
  filled: string[];
  appendOnly: boolean;
}

/** Read from the system itself, so that a table that comes later is judged too. */
const readTables = async (client: Client) =>
  (
    await client.query<Table>(
      `select n.nspname as service, c.relname as name, c.relkind as kind, parent.relname as parent,
         pg_get_partkeydef(c.oid) as "partitionedBy", pg_get_expr(c.relpartbound, c.oid) as bound,
         c.relrowsecurity as secured, c.relforcerowsecurity as forced,
         array(select attname::text from pg_attribute where attrelid = c.oid and attnum > 0 and not attisdropped) as columns,
         array(select attname::text from pg_attribute where attrelid = c.oid and attnum > 0 and attnotnull) as filled,
         exists (select from pg_trigger where tgrelid = c.oid and tgname = 'append_only') as "appendOnly"
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
         left join pg_inherits i on i.inhrelid = c.oid left join pg_class parent on parent.oid = i.inhparent
       where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname = any($1) order by 1, 2`,
      [services],
    )
  ).rows;

/** TypeORM's own record of what it ran: the owner's alone. */
const isBookkeeping = ({ name }: Table) => name === 'migrations';
/** The installation's own, in each environment. */
const ofNoPartner = new Set([
  'tokens.signing_keys',
  'identity.token_epochs',
  'identity.counted_batches',
  'notifications.provider',
]);
/** Of a partner, or where that is null of the provider itself. */
const ofPartnerOrProvider = new Set(
  ['webhooks', 'public_events', 'deliveries', 'delivery_attempts', 'feed_entries'].map(
    (name) => `notifications.${name}`,
  ),
);
const fullName = ({ service, name }: Table) => `${service}.${name}`;

/**
 * What environment roles may read of the tables that span both. Nobody reads more by accident: a new grant shows here.
 * Rows of tables with a column `environment` are further narrowed to the role's own.
 */
const readableByEnvironments: Record<string, string[]> = {
  'identity.account_requests': [
    'account_id',
    'display_name',
    'domain',
    'email',
    'environment',
    'partner_id',
    'password_hash',
    'username',
  ],
  'identity.domains': ['account_id', 'domain', 'environment', 'partner_id'],
  'identity.eligibility_rules': ['environment', 'programme', 'type'],
  'identity.partners': [
    'id',
    'key_limit_production',
    'key_limit_sandbox',
    'name',
    'programme',
    'suspended_at',
    'type',
    'verified',
  ],
  'identity.provider_policies': ['text', 'version'],
};

/** Two worlds that share nothing, by Postgres's own word (docs/adr/0003). */
describe('isolation in the database', () => {
  const system = sharedSystem();
  let tables: Table[];
  const parents = () => tables.filter(({ kind }) => kind === 'p');
  const environmentTables = () => parents().filter(({ partitionedBy }) => partitionedBy === 'LIST (environment)');
  const platformTables = () => parents().filter(({ partitionedBy }) => partitionedBy === 'LIST (scope)');
  const partitions = () => tables.filter(({ parent }) => parent !== null);
  const sharedTables = () => tables.filter((table) => table.kind === 'r' && !table.parent && !isBookkeeping(table));

  beforeAll(async () => {
    tables = await asAdministrator(system, readTables);
    await fillBothEnvironments();
  }, 60_000);

  /** A row in every environment table, in both environments. */
  async function fillBothEnvironments(): Promise<void> {
    const scenario = new Scenario(system);
    const provider = { session: await scenario.staff(), body: { name: 'Contoso APIs' } };
    expectStatus(await scenario.admin.put('/v1/provider', provider), 200);
    const { partnerId, sandbox, primary, subscriptionId, planId, key } = await scenario.inProduction();
    for (const { session } of [sandbox, primary]) {
      // Nobody has this name, so each attempt fails at once.
      const webhook = { session, body: { url: 'https://hooks.partner.example/' } };
      expectStatus(await scenario.gateway.post('/v1/webhooks', webhook), 201);
    }
    // The newest of each is deleted below; these go on, and are to expire.
    const expiring = { sandbox: key, production: await scenario.createKey(primary, subscriptionId, 'expires') };
    await scenario.createKey(sandbox, subscriptionId, 'deleted');
    for (const { session, environment } of [sandbox, primary]) {
      const body = { expiresAt: '2100-01-01T00:00:00Z' };
      expectStatus(await scenario.gateway.put(`/v1/keys/${expiring[environment].id}/expiry`, { session, body }), 200);
    }
    const firstToken = { sandbox: key, production: await scenario.createKey(primary, subscriptionId, 'first') };
    for (const environment of environments)
      expectStatus(await scenario.token(firstToken[environment], environment), 200);
    for (const account of [sandbox, primary]) {
      const { body } = await scenario.gateway.get('/v1/keys', { session: account.session });
      await scenario.gateway.delete(`/v1/keys/${body.items[0].id}?revokeTokens=true`, { session: account.session });
    }
    const cancellation = { session: primary.session, body: { confirm: 'Integration' } };
    await scenario.gateway.post(`/v1/subscriptions/${subscriptionId}/cancellation`, cancellation);
    for (const { environment, username } of [sandbox, primary])
      await scenario.admin.post(`/v1/partners/${partnerId}/rescue`, {
        session: await scenario.staff(),
        body: { environment, username },
      });
    const { id } = await scenario.subscribe(sandbox, planId);
    await scenario.gateway.delete(`/v1/subscriptions/${id}`, { session: sandbox.session });
    await scenario.message(primary, 'identity.key-deleted.v1');
    await scenario.message(sandbox, 'subscriptions.subscription-cancelled.v1');
    // What tells of a version comes before that which it follows, and waits: for longer than anybody looks here.
    await asAdministrator(system, async (client) => {
      for (const environment of environments)
        await client.query(
          `insert into notifications.held_back (environment, id, partner_id, subscription_id, version, follows, next_attempt_at)
           values ($1, gen_random_uuid(), $2, gen_random_uuid(), 2, 1, now() + interval '1 day')`,
          [environment, partnerId],
        );
    });
    for (const { session } of [sandbox, primary]) {
      expectStatus(
        await scenario.gateway.put('/v1/preferences/email/keys', { session, body: { enabled: false } }),
        200,
      );
      const { items } = (await scenario.gateway.get('/v1/notifications', { session })).body;
      const upTo = { session, body: { read: true, upTo: items[0].id } };
      expectStatus(await scenario.gateway.patch('/v1/notifications', upTo), 200);
    }
    for (const table of ['delivery_attempts', 'mails', 'once_events'])
      for (const environment of environments)
        await until(`a row of ${table} in ${environment}`, () =>
          asAdministrator(system, async (client) => {
            const rows = `select from notifications.${table} where environment = $1 and partner_id = $2 limit 1`;
            return ((await client.query(rows, [environment, partnerId])).rowCount ?? 0) > 0;
          }),
        );
  }

  const rowOf = (table: Table, column: string, value: string) =>
    asAdministrator(system, async (client) => {
      const { rows } = await client.query<{ row: object }>(
        `select to_jsonb(t) as row from ${fullName(table)} t where ${column} = $1 limit 1`,
        [value],
      );
      return rows[0]?.row;
    });

  describe('tables', () => {
    it('are found in every service', () => {
      for (const service of services) expect(tables.filter((table) => table.service === service)).not.toEqual([]);
      expect(environmentTables().map(fullName)).toEqual(
        expect.arrayContaining([
          'identity.accounts',
          'identity.access_keys',
          'notifications.messages',
          'identity.token_revocations',
        ]),
      );
      expect(tables.filter(({ kind }) => !['r', 'p'].includes(kind))).toEqual([]);
    });

    it('are partitioned by environment, or by scope, with exactly the partitions there are worlds', () => {
      expect(parents()).toHaveLength(environmentTables().length + platformTables().length);
      for (const table of parents()) {
        const values = table.partitionedBy === 'LIST (environment)' ? environments : scopes;
        const own = partitions().filter(({ service, parent }) => service === table.service && parent === table.name);
        expect(own.map(({ name, bound }) => [name, bound]).sort()).toEqual(
          values.map((value) => [`${table.name}_${value}`, `FOR VALUES IN ('${value}')`]).sort(),
        );
      }
    });

    it('have row-level security, forced upon the owner too, on parents and on partitions', () => {
      for (const table of tables.filter((each) => !isBookkeeping(each)))
        expect({ table: fullName(table), secured: table.secured, forced: table.forced }).toEqual({
          table: fullName(table),
          secured: true,
          forced: true,
        });
    });

    it('carry partner_id wherever they belong to an environment, and no row without one', () => {
      expect(environmentTables().map(fullName)).toEqual(
        expect.arrayContaining([...ofNoPartner, ...ofPartnerOrProvider]),
      );
      for (const table of environmentTables()) {
        const expected = ofNoPartner.has(fullName(table)) ? ['environment'] : ['environment', 'partner_id'];
        const carried = (names: string[]) =>
          names.filter((name) => ['environment', 'partner_id'].includes(name)).sort();
        expect([fullName(table), carried(table.columns)]).toEqual([fullName(table), expected]);
        const filled = ofPartnerOrProvider.has(fullName(table)) ? ['environment'] : expected;
        expect([fullName(table), carried(table.filled)]).toEqual([fullName(table), filled]);
      }
    });

    it('B3: of what has both an environment and a partner, only the directory and the requests are shared', () => {
      const both = sharedTables().filter(
        ({ columns }) => columns.includes('environment') && columns.includes('partner_id'),
      );
      expect(both.map(fullName)).toEqual(['identity.account_requests', 'identity.domains']);
    });
  });

  describe('rows', () => {
    it.each(environments)('B3: the role of %s sees its own rows and none of the other environment', async (own) => {
      const other = otherEnvironment(own);
      for (const table of environmentTables()) {
        for (const environment of environments)
          expect([fullName(table), environment, await rowOf(table, 'environment', environment)]).toEqual([
            fullName(table),
            environment,
            expect.anything(),
          ]);
        const seen = await asRole(system, table.service, own, async (client) => {
          const { rows } = await client.query<{ environment: string }>(
            `select distinct environment from ${fullName(table)}`,
          );
          expect(
            (await client.query(`select 1 from ${fullName(table)} where environment = $1`, [other])).rowCount,
          ).toBe(0);
          return rows.map(({ environment }) => environment);
        });
        expect([fullName(table), seen]).toEqual([fullName(table), [own]]);
      }
    });

    it.each(environments)('B3: the role of %s can write none of the other environment', async (own) => {
      const other = otherEnvironment(own);
      for (const table of environmentTables()) {
        const [mine, theirs] = [await rowOf(table, 'environment', own), await rowOf(table, 'environment', other)];
        await asRole(system, table.service, own, async (client) => {
          const insert = `insert into ${fullName(table)} select * from jsonb_populate_record(null::${fullName(table)}, $1)`;
          // Its own row gets as far as the primary key: what refuses the other's is the policy.
          expect([fullName(table), await attempt(client, insert, [mine])]).toEqual([fullName(table), uniqueViolation]);
          expect([fullName(table), await attempt(client, insert, [theirs])]).toEqual([fullName(table), refused]);
          const update = `update ${fullName(table)} set environment = environment where environment = $1`;
          expect([0, refused]).toContain(await attempt(client, update, [other]));
          expect([0, refused]).toContain(
            await attempt(client, `delete from ${fullName(table)} where environment = $1`, [other]),
          );
          expect(await attempt(client, `update ${fullName(table)} set environment = $1`, [other])).toBe(refused);
        });
      }
    });

    it('B3: the shared role sees nothing that belongs to an environment', async () => {
      for (const table of environmentTables())
        await asRole(system, table.service, 'shared', async (client) => {
          for (const statement of [
            `select from ${fullName(table)}`,
            `delete from ${fullName(table)}`,
            `update ${fullName(table)} set environment = environment`,
            `insert into ${fullName(table)} (environment) values ('sandbox')`,
          ])
            expect([statement, await attempt(client, statement)]).toEqual([statement, refused]);
        });
    });

    it("nobody reaches a partition by its own name, where the parent's policy does not hold", async () => {
      for (const table of partitions())
        for (const scope of scopes)
          await asRole(system, table.service, scope, async (client) => {
            for (const statement of [
              `select from ${fullName(table)}`,
              `delete from ${fullName(table)}`,
              `truncate ${fullName(table)}`,
              `insert into ${fullName(table)} default values`,
              `update ${fullName(table)} set ${table.columns[0]} = ${table.columns[0]}`,
            ])
              expect([scope, statement, await attempt(client, statement)]).toEqual([scope, statement, refused]);
          });
    });

    /** Outbox, consumed events, idempotency, dead letters: a row of each scope, of which each role sees one; then undone. */
    it.each(services)('of the platform tables of %s belong to one scope each', async (service) => {
      const values: Record<string, string> = {
        outbox: `(scope, event_id, subject, event) values ($1, gen_random_uuid(), 'test', '{}')`,
        consumed_events: `(scope, consumer, event_id) values ($1, 'test', gen_random_uuid())`,
        idempotency: `(scope, caller, key, fingerprint, reply) values ($1, 'test', gen_random_uuid(), '', '{}')`,
        leases: `(scope, name, holder, epoch, expires_at) values ($1, 'test', gen_random_uuid(), 1, now())`,
        audit: `(scope, id, at, actor_kind, action, targets, trace_id) values ($1, gen_random_uuid(), now(), 'system', 'test', '{}', '')`,
        put_off_events: `(scope, id, consumer, subject, event_id, payload, reason)
          values ($1, gen_random_uuid(), 'test', '', gen_random_uuid(), '', '')`,
        dead_letters: `(scope, id, consumer, subject, payload, reason) values ($1, gen_random_uuid(), 'test', '', '', '')`,
      };
      const own = platformTables().filter((table) => table.service === service);
      expect(own.map(({ name }) => name).sort()).toEqual(Object.keys(values).sort());
      for (const table of own)
        await asAdministrator(system, async (client) => {
          await client.query('begin');
          for (const scope of scopes)
            await client.query(`insert into ${fullName(table)} ${values[table.name]}`, [scope]);
          for (const scope of scopes) {
            await client.query(`set local role ${service}_${scope}`);
            const { rows } = await client.query<{ scope: Scope }>(`select distinct scope from ${fullName(table)}`);
            expect([fullName(table), rows.map((row) => row.scope)]).toEqual([fullName(table), [scope]]);
            for (const other of scopes.filter((each) => each !== scope)) {
              await client.query('savepoint trying');
              const trial = client.query(`insert into ${fullName(table)} ${values[table.name]}`, [other]);
              await expect(trial).rejects.toMatchObject({ code: refused });
              await client.query('rollback to savepoint trying');
            }
          }
          await client.query('rollback');
        });
    });
  });

  describe('tables that span both environments', () => {
    it('are readable for environment roles in the listed columns only, and never writable', async () => {
      const { rows } = await asAdministrator(system, (client) =>
        client.query<{ name: string; role: string; readable: string[]; writable: boolean }>(
          `select n.nspname || '.' || c.relname as name, r.rolname as role,
             array(select attname::text from pg_attribute a where a.attrelid = c.oid and attnum > 0 and not attisdropped
                   and has_column_privilege(r.oid, c.oid, a.attnum, 'select') order by 1) as readable,
             has_table_privilege(r.oid, c.oid, 'delete, truncate, references, trigger, maintain')
               or has_any_column_privilege(r.oid, c.oid, 'insert, update, references') as writable
           from pg_class c join pg_namespace n on n.oid = c.relnamespace
             cross join pg_roles r
           where c.relkind = 'r' and not c.relispartition and n.nspname = any($1)
             and r.rolname ~ ('^' || n.nspname || '_(sandbox|production)$')`,
          [services],
        ),
      );
      expect(rows.length).toBeGreaterThanOrEqual(2 * sharedTables().length);
      for (const { name, role, readable, writable } of rows)
        expect({ name, role, readable, writable }).toEqual({
          name,
          role,
          readable: readableByEnvironments[name] ?? [],
          writable: false,
        });
    });

    it.each(environments)('show the role of %s only rows of its own environment', async (own) => {
      const ofOneEach = sharedTables().filter(({ columns }) => columns.includes('environment'));
      expect(ofOneEach).not.toEqual([]);
      for (const table of ofOneEach) {
        for (const environment of environments)
          expect([fullName(table), await rowOf(table, 'environment', environment)]).toEqual([
            fullName(table),
            expect.anything(),
          ]);
        if (!(fullName(table) in readableByEnvironments)) continue;
        await asRole(system, table.service, own, async (client) => {
          const { rows } = await client.query(`select distinct environment from ${fullName(table)}`);
          expect([fullName(table), rows]).toEqual([fullName(table), [{ environment: own }]]);
        });
      }
    });

    it('let no environment role in where nothing is listed', async () => {
      const unlisted = sharedTables().filter((each) => !(fullName(each) in readableByEnvironments));
      expect(unlisted).not.toEqual([]);
      for (const table of unlisted)
        for (const environment of environments)
          await asRole(system, table.service, environment, async (client) => {
            expect(await attempt(client, `select from ${fullName(table)}`)).toBe(refused);
            expect(await attempt(client, `delete from ${fullName(table)}`)).toBe(refused);
          });
    });

    it('B7: the hash of an administrator to be waits only until the account is there', async () => {
      await until('every hash to be erased', () =>
        asAdministrator(system, async (client) => {
          const { rows } = await client.query<{ waiting: string }>(
            `select count(*) as waiting from identity.account_requests where password_hash is not null and state <> 'provisioning'`,
          );
          return rows[0]?.waiting === '0';
        }),
      );
    });
  });

  describe('roles', () => {
    const roles = services.flatMap((service) =>
      scopes.map((scope) => ({ service, scope, role: `${service}_${scope}` })),
    );
    const owners = services.map((service) => `${service}_owner`);

    it('are exactly these, and none has a right over others', async () => {
      const { rows } = await asAdministrator(system, (client) =>
        client.query<Record<string, unknown>>(
          `select rolname, rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication or rolinherit as mighty
           from pg_roles where rolname !~ '^pg_' and not rolsuper order by 1`,
        ),
      );
      expect(rows).toEqual(
        [...roles.map(({ role }) => role), ...owners].sort().map((rolname) => ({ rolname, mighty: false })),
      );
    });

    it('are members of nothing', async () => {
      const { rows } = await asAdministrator(system, (client) =>
        client.query(
          `select m.rolname from pg_auth_members am join pg_roles m on m.oid = am.member where m.rolname !~ '^pg_' and not m.rolsuper`,
        ),
      );
      expect(rows).toEqual([]);
    });

    it('own nothing; the owner of a schema owns nothing else', async () => {
      const { rows } = await asAdministrator(system, (client) =>
        client.query<{ role: string; schemas: string[] }>(
          `select r.rolname as role, array_agg(distinct coalesce(n.nspname, s.nspname, t.nspname, f.nspname, d.classid::regclass::name)::text) as schemas
           from pg_shdepend d join pg_roles r on r.oid = d.refobjid
             left join pg_class c on d.classid = 'pg_class'::regclass and c.oid = d.objid
             left join pg_namespace n on n.oid = c.relnamespace
             left join pg_namespace s on d.classid = 'pg_namespace'::regclass and s.oid = d.objid
             left join pg_type ty on d.classid = 'pg_type'::regclass and ty.oid = d.objid
             left join pg_namespace t on t.oid = ty.typnamespace
             left join pg_proc p on d.classid = 'pg_proc'::regclass and p.oid = d.objid
             left join pg_namespace f on f.oid = p.pronamespace
           where d.deptype = 'o' and not r.rolsuper group by 1 order by 1`,
        ),
      );
      expect(rows).toEqual([...services].sort().map((service) => ({ role: `${service}_owner`, schemas: [service] })));
    });

    it.each(roles)(
      '$role logs in with its own derived password, and enters no other schema',
      async ({ service, scope, role }) => {
        await asRole(system, service, scope, async (client) => {
          const { rows } = await client.query('select session_user, current_user');
          expect(rows).toEqual([{ session_user: role, current_user: role }]);
          for (const table of tables.filter((each) => each.service !== service))
            expect(await attempt(client, `select from ${fullName(table)}`)).toBe(refused);
          for (const statement of [
            `create table ${service}.mine ()`,
            'create table public.mine ()',
            'create temp table mine ()',
            'create schema mine',
            `set local role ${service}_owner`,
            `set local role ${service}_${scope === 'shared' ? 'sandbox' : 'shared'}`,
            `create function ${service}.mine() returns int language sql as 'select 1'`,
            `alter table ${service}.outbox disable row level security`,
            `drop table ${service}.outbox`,
            `select from ${service}.migrations`,
            `select pg_read_file('/etc/passwd')`,
            `copy ${service}.outbox to program 'true'`,
            'select rolpassword from pg_authid',
          ])
            expect([statement, await attempt(client, statement)]).toEqual([statement, refused]);
        });
      },
    );

    it.each(services)('the owner of %s, who migrates, enters no other schema either', async (service) => {
      await asRole(system, service, 'owner', async (client) => {
        for (const table of tables.filter((each) => each.service !== service))
          expect(await attempt(client, `select from ${fullName(table)}`)).toBe(refused);
      });
    });

    it('PUBLIC has no right to anything of ours', async () => {
      const { rows } = await asAdministrator(system, (client) =>
        client.query(
          `select what, name, privilege_type from (
             select 'database' as what, datname::text as name, coalesce(datacl, acldefault('d', datdba)) as acl from pg_database where datname = current_database()
             union all select 'schema', nspname::text, coalesce(nspacl, acldefault('n', nspowner)) from pg_namespace where nspname = any($1) or nspname = 'public'
             union all select 'table', oid::regclass::text, coalesce(relacl, acldefault('r', relowner)) from pg_class where relnamespace::regnamespace::text = any($1) and relkind in ('r', 'p', 'v')
             union all select 'sequence', oid::regclass::text, coalesce(relacl, acldefault('s', relowner)) from pg_class where relnamespace::regnamespace::text = any($1) and relkind = 'S'
             union all select 'function', oid::regprocedure::text, coalesce(proacl, acldefault('f', proowner)) from pg_proc where pronamespace::regnamespace::text = any($1)
           ) things, aclexplode(acl) where grantee = 0`,
          [services],
        ),
      );
      expect(rows).toEqual([]);
    });

    it("a service's own key does not make it the owner of its schema", async () => {
      for (const service of services) {
        const guess = databasePassword(deriveServiceKey(system.masterKey, service), 'owner');
        await expect(asRole(system, service, 'owner', async () => true, guess)).rejects.toMatchObject({
          code: wrongPassword,
        });
      }
    });

    it('a wrong password opens nothing', async () => {
      await expect(
        asRole({ ...system, masterKey: 'f'.repeat(64) }, 'identity', 'shared', async () => true),
      ).rejects.toMatchObject({ code: wrongPassword });
    });
  });

  describe('what is written for ever', () => {
    it('B40: the history of subscriptions, and the forms that were answered', () => {
      expect(tables.filter(({ appendOnly }) => appendOnly).map(fullName)).toEqual(
        expect.arrayContaining([
          'subscriptions.form_versions',
          'subscriptions.transitions',
          ...services.map((service) => `${service}.audit`),
        ]),
      );
    });

    it('B40: is changed by nobody, neither by the service nor by the owner of the table', async () => {
      for (const table of tables.filter(({ appendOnly }) => appendOnly)) {
        const [column] = table.columns;
        const statements = [
          `update ${fullName(table)} set ${column} = ${column}`,
          `delete from ${fullName(table)}`,
          `truncate ${fullName(table)} cascade`,
        ];
        await asRole(system, table.service, 'shared', async (client) => {
          // A partition is reached by nobody under its own name.
          const isReadable = (await attempt(client, `select from ${fullName(table)} limit 1`)) !== refused;
          expect([fullName(table), isReadable]).toEqual([fullName(table), table.parent === null]);
          for (const statement of statements) expect(await attempt(client, statement)).toBe(refused);
        });
        await asRole(system, table.service, 'owner', async (client) => {
          for (const statement of statements)
            expect([statement, await undisturbed(() => attempt(client, statement))]).toEqual([statement, raised]);
        });
      }
    });
  });
});

/** Other tests are at work in the same tables: what Postgres ended to resolve a deadlock is tried again. */
async function undisturbed(work: () => Promise<string | number>): Promise<string | number> {
  for (;;) {
    const result = await work();
    if (result !== deadlock) return result;
  }
}
