import type { MigrationInterface, QueryRunner } from 'typeorm';
import { environmentTable } from '#libs/database';

/** Links that are sent by mail (docs/adr/0036). Those for a new password are in `password_resets`, as copies of the release before use them. */
export class MailedLinks1790000000014 implements MigrationInterface {
  name = 'MailedLinks1790000000014';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table identity.people
        -- When a link that was sent to the address was followed. Null: nobody has proved it.
        add column email_verified_at timestamptz,
        -- Until they have set a password of their own.
        add column invited_at timestamptz;
      create index people_by_email on identity.people (environment, email);

      create table identity.email_verifications (
        environment text not null,
        person_id uuid not null,
        partner_id uuid not null,
        account_id uuid not null,
        -- Of another address than the person has, it proves nothing.
        email text not null,
        token_hash bytea not null,
        expires_at timestamptz not null,
        created_at timestamptz not null,
        primary key (environment, person_id),
        unique (environment, token_hash),
        foreign key (environment, person_id) references identity.people on delete cascade
      ) partition by list (environment);
      create index email_verifications_by_age on identity.email_verifications (expires_at);
      ${environmentTable('identity', 'email_verifications', 'select, insert, update, delete')}
    `);
  }

  async down(): Promise<void> {
    throw new Error('This migration is not undone: nobody would know which addresses are proved.');
  }
}
