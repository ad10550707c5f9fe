import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What ends tokens is kept by `identity`, beside what it ends with (docs/adr/0021). */
export class DropRevocations1790000000002 implements MigrationInterface {
  name = 'DropRevocations1790000000002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('drop table tokens.revocations');
  }

  async down(): Promise<void> {
    throw new Error('This migration is not undone: nothing writes that table any more.');
  }
}
