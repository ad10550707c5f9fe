import type { MigrationInterface, QueryRunner } from 'typeorm';

export class WithdrawWhatWasCancelled1790000000008 implements MigrationInterface {
  name = 'WithdrawWhatWasCancelled1790000000008';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- B42: what is cancelled is in review no more. An earlier release withdrew the submission, but neither on the record
      -- nor in the phase. The record is append-only: the withdrawal comes after the cancellation, at its time and by who did it.
      with mended as (
        update subscriptions.subscriptions s set phase = 'sandbox', version = s.version + 1
          from subscriptions.submissions last
          where s.cancelled_at is not null and s.phase = 'in_review'
            and last.subscription_id = s.id and last.state = 'withdrawn'
            and last.number = (select max(number) from subscriptions.submissions where subscription_id = s.id)
          returning s.id, s.version, last.id as submission_id, last.decided_by, last.decided_at
      )
      insert into subscriptions.transitions
          (subscription_id, version, action, from_phase, to_phase, actor, notes, submission_id, at)
        select id, version, 'withdrawn', 'in_review', 'sandbox', decided_by, null, submission_id, decided_at from mended;
    `);
  }

  async down(): Promise<void> {
    throw new Error('This migration is not undone: the record says now what has happened.');
  }
}
