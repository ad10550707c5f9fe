import type { MigrationInterface, QueryRunner } from 'typeorm';
import { putOffEvents } from '#libs/database';

export class PutOffEvents1790000000011 implements MigrationInterface {
  name = 'PutOffEvents1790000000011';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(putOffEvents('identity'));
  }

  async down(): Promise<void> {
    throw new Error('This migration is not undone: it would drop events that are yet to be taken.');
  }
}
