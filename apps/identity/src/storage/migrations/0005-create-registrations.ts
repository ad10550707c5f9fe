import type { MigrationInterface, QueryRunner } from 'typeorm';
import { sharedTable, workColumns } from '#libs/database';

/** What a partner has claimed, and until when. */
export class CreateRegistrations1790000000005 implements MigrationInterface {
  name = 'CreateRegistrations1790000000005';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(registrations);
  }

  async down(): Promise<void> {
    throw new Error('This migration is not undone: it would forget whose domain was proven.');
  }
}

const registrations = `
  create table identity.registrations (
    id uuid primary key default gen_random_uuid(),
    partner_id uuid not null unique references identity.partners,
    domain text not null,
    -- What the TXT record of the domain must say.
    challenge text not null,
    checked_at timestamptz,
    -- By DNS.
    proven_at timestamptz,
    -- By DNS, by staff, or by the setting that trusts registrations: it does not expire.
    confirmed_at timestamptz,
    expires_at timestamptz not null,
    warned_at timestamptz,
    expired_at timestamptz,
    ${workColumns}
  );
  create index registrations_due on identity.registrations (next_attempt_at) where next_attempt_at is not null;
  ${sharedTable('identity', 'registrations', 'select, insert, update')}

  -- Those of an earlier version that nobody has confirmed have a week from now.
  insert into identity.registrations (partner_id, domain, challenge, confirmed_at, expires_at, next_attempt_at)
    select id, domain, encode(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()), 'hex'),
      case when verified then now() end, now() + interval '7 days', case when not verified then now() + interval '5 days' end
    from identity.partners;

  -- What has expired is free for others.
  grant delete on identity.domains to identity_shared;
`;
