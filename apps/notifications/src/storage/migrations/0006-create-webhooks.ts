import type { MigrationInterface, QueryRunner } from 'typeorm';
import { environmentTable, workColumns } from '#libs/database';

/** B51 (docs/adr/0035): webhooks, what they are sent, and how each attempt went. */
export class CreateWebhooks1790000000006 implements MigrationInterface {
  name = 'CreateWebhooks1790000000006';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table notifications.webhooks (
        environment text not null,
        id uuid not null,
        -- Null: the provider's own, which is told what every partner is told.
        partner_id uuid,
        url text not null,
        description text not null,
        -- Null: all types.
        events text[],
        enabled boolean not null default true,
        disabled_reason text check (disabled_reason in ('owner', 'gone', 'failing')),
        -- Counts how often it was switched off: what was to be sent before that is sent no more.
        generation integer not null default 1,
        -- Sealed.
        secret bytea not null,
        previous_secret bytea,
        previous_secret_until timestamptz,
        -- Since when nothing was accepted, and how often its owner was told.
        failing_since timestamptz,
        warnings integer not null default 0,
        created_at timestamptz not null,
        deleted_at timestamptz,
        -- When it is looked at: that it fails, or that something of it is to be ended.
        ${workColumns},
        primary key (environment, id),
        check (enabled = (disabled_reason is null))
      ) partition by list (environment);
      create index webhooks_of_partner on notifications.webhooks (environment, partner_id, id) where deleted_at is null;
      create index webhooks_due on notifications.webhooks (next_attempt_at) where next_attempt_at is not null;
      ${environmentTable('notifications', 'webhooks', 'select, insert, update, delete')}

      create table notifications.public_events (
        environment text not null,
        id uuid not null,
        -- Whom it concerns; null: the provider.
        partner_id uuid,
        type text not null,
        -- The very bytes that are sent, each time and to whomever.
        body text not null,
        occurred_at timestamptz not null,
        recorded_at timestamptz not null default now(),
        primary key (environment, id)
      ) partition by list (environment);
      create index public_events_by_age on notifications.public_events (recorded_at);
      ${environmentTable('notifications', 'public_events', 'select, insert, delete')}

      create table notifications.deliveries (
        environment text not null,
        id uuid not null,
        -- Of the webhook; null: the provider's own.
        partner_id uuid,
        webhook_id uuid not null,
        -- Of the webhook when this was to be sent.
        generation integer not null,
        event_id uuid not null,
        type text not null,
        state text not null default 'waiting' check (state in ('waiting', 'delivered', 'failed', 'ended')),
        last_status integer,
        created_at timestamptz not null default now(),
        ${workColumns},
        primary key (environment, id),
        -- Effects once: an event goes to a webhook as one delivery.
        unique (environment, webhook_id, event_id),
        check ((state = 'waiting') = (next_attempt_at is not null))
      ) partition by list (environment);
      -- What is claimed is found webhook by webhook, however much waits for another; in one order, though much is due at
      -- the same moment, so that what is leased keeps its place.
      create index deliveries_due on notifications.deliveries (webhook_id, generation, next_attempt_at, id)
        where next_attempt_at is not null;
      create index deliveries_of_webhook on notifications.deliveries (environment, webhook_id, id);
      create index deliveries_failed on notifications.deliveries (webhook_id, created_at)
        where state in ('failed', 'ended');
      create index deliveries_by_age on notifications.deliveries (created_at);
      ${environmentTable('notifications', 'deliveries', 'select, insert, update, delete')}

      create table notifications.delivery_attempts (
        environment text not null,
        partner_id uuid,
        delivery_id uuid not null,
        -- The epoch of the lease under which it was made.
        number bigint not null,
        at timestamptz not null,
        status integer,
        latency_ms integer not null,
        excerpt text,
        error text,
        primary key (environment, delivery_id, number)
      ) partition by list (environment);
      create index delivery_attempts_by_age on notifications.delivery_attempts (at);
      ${environmentTable('notifications', 'delivery_attempts', 'select, insert, delete')}`);
  }

  async down(): Promise<void> {
    throw new Error('This migration is not undone: it would drop every webhook, and what is yet to be sent.');
  }
}
