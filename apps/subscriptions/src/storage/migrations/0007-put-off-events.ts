import type { MigrationInterface, QueryRunner } from 'typeorm';
import { putOffEvents } from '#libs/database';

export class PutOffEvents1790000000007 implements MigrationInterface {
  name = 'PutOffEvents1790000000007';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(putOffEvents('subscriptions'));
  }

  async down(): Promise<void> {
    throw new Error('This migration is not undone: it would drop events that are yet to be taken.');
  }
}
