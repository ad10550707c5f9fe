import type { MigrationInterface, QueryRunner } from 'typeorm';

export class DropUnsettledIndex1790000000022 implements MigrationInterface {
  name = 'DropUnsettledIndex1790000000022';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Nobody reads it since settling goes by position (docs/adr/0029), and every event pays for it.
      drop index identity.outbox_unsettled;
    `);
  }

  async down(): Promise<void> {
    throw new Error('This migration is not undone: nobody reads the index.');
  }
}
