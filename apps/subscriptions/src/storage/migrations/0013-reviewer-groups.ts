import type { MigrationInterface, QueryRunner } from 'typeorm';
import { roleName, sharedTable } from '#libs/database';

/** Who of the reviewers reviews what. */
export class ReviewerGroups1790000000013 implements MigrationInterface {
  name = 'ReviewerGroups1790000000013';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table subscriptions.reviewer_groups (
        id uuid primary key,
        name text not null constraint reviewer_groups_name_unique unique,
        created_at timestamptz not null default now()
      );
      ${sharedTable('subscriptions', 'reviewer_groups', 'select, insert, update, delete')}

      create table subscriptions.reviewer_group_members (
        group_id uuid not null references subscriptions.reviewer_groups on delete cascade,
        staff_id uuid not null,
        primary key (group_id, staff_id)
      );
      ${sharedTable('subscriptions', 'reviewer_group_members', 'select, insert, delete')}

      -- Null: every reviewer.
      alter table subscriptions.plans add column reviewer_group_id uuid references subscriptions.reviewer_groups;
      create index plans_of_group on subscriptions.plans (reviewer_group_id) where reviewer_group_id is not null;
      grant update (reviewer_group_id) on subscriptions.plans to ${roleName('subscriptions', 'shared')};
    `);
  }

  async down(): Promise<void> {
    throw new Error('This migration is not undone: everybody would review everything.');
  }
}
