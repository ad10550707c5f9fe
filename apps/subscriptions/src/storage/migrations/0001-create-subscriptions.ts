import type { MigrationInterface, QueryRunner } from 'typeorm';
import { appendOnly, platformTables, sharedTable } from '#libs/database';

export class CreateSubscriptions1790000000001 implements MigrationInterface {
  name = 'CreateSubscriptions1790000000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(catalogue);
    await runner.query(pipeline);
    await runner.query(platformTables('subscriptions'));
  }

  async down(): Promise<void> {
    throw new Error('This migration is not undone: it would drop every subscription.');
  }
}

// What partners and reviewers wrote is `json`, not `jsonb`: the order of a form's fields must survive.

const catalogue = `
  create table subscriptions.products (
    id uuid primary key,
    name text not null,
    slug text not null,
    description text not null,
    endpoint_sandbox text,
    endpoint_production text,
    created_at timestamptz not null default now(),
    constraint products_slug_unique unique (slug)
  );
  ${sharedTable('subscriptions', 'products', 'select, insert, update (name, slug, description, endpoint_sandbox, endpoint_production)')}

  create table subscriptions.test_data (
    product_id uuid not null references subscriptions.products,
    position smallint not null,
    type text not null,
    name text not null,
    description text not null,
    value text not null,
    primary key (product_id, position)
  );
  ${sharedTable('subscriptions', 'test_data', 'select, insert, delete')}

  create table subscriptions.plans (
    id uuid primary key,
    product_id uuid not null references subscriptions.products,
    name text not null,
    sandbox boolean not null,
    -- Whether staff must approve a subscription to a plan without a sandbox.
    approval boolean not null,
    price_amount_minor bigint check (price_amount_minor > 0),
    price_currency text,
    price_interval text check (price_interval in ('once', 'month', 'year')),
    credential_type text not null check (credential_type = 'client_secret'),
    -- The version of the form in force. Null: submissions go straight through.
    form_version integer,
    created_at timestamptz not null default now(),
    check (num_nulls(price_amount_minor, price_currency, price_interval) in (0, 3)),
    check (sandbox or form_version is null)
  );
  create index plans_of_product on subscriptions.plans (product_id);
  ${sharedTable('subscriptions', 'plans', 'select, insert, update (form_version)')}

  -- What a submission answered must be shown for ever as it was.
  create table subscriptions.form_versions (
    plan_id uuid not null references subscriptions.plans,
    version integer not null,
    steps json not null,
    created_by jsonb not null,
    created_at timestamptz not null default now(),
    primary key (plan_id, version)
  );
  ${sharedTable('subscriptions', 'form_versions', 'select, insert')}
  ${appendOnly('subscriptions', 'form_versions')}
  alter table subscriptions.plans add foreign key (id, form_version) references subscriptions.form_versions (plan_id, version);
`;

const pipeline = `
  create table subscriptions.subscriptions (
    id uuid primary key,
    partner_id uuid not null,
    plan_id uuid not null references subscriptions.plans,
    name text not null,
    phase text not null check (phase in ('sandbox', 'in_review', 'production', 'rejected')),
    version integer not null,
    changes_requested boolean not null default false,
    payment_state text not null check (payment_state in ('not_required', 'due', 'paid')),
    payment_reference text,
    paid_at timestamptz,
    approved_at timestamptz,
    cancelled_at timestamptz,
    created_at timestamptz not null default now(),
    check ((payment_state = 'paid') = (paid_at is not null)),
    check (phase = 'sandbox' or not changes_requested)
  );
  create index subscriptions_of_partner on subscriptions.subscriptions (partner_id, id) where cancelled_at is null;
  ${sharedTable(
    'subscriptions',
    'subscriptions',
    `select, insert,
     update (phase, version, changes_requested, payment_state, payment_reference, paid_at, approved_at, cancelled_at)`,
  )}

  create table subscriptions.submissions (
    id uuid primary key,
    subscription_id uuid not null references subscriptions.subscriptions,
    number integer not null check (number > 0),
    form_version integer,
    answers json not null,
    state text not null check (state in ('pending', 'approved', 'rejected', 'changes_requested', 'withdrawn')),
    submitted_by jsonb not null,
    submitted_at timestamptz not null,
    decided_by jsonb,
    decided_at timestamptz,
    notes text,
    items json not null default '[]',
    unique (subscription_id, number),
    check ((state = 'pending') = (decided_at is null)),
    check (state not in ('rejected', 'changes_requested') or notes is not null)
  );
  -- The second line behind the compare-and-set: a subscription is under review once at a time.
  create unique index submissions_pending on subscriptions.submissions (subscription_id) where state = 'pending';
  create index submissions_by_state on subscriptions.submissions (state, id);
  ${sharedTable('subscriptions', 'submissions', 'select, insert, update (state, decided_by, decided_at, notes, items)')}

  -- Everything that ever happened to a subscription (B40).
  create table subscriptions.transitions (
    subscription_id uuid not null references subscriptions.subscriptions,
    version integer not null,
    action text not null,
    from_phase text,
    to_phase text not null,
    actor jsonb not null,
    notes text,
    submission_id uuid references subscriptions.submissions,
    at timestamptz not null,
    constraint transitions_once unique (subscription_id, version),
    -- The second line behind domain/phases.ts. "is true": a comparison with null must not pass.
    constraint transitions_legal check ((case action
      when 'created' then from_phase is null and to_phase in ('sandbox', 'in_review', 'production')
      when 'submitted' then (from_phase, to_phase) = ('sandbox', 'in_review')
      when 'approved' then from_phase = 'in_review' and to_phase in ('production', 'in_review')
      when 'rejected' then (from_phase, to_phase) = ('in_review', 'rejected')
      when 'changes_requested' then (from_phase, to_phase) = ('in_review', 'sandbox')
      when 'withdrawn' then (from_phase, to_phase) = ('in_review', 'sandbox')
      when 'reopened' then (from_phase, to_phase) = ('rejected', 'sandbox')
      when 'payment_recorded' then from_phase = to_phase or (from_phase, to_phase) = ('in_review', 'production')
      when 'production_unlocked' then (from_phase, to_phase) = ('production', 'production')
      when 'cancelled' then from_phase = to_phase
    end) is true)
  );
  ${sharedTable('subscriptions', 'transitions', 'select, insert')}
  ${appendOnly('subscriptions', 'transitions')}

  -- A subscription's right to hold keys in an environment.
  create table subscriptions.grants (
    subscription_id uuid not null references subscriptions.subscriptions,
    environment text not null check (environment in ('sandbox', 'production')),
    opened_at timestamptz not null,
    primary key (subscription_id, environment)
  );
  ${sharedTable('subscriptions', 'grants', 'select, insert')}
`;
