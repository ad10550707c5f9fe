import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Client } from 'pg';
import { DataSource, MigrationExecutor, type QueryRunner } from 'typeorm';
import { parsePostgresUrl } from '#libs/config';
import { databasePassword, deriveServiceKey } from '#libs/crypto';
import { scopes, services, type Service } from '#libs/contracts';
import {
  connectionConfig,
  ownerName,
  PrimaryClient,
  roleName,
  schemaRoles,
  sessionSettings,
  sourceOptions,
} from '#libs/database';
import { beginTurn, haveTurn, inTurn, repeatWhereDeadlocked, repeatWhereOvertaken } from './turns';

/** How long one statement of a migration may take: on large tables an index takes its time. */
const statementMs = 15 * 60_000;

const requireFrom = createRequire(__filename);
const appsFolder = join(__dirname, '..', '..', 'apps');

/** By convention, so that a new service is found without being listed here: `apps/<service>/src/storage/migrations`. */
const migrationsOf = (service: Service): (new () => object)[] => {
  const { migrations } = requireFrom(join(appsFolder, service, 'src', 'storage', 'migrations')) as {
    migrations: (new () => object)[];
  };
  return migrations;
};

/** Not derived from the service's own key: a service must not be able to become the owner of its schema. */
const ownerPassword = (masterKey: string, service: Service): string =>
  databasePassword(deriveServiceKey(masterKey, `owner of ${service}`), 'owner');

interface DatabaseSetup {
  /** An administrator's; used here and nowhere else. */
  databaseUrl: string;
  masterKey: string;
  log?: (line: string) => void;
}

/**
 * Roles, schemas and migrations. Safe to repeat, and for several at once: each part is one transaction, which one process
 * at a time gets through (docs/adr/0016).
 */
export async function setUpDatabase({ databaseUrl, masterKey, log }: DatabaseSetup): Promise<void> {
  const { username, password } = parsePostgresUrl(databaseUrl);
  const admin = new PrimaryClient(connectionOf(databaseUrl, { user: username, password }));
  await admin.connect();
  try {
    await inTurn('roles and schemas', () => repeatWhereOvertaken(() => prepare(admin, masterKey)), log);
  } finally {
    await admin.end();
  }
  for (const service of services) await migrate(service, databaseUrl, masterKey, log);
}

/** To the primary, encrypted and verified as the services will be. */
export const connectionOf = (
  databaseUrl: string,
  login: { user: string | undefined; password: string | undefined },
) => ({
  ...connectionConfig(parsePostgresUrl(databaseUrl), login),
  timeoutMs: statementMs,
});

/** Roles belong to the whole cluster, and no table of this database could be locked for them: whoever is overtaken repeats. */
async function prepare(admin: Client, masterKey: string): Promise<void> {
  await admin.query('begin');
  try {
    await beginTurn(admin);
    await lockDown(admin);
    for (const service of services) await prepareService(admin, service, masterKey);
    await admin.query('commit');
  } catch (error) {
    await admin.query('rollback').catch(() => undefined);
    throw error;
  }
}

async function lockDown(admin: Client): Promise<void> {
  const { rows } = await admin.query<{ name: string }>('select current_database() as name');
  const database = admin.escapeIdentifier(rows[0]?.name ?? '');
  await admin.query(`revoke all on database ${database} from public`);
  await admin.query('revoke all on schema public from public');
}

async function prepareService(admin: Client, service: Service, masterKey: string): Promise<void> {
  const key = deriveServiceKey(masterKey, service);
  const owner = ownerName(service);
  await ensureRole(admin, owner, ownerPassword(masterKey, service));
  for (const scope of scopes) await ensureRole(admin, roleName(service, scope), databasePassword(key, scope));
  const roles = schemaRoles(service).join(', ');
  const { rows } = await admin.query<{ name: string }>('select current_database() as name');
  await admin.query(`grant connect on database ${admin.escapeIdentifier(rows[0]?.name ?? '')} to ${owner}, ${roles}`);
  // An administrator who is no superuser must be a member of the owner to hand a schema over.
  await admin.query(`grant ${owner} to current_user`);
  await admin.query(`create schema if not exists ${service} authorization ${owner}`);
  await admin.query(`grant usage on schema ${service} to ${roles}`);
  for (const role of [owner, ...schemaRoles(service)])
    await admin.query(`alter role ${role} set search_path = ${service}`);
  for (const role of schemaRoles(service))
    for (const [name, value] of Object.entries(sessionSettings))
      await admin.query(`alter role ${role} set ${name} = ${admin.escapeLiteral(value)}`);
  await prepareMigrations(admin, service);
}

/** Made here, where one process at a time gets through: it is what the service's migrations take turns on. */
async function prepareMigrations(admin: Client, service: Service): Promise<void> {
  await admin.query(`set local role ${ownerName(service)}`);
  await admin.query(
    `create table if not exists ${service}.migrations (id serial primary key, timestamp bigint not null, name varchar not null)`,
  );
  await admin.query('set local role none');
}

/** What it may is named only where it is not so already: an administrator who is no superuser may not even repeat it. */
async function ensureRole(admin: Client, role: string, password: string): Promise<void> {
  const { rows } = await admin.query<{ is_plain: boolean }>(
    `select rolcanlogin and not (rolsuper or rolcreatedb or rolcreaterole or rolbypassrls or rolinherit) as is_plain
     from pg_roles where rolname = $1`,
    [role],
  );
  const attributes = rows[0]?.is_plain ? '' : 'login nosuperuser nocreatedb nocreaterole nobypassrls noinherit';
  await admin.query(
    `${rows[0] ? 'alter' : 'create'} role ${role} with ${attributes} password ${admin.escapeLiteral(password)}`,
  );
}

async function migrate(
  service: Service,
  databaseUrl: string,
  masterKey: string,
  log?: (line: string) => void,
): Promise<void> {
  const login = { user: ownerName(service), password: ownerPassword(masterKey, service) };
  const source = new DataSource({
    ...sourceOptions(connectionOf(databaseUrl, login)),
    schema: service,
    migrations: migrationsOf(service),
    migrationsTableName: 'migrations',
    poolSize: 1,
  });
  await source.initialize();
  try {
    const migrateOnce = () => repeatWhereDeadlocked(() => runMigrations(source, service));
    const done = await inTurn(`the migrations of ${service}`, migrateOnce, log);
    if (done.length > 0) log?.(`${service}: ${done.join(', ')}`);
  } finally {
    await source.destroy();
  }
}

/**
 * All that is new, or nothing. The lock is on a table of the service's own and ends with the transaction, so no other
 * service's role can take it, and a transaction pooler carries it.
 */
async function runMigrations(source: DataSource, service: Service): Promise<string[]> {
  const runner: QueryRunner = source.createQueryRunner();
  try {
    await runner.startTransaction();
    await beginTurn(runner);
    await runner.query(`lock table ${service}.migrations in exclusive mode`);
    await haveTurn(runner);
    const executor = new MigrationExecutor(source, runner);
    executor.transaction = 'all';
    const done = await executor.executePendingMigrations();
    await runner.commitTransaction();
    return done.map(({ name }) => name);
  } catch (error) {
    if (runner.isReleased) {
      const lost = `The connection to Postgres was lost while ${service} was being migrated. Nothing of it is left; start again.`;
      throw new Error(lost, { cause: error });
    }
    await runner.rollbackTransaction().catch(() => undefined);
    throw error;
  } finally {
    await runner.release();
  }
}
