import { environments, scopes, type Scope, type Service } from '#libs/contracts';
import { ownerName, roleName } from './roles';

type Grants = string;

interface Partitioning {
  table: string;
  column: 'environment' | 'scope';
  values: readonly Scope[];
  grants: Grants;
}

/**
 * Partitions, row-level security and grants of a table that is `partition by list`. Each scope's role is tied to its
 * rows by a policy, so a query that forgets its WHERE cannot cross. Nobody is granted a partition itself: that would
 * bypass the parent's policy. FORCE binds the owner too, who therefore has a policy of its own.
 */
function partitioned(service: Service, { table, column, values, grants }: Partitioning): string {
  const parent = `${service}.${table}`;
  const secure = (name: string) => `
    alter table ${name} enable row level security;
    alter table ${name} force row level security;
    create policy owner_all on ${name} to ${ownerName(service)} using (true) with check (true);`;
  return [
    secure(parent),
    ...values.map(
      (value) => `
    create table ${parent}_${value} partition of ${parent} for values in ('${value}');
    ${secure(`${parent}_${value}`)}
    create policy ${value}_only on ${parent} to ${roleName(service, value)}
      using (${column} = '${value}') with check (${column} = '${value}');
    grant ${grants} on ${parent} to ${roleName(service, value)};`,
    ),
  ].join('\n');
}

/** A table of what belongs to one environment: `partition by list (environment)`. */
export const environmentTable = (service: Service, table: string, grants: Grants): string =>
  partitioned(service, { table, column: 'environment', values: environments, grants });

interface Readable {
  /** The columns that environment roles may read. */
  columns: string[];
  /** A column that ties a row to one environment: the other's role does not see it. */
  onlyOwn?: string;
}

/**
 * A table of what spans both environments: the shared role's alone. Environment roles read the columns named, and of
 * rows that belong to one environment only their own.
 */
export function sharedTable(service: Service, table: string, grants: Grants, readable?: Readable): string {
  const name = `${service}.${table}`;
  const shared = roleName(service, 'shared');
  const readers = environments.map(
    (environment) => `
    create policy ${environment}_reads on ${name} for select to ${roleName(service, environment)}
      using (${readable?.onlyOwn ? `${readable.onlyOwn} = '${environment}'` : 'true'});
    grant select (${readable?.columns.join(', ')}) on ${name} to ${roleName(service, environment)};`,
  );
  return `
    alter table ${name} enable row level security;
    alter table ${name} force row level security;
    create policy owner_all on ${name} to ${ownerName(service)} using (true) with check (true);
    create policy shared_all on ${name} to ${shared} using (true) with check (true);
    grant ${grants} on ${name} to ${shared};
    ${readable ? readers.join('\n') : ''}`;
}

/** For a table that a `Worker` (libs/events) works off; null as the next attempt: done. An index on it belongs beside. */
export const workColumns = `
      next_attempt_at timestamptz,
      attempts integer not null default 0,
      lease_until timestamptz,
      lease_epoch bigint not null default 0`;

/** Nobody, not even the owner, changes or removes what is written there. */
export const appendOnly = (service: Service, table: string, partitions: readonly Scope[] = []): string => `
    create function ${service}.refuse_change_of_${table}() returns trigger language plpgsql as $$
    begin raise exception '${service}.${table} is append-only'; end $$;
    revoke all on function ${service}.refuse_change_of_${table}() from public;
    create trigger append_only before update or delete or truncate on ${service}.${table}
      for each statement execute function ${service}.refuse_change_of_${table}();
    ${partitions
      .map(
        (
          partition,
        ) => `create trigger append_only before update or delete or truncate on ${service}.${table}_${partition}
      for each statement execute function ${service}.refuse_change_of_${table}();`,
      )
      .join('\n')}`;

const platform: Omit<Partitioning, 'column' | 'values'>[] = [
  { table: 'outbox', grants: 'select, insert, update, delete' },
  { table: 'consumed_events', grants: 'select, insert, delete' },
  { table: 'idempotency', grants: 'select, insert, delete' },
  { table: 'dead_letters', grants: 'select, insert' },
  { table: 'leases', grants: 'select, insert, update' },
  { table: 'audit', grants: 'select, insert' },
];

const putOffTable: Omit<Partitioning, 'column' | 'values'> = {
  table: 'put_off_events',
  grants: 'select, insert, update, delete',
};

/** Every service has these, and cannot write or tell anything without them. */
export const platformTableNames = [...platform, putOffTable].map(({ table }) => table);

/** Outbox, consumed events, idempotency and dead letters: every service has them, partitioned by scope in the same way. */
export function platformTables(service: Service): string {
  return `
    create sequence ${service}.outbox_id_seq;
    grant usage on sequence ${service}.outbox_id_seq to ${scopes.map((scope) => roleName(service, scope)).join(', ')};
    create table ${service}.outbox (
      scope text not null,
      id bigint not null default nextval('${service}.outbox_id_seq'),
      event_id uuid not null,
      subject text not null,
      event jsonb not null,
      written_at timestamptz not null default now(),
      published_at timestamptz,
      -- Set once every consumer has recorded it.
      settled_at timestamptz,
      primary key (scope, id),
      unique (scope, event_id)
    ) partition by list (scope);
    create index outbox_unpublished on ${service}.outbox (scope, id) where published_at is null;
    create index outbox_unsettled on ${service}.outbox (scope, id) where settled_at is null;

    create table ${service}.consumed_events (
      scope text not null,
      consumer text not null,
      event_id uuid not null,
      recorded_at timestamptz not null default now(),
      primary key (scope, consumer, event_id)
    ) partition by list (scope);

    create table ${service}.idempotency (
      scope text not null,
      caller text not null,
      key text not null,
      fingerprint text not null,
      reply jsonb not null,
      recorded_at timestamptz not null default now(),
      primary key (scope, caller, key)
    ) partition by list (scope);

    create table ${service}.dead_letters (
      scope text not null,
      id uuid not null,
      consumer text not null,
      subject text not null,
      event_id uuid,
      payload text not null,
      reason text not null,
      failed_at timestamptz not null default now(),
      primary key (scope, id)
    ) partition by list (scope);

    -- Who does a piece of work that one copy does at a time; the epoch fences whoever had it before.
    create table ${service}.leases (
      scope text not null,
      name text not null,
      holder uuid not null,
      epoch bigint not null,
      expires_at timestamptz not null,
      primary key (scope, name)
    ) partition by list (scope);

    -- One row for each act: who, what, on what, when, from where. No names and no secrets. An actor's id is a uuid, or the
    -- name of a service.
    create table ${service}.audit (
      scope text not null,
      id uuid not null,
      at timestamptz not null,
      actor_kind text not null
        check (actor_kind in ('person', 'staff', 'anonymous', 'service', 'event', 'system')),
      actor_id text,
      action text not null,
      outcome text not null default 'done' check (outcome in ('done', 'refused')),
      targets jsonb not null,
      address text,
      trace_id text not null,
      primary key (scope, id)
    ) partition by list (scope);
    ${platform.map((table) => partitioned(service, { ...table, column: 'scope', values: scopes })).join('\n')}
    ${appendOnly(service, 'audit', scopes)}`;
}

/**
 * For a migration of each service (adr 0028, 0029): events that are put off, and where the stream has what the outbox has
 * published. What is null there was published by a copy of a release before.
 */
export function putOffEvents(service: Service): string {
  return `
    create table ${service}.put_off_events (
      scope text not null,
      id uuid not null,
      consumer text not null,
      subject text not null,
      event_id uuid not null,
      -- As it came; null characters, which no JSON has, aside.
      payload text not null,
      -- Of the latest attempt.
      reason text not null,
      put_off_at timestamptz not null default now(),
      ${workColumns},
      primary key (scope, id),
      unique (scope, consumer, event_id)
    ) partition by list (scope);
    create index put_off_events_due on ${service}.put_off_events (next_attempt_at);
    ${partitioned(service, { ...putOffTable, column: 'scope', values: scopes })}
    -- A dead letter that is to be tried again becomes an event that is put off.
    grant delete on ${service}.dead_letters to ${scopes.map((scope) => roleName(service, scope)).join(', ')};

    alter table ${service}.outbox
      -- In the stream that had it last; 0: that stream is gone.
      add column stream_seq bigint,
      -- Consumers that have not recorded it; null: none has been asked.
      add column awaited text[],
      -- When it is published again after a refusal, or else looked after; how often it was.
      add column next_look_at timestamptz,
      add column looks integer not null default 0;
    create index outbox_looked_after on ${service}.outbox (scope, next_look_at nulls first)
      where settled_at is null and published_at is not null;`;
}

/** For a migration of each service (adr 0032): what is purged is found by its age, and whether a dead letter keeps it. */
export const retentionIndexes = (service: Service): string => `
    create index outbox_by_age on ${service}.outbox (settled_at) where settled_at is not null;
    create index consumed_events_by_age on ${service}.consumed_events (recorded_at);
    create index idempotency_by_age on ${service}.idempotency (recorded_at);
    create index dead_letters_by_age on ${service}.dead_letters (failed_at);
    create index dead_letters_of_event on ${service}.dead_letters (scope, consumer, event_id);`;
