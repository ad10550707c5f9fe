import type { MigrationInterface, QueryRunner } from 'typeorm';
import { environmentTable, sharedTable } from '#libs/database';

export class CreateSignInFailures1790000000002 implements MigrationInterface {
  name = 'CreateSignInFailures1790000000002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(attempts);
    await runner.query(devices);
  }

  async down(): Promise<void> {
    throw new Error('This migration is not undone: it would forget who has guessed.');
  }
}

const attempts = `
  -- How often something was tried that must not be tried often, by a keyed hash of who tried it on what. It names no
  -- environment: an address is one and the same in both.
  create table identity.attempts (
    subject bytea primary key check (octet_length(subject) = 16),
    attempts integer not null check (attempts > 0),
    last_at timestamptz not null,
    expires_at timestamptz not null
  );
  create index attempts_expire on identity.attempts (expires_at);
  ${sharedTable('identity', 'attempts', 'select, insert, update, delete')}
`;

const devices = `
  -- Whence somebody has signed in before. Presented again: returned.
  create table identity.devices (
    environment text not null,
    partner_id uuid not null,
    person_id uuid not null,
    token_hash bytea not null,
    given_at timestamptz not null,
    returned_at timestamptz,
    expires_at timestamptz not null,
    primary key (environment, person_id, token_hash),
    foreign key (environment, person_id) references identity.people on delete cascade
  ) partition by list (environment);
  ${environmentTable('identity', 'devices', 'select, insert, update, delete')}

  create table identity.staff_devices (
    staff_id uuid not null references identity.staff on delete cascade,
    token_hash bytea not null,
    given_at timestamptz not null,
    returned_at timestamptz,
    expires_at timestamptz not null,
    primary key (staff_id, token_hash)
  );
  ${sharedTable('identity', 'staff_devices', 'select, insert, update, delete')}
`;
