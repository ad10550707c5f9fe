import type { MigrationInterface, QueryRunner } from 'typeorm';
import { sharedTable } from '#libs/database';

/** What whoever submits again says of the notes of the decision before; and submissions in the making. */
export class AddChangeResponsesAndDrafts1790000000011 implements MigrationInterface {
  name = 'AddChangeResponsesAndDrafts1790000000011';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Copies of the version before submit without a word of it.
      alter table subscriptions.submissions add column responses json not null default '[]';

      create table subscriptions.drafts (
        subscription_id uuid primary key references subscriptions.subscriptions,
        -- Another with each that is saved: who saves says which they have read.
        version uuid not null,
        answers json not null,
        form_version integer,
        saved_by jsonb not null,
        saved_at timestamptz not null
      );
      create index drafts_by_age on subscriptions.drafts (saved_at);
      ${sharedTable('subscriptions', 'drafts', 'select, insert, update, delete')}
    `);
  }

  async down(): Promise<void> {
    throw new Error('This migration is not undone: what partners said would be gone.');
  }
}
