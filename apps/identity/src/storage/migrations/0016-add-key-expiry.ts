import type { MigrationInterface, QueryRunner } from 'typeorm';
import { environmentTable, workColumns } from '#libs/database';

export class AddKeyExpiry1790000000016 implements MigrationInterface {
  name = 'AddKeyExpiry1790000000016';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table identity.access_keys
        -- From when on it gets no token; null: never by itself.
        add column expires_at timestamptz,
        -- The latest that its owner may choose, by the plan; null: the plan has nothing to say.
        add column plan_expires_at timestamptz,
        -- What the plan said when the key was made: a pair that is made later lives as long again.
        add column plan_lifetime_days integer;

      -- What is to be told of a key that expires. The row decides, so that each is told once, whatever is started again.
      create table identity.key_expiries (
        environment text not null,
        -- Of the key.
        id uuid not null,
        partner_id uuid not null,
        expires_at timestamptz not null,
        -- Days before it that are to be told of next; 0: that it has expired.
        next_days smallint not null,
        -- Whether tokens may be about that were made when it was to expire later.
        ends_tokens boolean not null default false,
        ${workColumns},
        primary key (environment, id)
      ) partition by list (environment);
      create index key_expiries_due on identity.key_expiries (next_attempt_at);
      ${environmentTable('identity', 'key_expiries', 'select, insert, update, delete')}
    `);
  }

  async down(): Promise<void> {
    throw new Error('This migration is not undone: expired keys would get tokens again.');
  }
}
