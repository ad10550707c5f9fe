import type { MigrationInterface, QueryRunner } from 'typeorm';
import { environmentTable, platformTables } from '#libs/database';

export class CreateTokens1790000000001 implements MigrationInterface {
  name = 'CreateTokens1790000000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- The installation's own: the one table of an environment that belongs to no partner (docs/adr/0003).
      create table tokens.signing_keys (
        environment text not null,
        kid text not null,
        public_key jsonb not null,
        -- AES-256-GCM: 12 bytes nonce, ciphertext, 16 bytes tag.
        private_key bytea not null,
        created_at timestamptz not null default now(),
        -- Published before it is used, so that verifiers know it by then.
        active_from timestamptz not null,
        primary key (environment, kid)
      ) partition by list (environment);
      ${environmentTable('tokens', 'signing_keys', 'select, insert, delete')}

      create table tokens.revocations (
        environment text not null,
        application_id text not null,
        partner_id uuid not null,
        not_before timestamptz not null,
        until timestamptz not null,
        primary key (environment, application_id)
      ) partition by list (environment);
      ${environmentTable('tokens', 'revocations', 'select, insert, update, delete')}
    `);
    await runner.query(platformTables('tokens'));
  }

  async down(): Promise<void> {
    throw new Error('This migration is not undone: it would end every token.');
  }
}
