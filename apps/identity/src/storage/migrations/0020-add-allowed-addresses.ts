import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddAllowedAddresses1790000000020 implements MigrationInterface {
  name = 'AddAllowedAddresses1790000000020';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- From where a key and its tokens may be used: ranges in CIDR notation, as they are shown. Empty: from anywhere.
      alter table identity.access_keys add column allowed_addresses text[] not null default '{}';
    `);
  }

  async down(): Promise<void> {
    throw new Error('This migration is not undone: keys could be used from anywhere again.');
  }
}
