import type { MigrationInterface, QueryRunner } from 'typeorm';
import { retentionIndexes } from '#libs/database';

/** What goes by its age is found by it (docs/retention.md). */
export class IndexWhatIsOld1790000000012 implements MigrationInterface {
  name = 'IndexWhatIsOld1790000000012';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(retentionIndexes('identity'));
    await runner.query(indexes);
    await runner.query(epochs);
  }

  async down(): Promise<void> {
    throw new Error('This migration is not undone: purges would read whole tables.');
  }
}

const indexes = `
  create index sessions_by_age on identity.sessions (expires_at);
  create index staff_sessions_by_age on identity.staff_sessions (expires_at);
  create index devices_by_age on identity.devices (expires_at);
  create index staff_devices_by_age on identity.staff_devices (expires_at);
  create index password_resets_by_age on identity.password_resets (expires_at);
`;

const epochs = `
  -- As it was, and without removing old rows: whoever ends tokens holds this counter, and others wait.
  create or replace function identity.raise_token_epoch(of_environment text, by bigint default 1) returns bigint
  language plpgsql set search_path = '' as $$
  declare raised bigint;
  begin
    insert into identity.token_epochs as known (environment, epoch) values (of_environment, by)
      on conflict (environment) do update set epoch = known.epoch + by returning epoch into raised;
    return raised;
  end $$;
`;
