import type { MigrationInterface, QueryRunner } from 'typeorm';
import { environments } from '#libs/contracts';
import { environmentTable, roleName, sharedTable } from '#libs/database';

export class SessionsAndSecondFactor1790000000003 implements MigrationInterface {
  name = 'SessionsAndSecondFactor1790000000003';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(sessions);
    await runner.query(people);
    await runner.query(staff);
  }

  async down(): Promise<void> {
    throw new Error('This migration is not undone: it would leave staff without their second factors.');
  }
}

/** What a session is shown and judged by. Those that there are keep going, as if used and signed in when they began. */
const sessionColumns = (table: string) => `
  alter table ${table}
    add column id uuid not null default gen_random_uuid(),
    add column address text,
    add column user_agent text,
    -- Of its password and codes, since the last right one.
    add column wrong_attempts smallint not null default 0,
    add column last_used_at timestamptz not null default now(),
    add column signed_in_at timestamptz;
  update ${table} set signed_in_at = created_at;
  alter table ${table} alter column id drop default, alter column signed_in_at set not null;`;

const changed = '(last_used_at, signed_in_at, wrong_attempts)';

const sessions = `
  ${sessionColumns('identity.sessions')}
  create unique index sessions_id on identity.sessions (environment, id);
  ${environments
    .map((environment) => `grant update ${changed} on identity.sessions to ${roleName('identity', environment)};`)
    .join('\n')}

  ${sessionColumns('identity.staff_sessions')}
  alter table identity.staff_sessions add column code_presented boolean not null default false;
  create unique index staff_sessions_id on identity.staff_sessions (id);
  grant update ${changed} on identity.staff_sessions to ${roleName('identity', 'shared')};
  grant update (code_presented) on identity.staff_sessions to ${roleName('identity', 'shared')};
`;

const people = `
  alter table identity.people add column version integer not null default 1;

  -- One link at a time with which somebody sets a new password. It goes with them, and with the password it is to replace.
  create table identity.password_resets (
    environment text not null,
    person_id uuid not null,
    partner_id uuid not null,
    account_id uuid not null,
    token_hash bytea not null,
    expires_at timestamptz not null,
    -- Who of the staff has made it.
    made_by uuid,
    created_at timestamptz not null,
    primary key (environment, person_id),
    unique (environment, token_hash),
    foreign key (environment, person_id) references identity.people on delete cascade
  ) partition by list (environment);
  ${environmentTable('identity', 'password_resets', 'select, insert, update, delete')}
`;

const staff = `
  create table identity.second_factors (
    staff_id uuid primary key references identity.staff,
    -- Sealed. Null: an enrolment has begun, and nothing is enrolled.
    secret bytea,
    -- Sealed. What is to take its place once a code of it was seen.
    next_secret bytea,
    -- The time step of the last code that was right: neither it nor an earlier one is taken again.
    used_step bigint not null default 0,
    wrong_codes smallint not null default 0,
    wrong_since timestamptz
  );
  ${sharedTable('identity', 'second_factors', 'select, insert, update, delete')}

  create table identity.recovery_codes (
    staff_id uuid not null references identity.second_factors on delete cascade,
    code_hash bytea not null,
    primary key (staff_id, code_hash)
  );
  ${sharedTable('identity', 'recovery_codes', 'select, insert, delete')}
`;
