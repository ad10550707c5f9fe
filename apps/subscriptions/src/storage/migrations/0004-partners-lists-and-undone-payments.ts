import type { MigrationInterface, QueryRunner } from 'typeorm';
import { roleName, sharedTable } from '#libs/database';

/** What staff finds things by; and payments that were recorded by mistake. */
export class PartnersListsAndUndonePayments1790000000004 implements MigrationInterface {
  name = 'PartnersListsAndUndonePayments1790000000004';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(partners);
    await runner.query(lists);
    await runner.query(undonePayments);
  }

  async down(): Promise<void> {
    throw new Error('This migration is not undone: the record may say of payments that they were undone.');
  }
}

const partners = `
  -- What identity has published of partners. It fills itself: identity publishes whom nobody was told of.
  create table subscriptions.partners (
    id uuid primary key,
    name text not null,
    domain text not null,
    verified boolean not null,
    suspended boolean not null,
    -- The partner's own: what arrives late changes nothing.
    version integer not null
  );
  ${sharedTable('subscriptions', 'partners', 'select, insert, update')}
`;

const lists = `
  create index subscriptions_of_plan on subscriptions.subscriptions (plan_id, id);
  create index subscriptions_in_phase on subscriptions.subscriptions (phase, id) where cancelled_at is null;
  create index subscriptions_unpaid on subscriptions.subscriptions (id) where payment_state = 'due' and cancelled_at is null;
  create index subscriptions_cancelled on subscriptions.subscriptions (id) where cancelled_at is not null;
`;

const undonePayments = `
  -- Production is locked again.
  grant delete on subscriptions.grants to ${roleName('subscriptions', 'shared')};

  -- Not looked at again for what is there: the record is append-only and was legal by the rule before.
  alter table subscriptions.transitions drop constraint transitions_legal;
  alter table subscriptions.transitions add constraint transitions_legal check ((case action
    when 'created' then from_phase is null and to_phase in ('sandbox', 'in_review', 'production')
    when 'submitted' then (from_phase, to_phase) = ('sandbox', 'in_review')
    when 'approved' then from_phase = 'in_review' and to_phase in ('production', 'in_review')
    when 'rejected' then (from_phase, to_phase) = ('in_review', 'rejected')
    when 'changes_requested' then (from_phase, to_phase) = ('in_review', 'sandbox')
    when 'withdrawn' then (from_phase, to_phase) = ('in_review', 'sandbox')
    when 'reopened' then (from_phase, to_phase) = ('rejected', 'sandbox')
    when 'payment_recorded' then from_phase = to_phase or (from_phase, to_phase) = ('in_review', 'production')
    when 'payment_undone' then from_phase = to_phase
    when 'production_unlocked' then (from_phase, to_phase) = ('production', 'production')
    when 'cancelled' then from_phase = to_phase
    when 'restored' then from_phase = to_phase
    when 'ended' then from_phase = to_phase
  end) is true) not valid;
`;
