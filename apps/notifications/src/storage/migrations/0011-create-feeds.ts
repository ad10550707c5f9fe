import type { MigrationInterface, QueryRunner } from 'typeorm';
import { environmentTable, workColumns } from '#libs/database';

/** B52 (docs/adr/0037): what has happened, in one order, for whoever follows it. */
export class CreateFeeds1790000000011 implements MigrationInterface {
  name = 'CreateFeeds1790000000011';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [feeds, entries, order, known]) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('This migration is not undone: whoever follows a feed would have lost their place.');
  }
}

const feeds = `
  create table notifications.feeds (
    environment text not null,
    -- The nil UUID: the feed of all that happens in the environment.
    partner_id uuid not null,
    -- Of the newest entry. The next is counted on from here, under this row's lock: where one can be read, no smaller one
    -- is still to come.
    last_number bigint not null default 0,
    primary key (environment, partner_id)
  ) partition by list (environment);
  ${environmentTable('notifications', 'feeds', 'select, insert, update')}
`;

const entries = `
  create table notifications.feed_entries (
    environment text not null,
    -- In the feed of the environment.
    number bigint not null,
    -- Null: the provider alone is concerned.
    partner_id uuid,
    partner_number bigint,
    event_id uuid not null,
    subscription_id uuid,
    recorded_at timestamptz not null default now(),
    primary key (environment, number),
    check ((partner_id is null) = (partner_number is null))
  ) partition by list (environment);
  create unique index feed_entries_of_partner on notifications.feed_entries (environment, partner_id, partner_number)
    where partner_id is not null;
  create index feed_entries_of_subscription on notifications.feed_entries
    (environment, partner_id, subscription_id, partner_number) where subscription_id is not null;
  create index feed_entries_by_age on notifications.feed_entries (recorded_at);
  ${environmentTable('notifications', 'feed_entries', 'select, insert, delete')}
`;

const order = `
  create table notifications.fed_subscriptions (
    environment text not null,
    partner_id uuid not null,
    subscription_id uuid not null,
    -- Up to which of its versions the feed has what was told of it. Null: from before there was a feed, and not known.
    version integer,
    primary key (environment, subscription_id)
  ) partition by list (environment);
  ${environmentTable('notifications', 'fed_subscriptions', 'select, insert, update')}

  -- What has come before that which it follows. The next attempt is the moment from which on it is waited for no longer.
  create table notifications.held_back (
    environment text not null,
    -- Of the event.
    id uuid not null,
    partner_id uuid not null,
    subscription_id uuid not null,
    version integer not null,
    follows integer not null,
    ${workColumns},
    primary key (environment, id)
  ) partition by list (environment);
  create index held_back_due on notifications.held_back (next_attempt_at);
  create index held_back_of_subscription on notifications.held_back (environment, subscription_id);
  ${environmentTable('notifications', 'held_back', 'select, insert, update, delete')}
`;

const known = `
  insert into notifications.fed_subscriptions (environment, partner_id, subscription_id)
    select distinct environment, partner_id, subscription_id from notifications.messages where subscription_id is not null
`;
