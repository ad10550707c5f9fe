import type { MigrationInterface, QueryRunner } from 'typeorm';
import { environmentTable, platformTables } from '#libs/database';

export class CreateNotifications1790000000001 implements MigrationInterface {
  name = 'CreateNotifications1790000000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table notifications.messages (
        environment text not null,
        id uuid not null,
        -- A partner has one account in an environment, so the two name the inbox.
        partner_id uuid not null,
        event_id uuid not null,
        type text not null,
        title text not null,
        text text not null,
        subscription_id uuid,
        key_id uuid,
        occurred_at timestamptz not null,
        read_at timestamptz,
        primary key (environment, id),
        -- The second line behind consumed_events: one message per event and account.
        unique (environment, event_id)
      ) partition by list (environment);
      create index messages_of_partner on notifications.messages (environment, partner_id, id);
      ${environmentTable('notifications', 'messages', 'select, insert, update')}
    `);
    await runner.query(platformTables('notifications'));
  }

  async down(): Promise<void> {
    throw new Error('This migration is not undone: it would drop every inbox.');
  }
}
