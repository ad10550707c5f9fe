import type { MigrationInterface, QueryRunner } from 'typeorm';
import { appendOnly, roleName, sharedTable } from '#libs/database';

/** Plans that two different people approve. */
export class FourEyes1790000000014 implements MigrationInterface {
  name = 'FourEyes1790000000014';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table subscriptions.plans add column four_eyes boolean not null default false;
      grant update (four_eyes) on subscriptions.plans to ${roleName('subscriptions', 'shared')};

      -- The key is what makes them different people. Of a submission: what is submitted anew begins anew.
      create table subscriptions.approvals (
        submission_id uuid not null references subscriptions.submissions,
        staff_id uuid not null,
        approved_by jsonb not null,
        notes text,
        at timestamptz not null,
        primary key (submission_id, staff_id)
      );
      ${sharedTable('subscriptions', 'approvals', 'select, insert')}
      ${appendOnly('subscriptions', 'approvals')}

      -- The second line behind domain/four-eyes.ts, and the first for copies of the release before, which know one approval.
      create function subscriptions.require_four_eyes() returns trigger language plpgsql as $$
      begin
        if (select plan.four_eyes from subscriptions.subscriptions subscription
              join subscriptions.plans plan on plan.id = subscription.plan_id where subscription.id = new.subscription_id)
          and (select count(*) from subscriptions.approvals where submission_id = new.id) < 2
        then raise exception 'two different people must approve this submission';
        end if;
        return new;
      end $$;
      revoke all on function subscriptions.require_four_eyes() from public;
      create trigger require_four_eyes before update of state on subscriptions.submissions
        for each row when (new.state = 'approved' and old.state <> 'approved')
        execute function subscriptions.require_four_eyes();
    `);
  }

  async down(): Promise<void> {
    throw new Error('This migration is not undone: one approval would be enough.');
  }
}
