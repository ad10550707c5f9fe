import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddKeyLifetime1790000000017 implements MigrationInterface {
  name = 'AddKeyLifetime1790000000017';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Null: keys of the plan do not expire by themselves.
      alter table subscriptions.plans add column key_lifetime_days integer check (key_lifetime_days > 0);
    `);
  }

  async down(): Promise<void> {
    throw new Error('This migration is not undone: keys that are to expire would no longer.');
  }
}
