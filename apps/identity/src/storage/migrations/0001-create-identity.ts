import type { MigrationInterface, QueryRunner } from 'typeorm';
import { environmentTable, platformTables, sharedTable } from '#libs/database';

export class CreateIdentity1790000000001 implements MigrationInterface {
  name = 'CreateIdentity1790000000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(shared);
    await runner.query(perEnvironment);
    await runner.query(platformTables('identity'));
  }

  async down(): Promise<void> {
    throw new Error('This migration is not undone: it would drop every account.');
  }
}

const shared = `
  create table identity.partners (
    id uuid primary key,
    name text not null,
    domain text not null,
    programme text not null,
    type text not null,
    verified boolean not null,
    suspended_at timestamptz,
    suspension_notes text,
    -- Null: the setting's number.
    key_limit_sandbox smallint check (key_limit_sandbox between 0 and 100),
    key_limit_production smallint check (key_limit_production between 0 and 100),
    version integer not null default 1,
    created_at timestamptz not null default now()
  );
  ${sharedTable('identity', 'partners', 'select, insert, update', {
    columns: [
      'id',
      'name',
      'programme',
      'type',
      'verified',
      'suspended_at',
      'key_limit_sandbox',
      'key_limit_production',
    ],
  })}

  -- Which account, and so which environment, a domain signs in to. The sandbox's is reserved at registration.
  create table identity.domains (
    domain text primary key,
    environment text not null check (environment in ('sandbox', 'production')),
    partner_id uuid not null references identity.partners,
    account_id uuid not null
  );
  ${sharedTable('identity', 'domains', 'select, insert', { columns: ['domain', 'environment', 'partner_id', 'account_id'], onlyOwn: 'environment' })}

  -- An account to be opened in its environment. The administrator's hash waits here until then and is erased.
  create table identity.account_requests (
    environment text not null check (environment in ('sandbox', 'production')),
    partner_id uuid not null references identity.partners,
    account_id uuid not null,
    domain text not null,
    state text not null check (state in ('provisioning', 'awaiting_setup', 'active', 'failed')),
    failure text,
    username text not null,
    display_name text not null,
    email text not null,
    password_hash text,
    requested_at timestamptz not null default now(),
    primary key (environment, partner_id)
  );
  ${sharedTable('identity', 'account_requests', 'select, insert, update', {
    columns: [
      'environment',
      'partner_id',
      'account_id',
      'domain',
      'username',
      'display_name',
      'email',
      'password_hash',
    ],
    onlyOwn: 'environment',
  })}

  create table identity.eligibility_rules (
    environment text not null check (environment in ('sandbox', 'production')),
    programme text not null,
    type text not null,
    primary key (environment, programme, type)
  );
  ${sharedTable('identity', 'eligibility_rules', 'select, insert, delete', { columns: ['environment', 'programme', 'type'], onlyOwn: 'environment' })}
  insert into identity.eligibility_rules (environment, programme, type)
    select environment, 'csp', type from unnest(array['sandbox', 'production']) environment, unnest(array['indirect_provider', 'direct_bill']) type;

  create table identity.staff (
    id uuid primary key,
    email text not null unique,
    display_name text not null,
    role text not null check (role in ('admin', 'reviewer')),
    password_hash text not null,
    active boolean not null default true,
    created_at timestamptz not null default now()
  );
  ${sharedTable('identity', 'staff', 'select, insert, update')}

  create table identity.staff_sessions (
    token_hash bytea primary key,
    staff_id uuid not null references identity.staff,
    expires_at timestamptz not null,
    created_at timestamptz not null default now()
  );
  create index staff_sessions_of on identity.staff_sessions (staff_id);
  ${sharedTable('identity', 'staff_sessions', 'select, insert, delete')}
`;

const perEnvironment = `
  create table identity.accounts (
    environment text not null,
    id uuid not null,
    partner_id uuid not null,
    domain text not null,
    state text not null check (state in ('awaiting_setup', 'active')),
    api_access boolean not null default false,
    policy_accepted_at timestamptz,
    policy_accepted_by uuid,
    version integer not null default 1,
    created_at timestamptz not null default now(),
    primary key (environment, id),
    unique (environment, partner_id),
    unique (environment, domain)
  ) partition by list (environment);
  ${environmentTable('identity', 'accounts', 'select, insert, update')}

  create table identity.people (
    environment text not null,
    id uuid not null,
    partner_id uuid not null,
    account_id uuid not null,
    username text not null,
    display_name text not null,
    email text not null,
    role text not null check (role in ('global_admin', 'developer')),
    password_hash text not null,
    created_at timestamptz not null default now(),
    primary key (environment, id),
    constraint people_username_unique unique (environment, account_id, username)
  ) partition by list (environment);
  ${environmentTable('identity', 'people', 'select, insert, update, delete')}

  create table identity.sessions (
    environment text not null,
    token_hash bytea not null,
    partner_id uuid not null,
    account_id uuid not null,
    person_id uuid not null,
    expires_at timestamptz not null,
    created_at timestamptz not null default now(),
    primary key (environment, token_hash),
    foreign key (environment, person_id) references identity.people on delete cascade
  ) partition by list (environment);
  create index sessions_of_person on identity.sessions (environment, person_id);
  ${environmentTable('identity', 'sessions', 'select, insert, delete')}

  create table identity.access_keys (
    environment text not null,
    id uuid not null,
    partner_id uuid not null,
    account_id uuid not null,
    subscription_id uuid not null,
    product_id uuid not null,
    name text not null,
    application_id text not null,
    secret_hash bytea not null,
    secret_hint text not null,
    slot smallint not null check (slot between 1 and 100),
    version integer not null default 1,
    created_at timestamptz not null default now(),
    created_by jsonb not null,
    renewed_at timestamptz,
    deleted_at timestamptz,
    primary key (environment, id),
    unique (environment, application_id),
    foreign key (environment, account_id) references identity.accounts
  ) partition by list (environment);
  -- The second line behind the lock on the account: two live keys can never share a slot.
  create unique index access_keys_slot on identity.access_keys (environment, account_id, slot) where deleted_at is null;
  create index access_keys_of_subscription on identity.access_keys (environment, subscription_id) where deleted_at is null;
  ${environmentTable('identity', 'access_keys', 'select, insert, update')}

  -- A subscription that has ended: no key of it is made any more, however late the request.
  create table identity.ended_subscriptions (
    environment text not null,
    subscription_id uuid not null,
    partner_id uuid not null,
    ended_at timestamptz not null default now(),
    primary key (environment, subscription_id)
  ) partition by list (environment);
  ${environmentTable('identity', 'ended_subscriptions', 'select, insert')}
`;
