import type { MigrationInterface, QueryRunner } from 'typeorm';
import { putOffEvents } from '#libs/database';

export class PutOffEvents1790000000004 implements MigrationInterface {
  name = 'PutOffEvents1790000000004';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(putOffEvents('notifications'));
  }

  async down(): Promise<void> {
    throw new Error('This migration is not undone: it would drop events that are yet to be taken.');
  }
}
