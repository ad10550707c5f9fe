import type { MigrationInterface, QueryRunner } from 'typeorm';
import { environmentTable } from '#libs/database';

/** Which of the events were told that whoever publishes them may publish again at any time, under the same id. */
export class CreateOnceEvents1790000000014 implements MigrationInterface {
  name = 'CreateOnceEvents1790000000014';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table notifications.once_events (
        environment text not null,
        partner_id uuid not null,
        event_id uuid not null,
        primary key (environment, event_id)
      ) partition by list (environment);
      ${environmentTable('notifications', 'once_events', 'select, insert')}
    `);
  }

  async down(): Promise<void> {
    throw new Error('This migration is not undone: what was told once would be told again.');
  }
}
