import type { MigrationInterface, QueryRunner } from 'typeorm';
import { appendOnly, sharedTable } from '#libs/database';

/** What others are to know of partners, and of the provider itself. */
export class PartnerAnnouncementsAndProvider1790000000009 implements MigrationInterface {
  name = 'PartnerAnnouncementsAndProvider1790000000009';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(partners);
    await runner.query(provider);
  }

  async down(): Promise<void> {
    throw new Error('This migration is not undone: it would forget which policy held when.');
  }
}

const partners = `
  -- The version that others were told of last. Of partners from before this migration: none.
  alter table identity.partners add column announced_version integer not null default 0;
  create index partners_unannounced on identity.partners (id) where announced_version < version;
  -- Who waits for verification; in time there are few of them among many.
  create index partners_unverified on identity.partners (id) where not verified;
`;

const provider = `
  create table identity.provider (
    -- There is one.
    id boolean primary key default true check (id),
    -- Null: nobody has said it yet.
    name text,
    contact_email text,
    contact_url text,
    review_days json,
    calendar json not null default '{"timeZone": "UTC", "workingDays": ["monday", "tuesday", "wednesday", "thursday", "friday"], "holidays": []}',
    logo_type text check (logo_type in ('image/png', 'image/jpeg', 'image/webp')),
    logo bytea check (octet_length(logo) <= 65536),
    version integer not null default 0,
    check ((logo is null) = (logo_type is null))
  );
  ${sharedTable('identity', 'provider', 'select, update')}
  insert into identity.provider default values;

  -- What a partner has accepted must be shown for ever as it was.
  create table identity.provider_policies (
    version integer primary key check (version > 0),
    text text not null,
    created_by jsonb not null,
    created_at timestamptz not null
  );
  ${sharedTable('identity', 'provider_policies', 'select, insert', { columns: ['version', 'text'] })}
  ${appendOnly('identity', 'provider_policies')}
`;
