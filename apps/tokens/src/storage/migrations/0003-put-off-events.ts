import type { MigrationInterface, QueryRunner } from 'typeorm';
import { putOffEvents } from '#libs/database';

export class PutOffEvents1790000000003 implements MigrationInterface {
  name = 'PutOffEvents1790000000003';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(putOffEvents('tokens'));
  }

  async down(): Promise<void> {
    throw new Error('This migration is not undone: it would drop events that are yet to be taken.');
  }
}
