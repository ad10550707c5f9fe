import type { MigrationInterface, QueryRunner } from 'typeorm';

/** B48: what is told by mail to the provider's staff. */
export class MailToStaff1790000000016 implements MigrationInterface {
  name = 'MailToStaff1790000000016';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Whom of the staff it is for; null: for people of the partner.
      alter table notifications.mailings add column staff jsonb;
    `);
  }

  async down(): Promise<void> {
    throw new Error('This migration is not undone: mails to the staff would go to nobody.');
  }
}
