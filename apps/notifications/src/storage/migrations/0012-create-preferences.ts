import type { MigrationInterface, QueryRunner } from 'typeorm';
import { environmentTable } from '#libs/database';

/** B50: what a person wants to be told (docs/adr/0036), and what of the inbox they have read. */
export class CreatePreferences1790000000012 implements MigrationInterface {
  name = 'CreatePreferences1790000000012';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [preferences, reads, lastMail]) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('This migration is not undone: people would be told again what they have switched off.');
  }
}

const preferences = `
  -- What somebody has chosen themselves. No row: they are told.
  create table notifications.preferences (
    environment text not null,
    partner_id uuid not null,
    person_id uuid not null,
    channel text not null check (channel in ('email')),
    kind text not null,
    enabled boolean not null,
    changed_at timestamptz not null,
    primary key (environment, person_id, channel, kind)
  ) partition by list (environment);
  ${environmentTable('notifications', 'preferences', 'select, insert, update')}
`;

const reads = `
  -- A person's own mark. What has messages.read_at was read when an account's people shared one.
  create table notifications.message_reads (
    environment text not null,
    message_id uuid not null,
    partner_id uuid not null,
    person_id uuid not null,
    read_at timestamptz not null,
    primary key (environment, message_id, person_id),
    foreign key (environment, message_id) references notifications.messages on delete cascade
  ) partition by list (environment);
  ${environmentTable('notifications', 'message_reads', 'select, insert')}
`;

const lastMail = `create index mails_of_person on notifications.mails (environment, person_id, id)`;
