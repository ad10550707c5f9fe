import type { MigrationInterface, QueryRunner } from 'typeorm';
import { roleName, sharedTable, workColumns } from '#libs/database';

export class AddCancellations1790000000003 implements MigrationInterface {
  name = 'AddCancellations1790000000003';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Of a cancelled subscription: until when it may be restored. Null: no more.
      alter table subscriptions.subscriptions add column restorable_until timestamptz,
        add constraint subscriptions_restorable check (restorable_until is null or cancelled_at is not null);
      grant update (restorable_until) on subscriptions.subscriptions to ${roleName('subscriptions', 'shared')};

      -- Subscriptions that are to end when the time to restore them is over.
      create table subscriptions.cancellations (
        id uuid primary key references subscriptions.subscriptions,
        ${workColumns}
      );
      create index cancellations_due on subscriptions.cancellations (next_attempt_at) where next_attempt_at is not null;
      ${sharedTable('subscriptions', 'cancellations', 'select, insert, update, delete')}

      -- Not looked at again for what is there: the record is append-only and was legal by the rule before.
      alter table subscriptions.transitions drop constraint transitions_legal;
      alter table subscriptions.transitions add constraint transitions_legal check ((case action
        when 'created' then from_phase is null and to_phase in ('sandbox', 'in_review', 'production')
        when 'submitted' then (from_phase, to_phase) = ('sandbox', 'in_review')
        when 'approved' then from_phase = 'in_review' and to_phase in ('production', 'in_review')
        when 'rejected' then (from_phase, to_phase) = ('in_review', 'rejected')
        when 'changes_requested' then (from_phase, to_phase) = ('in_review', 'sandbox')
        when 'withdrawn' then (from_phase, to_phase) = ('in_review', 'sandbox')
        when 'reopened' then (from_phase, to_phase) = ('rejected', 'sandbox')
        when 'payment_recorded' then from_phase = to_phase or (from_phase, to_phase) = ('in_review', 'production')
        when 'production_unlocked' then (from_phase, to_phase) = ('production', 'production')
        when 'cancelled' then from_phase = to_phase
        when 'restored' then from_phase = to_phase
        when 'ended' then from_phase = to_phase
      end) is true) not valid;
    `);
  }

  async down(): Promise<void> {
    throw new Error('This migration is not undone: cancelled subscriptions could not be told from restored ones.');
  }
}
