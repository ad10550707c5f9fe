import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { databasePassword, deriveServiceKey } from '#libs/crypto';
import { scopes, services, type Service } from '#libs/contracts';
import { ownerName, roleName, schemaRoles } from '#libs/database';

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

/** Roles, schemas and migrations. Safe to repeat. */
export async function setUpDatabase({ databaseUrl, masterKey, log }: DatabaseSetup): Promise<void> {
  const admin = new Client({ connectionString: databaseUrl });
  await admin.connect();
  try {
    await lockDown(admin);
    for (const service of services) await prepareService(admin, service, masterKey);
  } finally {
    await admin.end();
  }
  for (const service of services) await migrate(service, databaseUrl, masterKey, log);
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
}

async function ensureRole(admin: Client, role: string, password: string): Promise<void> {
  const { rowCount } = await admin.query('select 1 from pg_roles where rolname = $1', [role]);
  const attributes = `login nosuperuser nocreatedb nocreaterole nobypassrls noinherit password ${admin.escapeLiteral(password)}`;
  await admin.query(`${rowCount ? 'alter' : 'create'} role ${role} with ${attributes}`);
}

async function migrate(
  service: Service,
  databaseUrl: string,
  masterKey: string,
  log?: (line: string) => void,
): Promise<void> {
  const { hostname, port, pathname } = new URL(databaseUrl);
  const source = new DataSource({
    type: 'postgres',
    host: hostname,
    port: Number(port || 5432),
    database: pathname.slice(1),
    username: ownerName(service),
    password: ownerPassword(masterKey, service),
    schema: service,
    migrations: migrationsOf(service),
    migrationsTableName: 'migrations',
    installExtensions: false,
    logging: false,
    poolSize: 1,
  });
  await source.initialize();
  try {
    // Two set-ups at once take turns.
    const runner = source.createQueryRunner();
    await runner.query('select pg_advisory_lock(hashtextextended($1, 13))', [`migrate ${service}`]);
    await runner.release();
    const done = await source.runMigrations({ transaction: 'each' });
    if (done.length > 0) log?.(`${service}: ${done.map(({ name }) => name).join(', ')}`);
  } finally {
    await source.destroy();
  }
}
