import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddPolicyVersion1790000000008 implements MigrationInterface {
  name = 'AddPolicyVersion1790000000008';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Which policy was accepted. What was accepted before had no version.
      alter table identity.accounts add column policy_version text;
    `);
  }

  async down(): Promise<void> {
    throw new Error('This migration is not undone: it would forget which policy was accepted.');
  }
}
