import type { MigrationInterface, QueryRunner } from 'typeorm';
import { roleName, sharedTable, workColumns } from '#libs/database';

/** By when reviews are to be decided, and who is reminded (B48). */
export class ReviewClocks1790000000016 implements MigrationInterface {
  name = 'ReviewClocks1790000000016';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table subscriptions.plans
        -- Null: whenever.
        add column due_working_days integer check (due_working_days between 1 and 60);
      grant update (due_working_days) on subscriptions.plans to ${roleName('subscriptions', 'shared')};

      alter table subscriptions.submissions
        -- By when it is to be decided.
        add column due_at timestamptz,
        -- When the partner has asked what has become of it.
        add column nudged_at timestamptz;
      grant update (due_at, nudged_at) on subscriptions.submissions to ${roleName('subscriptions', 'shared')};

      -- Submissions in review of which somebody is to be reminded. A row is gone when there is nothing more to say.
      create table subscriptions.review_clocks (
        id uuid primary key references subscriptions.submissions,
        -- As many as its plan had when it was submitted.
        working_days integer not null,
        reminded_at timestamptz,
        ${workColumns}
      );
      create index review_clocks_due on subscriptions.review_clocks (next_attempt_at) where next_attempt_at is not null;
      ${sharedTable('subscriptions', 'review_clocks', 'select, insert, update, delete')}
    `);
  }

  async down(): Promise<void> {
    throw new Error('This migration is not undone: nobody would be reminded of what waits.');
  }
}
