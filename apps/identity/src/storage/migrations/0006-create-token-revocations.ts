import type { MigrationInterface, QueryRunner } from 'typeorm';
import { environments, identity } from '#libs/contracts';
import { environmentTable, roleName } from '#libs/database';

/** Longer than any token lives, whatever the clocks of `tokens` and Postgres think of each other. */
const rememberedSeconds = identity.tokenSecondsMax + 3_600;

export class CreateTokenRevocations1790000000006 implements MigrationInterface {
  name = 'CreateTokenRevocations1790000000006';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(tables);
    await runner.query(functions);
  }

  async down(): Promise<void> {
    throw new Error('This migration is not undone: ended tokens would live again.');
  }
}

const tables = `
  -- Raised whenever tokens are ended: the installation's own, and of no partner (docs/adr/0003).
  create table identity.token_epochs (
    environment text not null,
    epoch bigint not null,
    primary key (environment)
  ) partition by list (environment);
  ${environmentTable('identity', 'token_epochs', 'select, insert, update')}

  -- Tokens of the holder whose epoch is lower are refused (docs/adr/0021). One row for each holder.
  create table identity.token_revocations (
    environment text not null,
    holder_id uuid not null,
    holder text not null check (holder in ('key', 'person', 'subscription', 'account', 'partner')),
    partner_id uuid not null,
    account_id uuid,
    application_id text,
    epoch bigint not null,
    revoked_at timestamptz not null default now(),
    primary key (environment, holder_id),
    unique (environment, epoch)
  ) partition by list (environment);
  create index token_revocations_of_account on identity.token_revocations (environment, account_id);
  create index token_revocations_by_age on identity.token_revocations (environment, revoked_at);
  ${environmentTable('identity', 'token_revocations', 'select, insert, update, delete')}
`;

const functions = `
  -- The counter's row is locked until the commit, so that epochs become visible in their order.
  create function identity.raise_token_epoch(of_environment text, by bigint default 1) returns bigint
  language plpgsql set search_path = '' as $$
  declare raised bigint;
  begin
    insert into identity.token_epochs as known (environment, epoch) values (of_environment, by)
      on conflict (environment) do update set epoch = known.epoch + by returning epoch into raised;
    delete from identity.token_revocations
      where environment = of_environment and revoked_at < now() - interval '${rememberedSeconds} seconds';
    return raised;
  end $$;
  revoke all on function identity.raise_token_epoch from public;
  grant execute on function identity.raise_token_epoch to ${environments.map((each) => roleName('identity', each)).join(', ')};

  -- Partners span both environments: the one way in which the shared role reaches into them, and this much of it.
  create function identity.revoke_partner_tokens(of_environment text, partners uuid[]) returns void
  language plpgsql security definer set search_path = '' as $$
  declare raised bigint;
  begin
    if cardinality(partners) = 0 then return; end if;
    raised := identity.raise_token_epoch(of_environment, cardinality(partners));
    insert into identity.token_revocations (environment, holder_id, holder, partner_id, epoch)
      select of_environment, partner, 'partner', partner, raised - cardinality(partners) + place
      from unnest(partners) with ordinality as revoked (partner, place)
      on conflict (environment, holder_id) do update set epoch = excluded.epoch, revoked_at = excluded.revoked_at;
  end $$;
  revoke all on function identity.revoke_partner_tokens from public;
  grant execute on function identity.revoke_partner_tokens to ${roleName('identity', 'shared')};
`;
