import type { MigrationInterface, QueryRunner } from 'typeorm';
import { environmentTable } from '#libs/database';

export class CountTokens1790000000021 implements MigrationInterface {
  name = 'CountTokens1790000000021';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- How many tokens were made (docs/adr/0041), by what decides how long they live: the minute in which they expire, and what can
      -- end them before.
      create table identity.token_counts (
        environment text not null,
        key_id uuid not null,
        -- Whole minutes: they expire before it, or then.
        expires_by timestamptz not null,
        epoch bigint not null,
        -- The person who made them without the key's secret; the nil UUID: nobody.
        made_by uuid not null,
        partner_id uuid not null,
        tokens integer not null check (tokens > 0),
        -- Of the one that lives longest.
        last_expires_at timestamptz not null,
        primary key (environment, key_id, expires_by, epoch, made_by)
      ) partition by list (environment);
      create index token_counts_by_age on identity.token_counts (expires_by);
      ${environmentTable('identity', 'token_counts', 'select, insert, update, delete')}

      -- So that what is sent again is not counted again. Of no partner: a batch has tokens of many (docs/adr/0003).
      create table identity.counted_batches (
        environment text not null,
        id uuid not null,
        counted_at timestamptz not null default now(),
        primary key (environment, id)
      ) partition by list (environment);
      create index counted_batches_by_age on identity.counted_batches (counted_at);
      ${environmentTable('identity', 'counted_batches', 'select, insert, delete')}
    `);
  }

  async down(): Promise<void> {
    throw new Error('This migration is not undone: what is live could not be counted any more.');
  }
}
