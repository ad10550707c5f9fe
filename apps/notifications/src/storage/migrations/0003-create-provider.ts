import type { MigrationInterface, QueryRunner } from 'typeorm';
import { environmentTable } from '#libs/database';

/** Whom messages name as the provider: a copy in each environment, of what identity has published. */
export class CreateProvider1790000000003 implements MigrationInterface {
  name = 'CreateProvider1790000000003';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table notifications.provider (
        environment text not null,
        name text not null,
        contact_email text,
        contact_url text,
        review_days json,
        -- The provider's own: what arrives late changes nothing.
        version integer not null,
        primary key (environment)
      ) partition by list (environment);
      ${environmentTable('notifications', 'provider', 'select, insert, update')}
    `);
  }

  async down(): Promise<void> {
    throw new Error('This migration is not undone: identity publishes the provider only when it changes.');
  }
}
