import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddLastUse1790000000018 implements MigrationInterface {
  name = 'AddLastUse1790000000018';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- In no index, so that what is written often leaves the indexes alone.
      alter table identity.access_keys add column last_used_at timestamptz, add column last_used_address text;
    `);
  }

  async down(): Promise<void> {
    throw new Error('This migration is not undone: when keys were used would be forgotten.');
  }
}
