import type { MigrationInterface, QueryRunner } from 'typeorm';
import { environmentTable, workColumns } from '#libs/database';

/** B50: what is told by mail, and the mail that each person gets of it (docs/adr/0036). */
export class CreateMails1790000000010 implements MigrationInterface {
  name = 'CreateMails1790000000010';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(mailings);
    await runner.query(mails);
  }

  async down(): Promise<void> {
    throw new Error('This migration is not undone: it would drop mails that are yet to be sent.');
  }
}

const grants = 'select, insert, update, delete';

const mailings = `
  -- What is to be told by mail. Worked off once, by finding out whom: that makes the mails.
  create table notifications.mailings (
    environment text not null,
    -- Of the event.
    id uuid not null,
    partner_id uuid not null,
    -- Who has done it, where it was somebody of a partner.
    person_id uuid,
    type text not null,
    title text not null,
    text text not null,
    -- The event's own, for templates of the provider.
    data jsonb not null,
    occurred_at timestamptz not null,
    ${workColumns},
    primary key (environment, id)
  ) partition by list (environment);
  create index mailings_due on notifications.mailings (next_attempt_at);
  create index mailings_by_age on notifications.mailings (occurred_at);
  ${environmentTable('notifications', 'mailings', grants)}
`;

const mails = `
  create table notifications.mails (
    environment text not null,
    id uuid not null,
    mailing_id uuid not null,
    partner_id uuid not null,
    person_id uuid not null,
    state text not null check (state in ('waiting', 'sent', 'bounced', 'failed', 'kept', 'dropped')),
    -- Where the last attempt went, and what it said.
    address text,
    subject text,
    text text,
    -- Why it is where it is.
    reason text,
    created_at timestamptz not null default now(),
    sent_at timestamptz,
    ${workColumns},
    primary key (environment, id),
    -- The second line behind the mailing, which is worked off once: one mail of an event for a person.
    unique (environment, mailing_id, person_id),
    foreign key (environment, mailing_id) references notifications.mailings on delete cascade
  ) partition by list (environment);
  create index mails_due on notifications.mails (next_attempt_at);
  create index mails_by_age on notifications.mails (created_at);
  create index mails_of_partner on notifications.mails (environment, partner_id, id);
  ${environmentTable('notifications', 'mails', grants)}
`;
