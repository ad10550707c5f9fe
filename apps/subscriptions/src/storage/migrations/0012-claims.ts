import type { MigrationInterface, QueryRunner } from 'typeorm';
import { roleName, sharedTable } from '#libs/database';

/** Who is reviewing what, and who of the staff may. */
export class Claims1790000000012 implements MigrationInterface {
  name = 'Claims1790000000012';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- A submission in review that somebody has taken up. The key is what makes it one reviewer at a time.
      create table subscriptions.claims (
        submission_id uuid primary key references subscriptions.submissions,
        staff_id uuid not null,
        claimed_by jsonb not null,
        -- As it was then: an admin is held to no group of reviewers.
        role text not null check (role in ('admin', 'reviewer')),
        claimed_at timestamptz not null
      );
      create index claims_of_staff on subscriptions.claims (staff_id);
      ${sharedTable('subscriptions', 'claims', 'select, insert, update, delete')}

      alter table subscriptions.submissions
        -- When somebody claimed it for the first time, which the partner is told once.
        add column taken_up_at timestamptz;
      grant update (taken_up_at) on subscriptions.submissions to ${roleName('subscriptions', 'shared')};

      -- Staff as identity has published them last: whom nobody has changed since there were such events is not in here.
      create table subscriptions.staff (
        id uuid primary key,
        active boolean not null,
        version integer not null
      );
      ${sharedTable('subscriptions', 'staff', 'select, insert, update')}

      -- A claim ends with the review, whichever copy ends that: one of the release before knows of no claims.
      create function subscriptions.end_claim() returns trigger language plpgsql as $$
      begin
        delete from subscriptions.claims where submission_id = new.id;
        return null;
      end $$;
      revoke all on function subscriptions.end_claim() from public;
      create trigger end_claim after update of state on subscriptions.submissions
        for each row when (new.state <> 'pending') execute function subscriptions.end_claim();
    `);
  }

  async down(): Promise<void> {
    throw new Error('This migration is not undone: who reviews what would be forgotten.');
  }
}
