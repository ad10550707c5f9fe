import type { MigrationInterface, QueryRunner } from 'typeorm';
import { environmentTable } from '#libs/database';

export class AddStoppedKeys1790000000007 implements MigrationInterface {
  name = 'AddStoppedKeys1790000000007';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Gets no token while it is set, and keeps its slot.
      alter table identity.access_keys add column stopped_at timestamptz;

      -- The last that was heard of a subscription that was cancelled or restored: news may come twice, late, out of order.
      create table identity.subscription_stops (
        environment text not null,
        subscription_id uuid not null,
        partner_id uuid not null,
        version bigint not null,
        stopped boolean not null,
        primary key (environment, partner_id, subscription_id)
      ) partition by list (environment);
      ${environmentTable('identity', 'subscription_stops', 'select, insert, update')}
    `);
  }

  async down(): Promise<void> {
    throw new Error('This migration is not undone: stopped keys would get tokens again.');
  }
}
