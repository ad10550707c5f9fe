import type { MigrationInterface, QueryRunner } from 'typeorm';
import { retentionIndexes } from '#libs/database';

/** What goes by its age is found by it (docs/retention.md). */
export class IndexWhatIsOld1790000000004 implements MigrationInterface {
  name = 'IndexWhatIsOld1790000000004';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(retentionIndexes('tokens'));
  }

  async down(): Promise<void> {
    throw new Error('This migration is not undone: purges would read whole tables.');
  }
}
