import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Environment, identity, KeyId, RequestOf } from '#libs/contracts';
import { Database } from '#libs/database';

export type Batch = RequestOf<typeof identity.countTokens>;
export type LiveTokenCount = Pick<identity.Key, 'liveTokens' | 'liveTokensUntil'>;

export const noLiveTokens: LiveTokenCount = { liveTokens: 0, liveTokensUntil: null };

/** RFC 9562, 5.9. */
const nobody = '00000000-0000-0000-0000-000000000000';

/** How many tokens were made (docs/adr/0041). What has ended them is looked at when somebody wants to know, so it counts at once. */
@Injectable()
export class TokenCounts {
  constructor(private readonly database: Database) {}

  /** All in one statement, those aside that were counted before. */
  async add(environment: Environment, batches: readonly Batch[]): Promise<void> {
    const each = new Map(batches.map((batch) => [batch.batchId, batch])).values();
    const items = [...each].flatMap(({ batchId, items: ofOne }) => ofOne.map((item) => ({ batchId, ...item })));
    await this.database.prepared(environment, {
      name: `count-tokens-${environment}`,
      text: addSql,
      values: [
        environment,
        items.map(({ batchId }) => batchId),
        items.map(({ keyId }) => keyId),
        items.map(({ partnerId }) => partnerId),
        items.map(({ madeBy }) => madeBy ?? nobody),
        items.map(({ epoch }) => epoch),
        items.map(({ tokens }) => tokens),
        items.map(({ expiresAt }) => expiresAt),
      ],
    });
  }
}

/** In the order of their key, so that copies which write at once do not wait for each other in a circle. */
const addSql = `
  with given as (
      select * from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::bigint[], $7::int[], $8::bigint[])
        as item (batch_id, key_id, partner_id, made_by, epoch, tokens, expires_at)),
    fresh as (
      insert into identity.counted_batches (environment, id) select distinct $1, batch_id from given order by 2
      on conflict do nothing returning id)
  insert into identity.token_counts as known
    (environment, key_id, expires_by, epoch, made_by, partner_id, tokens, last_expires_at)
  select $1, key_id, to_timestamp((expires_at + 59) / 60 * 60) as expires_by, epoch, made_by, partner_id, sum(tokens),
    to_timestamp(max(expires_at))
  from given join fresh on fresh.id = given.batch_id
  group by key_id, expires_by, epoch, made_by, partner_id order by key_id, expires_by, epoch, made_by
  on conflict (environment, key_id, expires_by, epoch, made_by) do update
    set tokens = known.tokens + excluded.tokens,
      last_expires_at = greatest(known.last_expires_at, excluded.last_expires_at)`;

/** Of keys of one account. A minute's tokens count until the last of them has expired. */
export async function countLiveTokens(
  manager: EntityManager,
  environment: Environment,
  keyIds: readonly KeyId[],
  now: Date,
): Promise<(keyId: KeyId) => LiveTokenCount> {
  const rows = await manager.query<{ id: KeyId; tokens: number; until: Date }[]>(
    `select made.key_id as id, sum(made.tokens)::int as tokens, max(made.last_expires_at) as until
     from identity.token_counts made join identity.access_keys k on k.environment = $1 and k.id = made.key_id
     where made.environment = $1 and made.key_id = any($2::uuid[]) and made.last_expires_at > $3
       and not exists (select from identity.token_revocations ended
         where ended.environment = $1 and ended.epoch > made.epoch
           and ended.holder_id in (made.key_id, made.made_by, k.subscription_id, k.account_id, k.partner_id))
     group by made.key_id`,
    [environment, keyIds, now],
  );
  const counts = new Map(
    rows.map(({ id, tokens, until }) => [id, { liveTokens: tokens, liveTokensUntil: until.toISOString() }]),
  );
  return (keyId) => counts.get(keyId) ?? noLiveTokens;
}
