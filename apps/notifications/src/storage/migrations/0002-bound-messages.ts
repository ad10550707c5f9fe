import type { MigrationInterface, QueryRunner } from 'typeorm';

/** An inbox keeps its newest messages: the others may go. */
export class BoundMessages1790000000002 implements MigrationInterface {
  name = 'BoundMessages1790000000002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('grant delete on notifications.messages to notifications_sandbox, notifications_production');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('revoke delete on notifications.messages from notifications_sandbox, notifications_production');
  }
}
