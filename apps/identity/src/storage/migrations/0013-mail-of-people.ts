import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What mails to people need to know of them. */
export class MailOfPeople1790000000013 implements MigrationInterface {
  name = 'MailOfPeople1790000000013';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table identity.people
        -- In which words they are written to, as BCP 47 has it. Null: they have chosen none.
        add column language text;
    `);
  }

  async down(): Promise<void> {
    throw new Error('This migration is not undone: people would have to choose their language again.');
  }
}
