import type { MigrationInterface, QueryRunner } from 'typeorm';

export class UnpaidIsInProduction1790000000005 implements MigrationInterface {
  name = 'UnpaidIsInProduction1790000000005';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- B32: what waits for its payment alone is in production with its keys locked; in review is what has a review.
      -- Not on the record: nothing has happened to the subscription.
      update subscriptions.subscriptions s set phase = 'production'
        from subscriptions.plans p
        where p.id = s.plan_id and not p.sandbox and s.phase = 'in_review' and s.payment_state = 'due'
          and (not p.approval or s.approved_at is not null);
    `);
  }

  async down(): Promise<void> {
    throw new Error('This migration is not undone: which of them were in review is not known any more.');
  }
}
