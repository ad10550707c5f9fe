import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Until when nothing is sent to a webhook that has accepted nothing for a while. */
export class PauseFailingWebhooks1790000000015 implements MigrationInterface {
  name = 'PauseFailingWebhooks1790000000015';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table notifications.webhooks add column paused_until timestamptz');
  }

  async down(): Promise<void> {
    throw new Error('This migration is not undone: releases before can do with the column.');
  }
}
