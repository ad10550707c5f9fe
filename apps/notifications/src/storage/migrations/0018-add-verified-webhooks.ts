import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddVerifiedWebhooks1790000000018 implements MigrationInterface {
  name = 'AddVerifiedWebhooks1790000000018';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- When it accepted something for the first time; null: never, or not since this is written down.
      alter table notifications.webhooks add column verified_at timestamptz;
    `);
  }

  async down(): Promise<void> {
    throw new Error('This migration is not undone: that a webhook works would be told again.');
  }
}
