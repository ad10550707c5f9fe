import type { MigrationInterface, QueryRunner } from 'typeorm';
import { sharedTable } from '#libs/database';

/** What both sides of a review write, and what staff alone notes: in tables of their own, so that no query of a partner's can find both. */
export class AddReviewTalk1790000000010 implements MigrationInterface {
  name = 'AddReviewTalk1790000000010';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table subscriptions.review_messages (
        ${columns}
      );
      ${indexesOf('review_messages')}
      ${sharedTable('subscriptions', 'review_messages', 'select, insert')}

      create table subscriptions.internal_notes (
        ${columns}
      );
      ${indexesOf('internal_notes')}
      ${sharedTable('subscriptions', 'internal_notes', 'select, insert')}
    `);
  }

  async down(): Promise<void> {
    throw new Error('This migration is not undone: what was written would be gone.');
  }
}

const columns = `
        id uuid primary key,
        subscription_id uuid not null references subscriptions.subscriptions,
        -- Of the subscription: how often its people, and staff to them, write is counted.
        partner_id uuid not null,
        text text not null,
        author jsonb not null,
        side text not null check (side in ('partner', 'staff')),
        at timestamptz not null`;

const indexesOf = (table: string): string => `
      create index ${table}_of_subscription on subscriptions.${table} (subscription_id, id);
      create index ${table}_lately on subscriptions.${table} (partner_id, side, at);`;
