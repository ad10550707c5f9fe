import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddStopReasons1790000000010 implements MigrationInterface {
  name = 'AddStopReasons1790000000010';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Null where keys are stopped: by a copy that recorded no reasons.
      alter table identity.access_keys add column stop_reason text check (stop_reason in ('cancelled', 'payment'));
      alter table identity.subscription_stops add column reason text check (reason in ('cancelled', 'payment'));
    `);
  }

  async down(): Promise<void> {
    throw new Error('This migration is not undone: which keys wait for a payment would be forgotten.');
  }
}
