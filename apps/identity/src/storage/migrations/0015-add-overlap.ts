import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddOverlap1790000000015 implements MigrationInterface {
  name = 'AddOverlap1790000000015';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- The secret before the present one, and until when it works. It counts only for the renewal at overlap_since: a copy
      -- of the release before renews a key without a word here, and what it has ended must not live on.
      alter table identity.access_keys
        add column previous_secret_hash bytea,
        add column previous_secret_until timestamptz,
        add column overlap_since timestamptz;
    `);
  }

  async down(): Promise<void> {
    throw new Error('This migration is not undone: secrets that were promised to work for a while would end at once.');
  }
}
