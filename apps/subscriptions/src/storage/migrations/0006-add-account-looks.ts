import type { MigrationInterface, QueryRunner } from 'typeorm';
import { roleName, sharedTable, workColumns } from '#libs/database';

/** What partners were told of what their account lacks for production, so that each change is told, and told once. */
export class AddAccountLooks1790000000006 implements MigrationInterface {
  name = 'AddAccountLooks1790000000006';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Of production: what of the account the partner was told last to be missing. Null: nobody knows.
      alter table subscriptions.grants add column published_missing text[];
      grant update (published_missing) on subscriptions.grants to ${roleName('subscriptions', 'shared')};

      -- Partners whose account is to be looked at: whether it lacks for production what it did not, or no longer what it did.
      create table subscriptions.account_looks (
        -- The partner's.
        id uuid primary key,
        ${workColumns}
      );
      create index account_looks_due on subscriptions.account_looks (next_attempt_at) where next_attempt_at is not null;
      ${sharedTable('subscriptions', 'account_looks', 'select, insert, update')}

      insert into subscriptions.account_looks (id, next_attempt_at)
        select distinct s.partner_id, now() from subscriptions.grants g
          join subscriptions.subscriptions s on s.id = g.subscription_id
        where g.environment = 'production';

      -- For copies of the version before, which open a grant without a word of this: what they told is what a look finds.
      create function subscriptions.look_at_account_of_grant() returns trigger language plpgsql as $$
      begin
        insert into subscriptions.account_looks (id, next_attempt_at)
          select partner_id, now() from subscriptions.subscriptions where id = new.subscription_id
          on conflict (id) do update set next_attempt_at = now();
        return null;
      end $$;
      revoke all on function subscriptions.look_at_account_of_grant() from public;
      create trigger look_at_account after insert on subscriptions.grants
        for each row when (new.environment = 'production' and new.published_missing is null)
        execute function subscriptions.look_at_account_of_grant();
    `);
  }

  async down(): Promise<void> {
    throw new Error('This migration is not undone: what partners were told would be told again.');
  }
}
