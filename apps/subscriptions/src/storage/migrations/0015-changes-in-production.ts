import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What is in production may be submitted again: the phase stays (B59). */
export class ChangesInProduction1790000000015 implements MigrationInterface {
  name = 'ChangesInProduction1790000000015';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Neither is looked at again for what is there, which was legal by a narrower rule.
      alter table subscriptions.subscriptions drop constraint subscriptions_check1;
      alter table subscriptions.subscriptions add constraint subscriptions_changes_requested
        check (phase in ('sandbox', 'production') or not changes_requested) not valid;

      alter table subscriptions.transitions drop constraint transitions_legal;
      alter table subscriptions.transitions add constraint transitions_legal check ((case action
        when 'created' then from_phase is null and to_phase in ('sandbox', 'in_review', 'production')
        when 'submitted' then (from_phase, to_phase) in (('sandbox', 'in_review'), ('production', 'production'))
        when 'approved' then (from_phase, to_phase) in (('in_review', 'production'), ('production', 'production'))
        when 'rejected' then (from_phase, to_phase) in (('in_review', 'rejected'), ('production', 'production'))
        when 'changes_requested' then (from_phase, to_phase) in (('in_review', 'sandbox'), ('production', 'production'))
        when 'withdrawn' then (from_phase, to_phase) in (('in_review', 'sandbox'), ('production', 'production'))
        when 'reopened' then (from_phase, to_phase) = ('rejected', 'sandbox')
        when 'payment_recorded' then from_phase = to_phase or (from_phase, to_phase) = ('in_review', 'production')
        when 'payment_undone' then from_phase = to_phase
        when 'production_unlocked' then (from_phase, to_phase) = ('production', 'production')
        when 'cancelled' then from_phase = to_phase
        when 'restored' then from_phase = to_phase
        when 'ended' then from_phase = to_phase
      end) is true) not valid;
    `);
  }

  async down(): Promise<void> {
    throw new Error(
      'This migration is not undone: the record may say of changes that they were reviewed in production.',
    );
  }
}
