import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { AccountId, Environment, identity, PartnerId, ReplyOf } from '#libs/contracts';
import { Database, type Tx } from '#libs/database';
import { currentEpoch } from './token-epochs.sql';

/** Whose live tokens are ended, within an account. */
export interface EndedTokens {
  holder: Exclude<identity.TokenHolder, 'partner'>;
  holderId: string;
  partnerId: PartnerId;
  accountId: AccountId;
  /** A key's, before the act that ends its tokens. */
  applicationId?: string;
}

/** What an account may have in the list at a time. One more ends the tokens of the whole account, in one row. */
const perAccount = 100;
const pageItems = 1_000;

const columns = `holder, holder_id as "holderId", account_id as "accountId", application_id as "applicationId",
  epoch::float8 as epoch`;

/**
 * What live tokens have been ended by (docs/adr/0021). Written in the transaction of the act, and as its last statement: it
 * holds the environment's counter until the commit, so that whoever reads epoch n has read all before it.
 */
@Injectable()
export class TokenRevocations {
  constructor(private readonly database: Database) {}

  async revoke({ manager, scope }: Tx, ended: EndedTokens): Promise<void> {
    await raise(manager, scope as Environment, ended);
    const { accountId } = ended;
    const [{ count } = { count: 0 }] = await manager.query<[{ count: number }]>(
      `select count(*)::int as count from identity.token_revocations
       where environment = $1 and account_id = $2 and holder <> 'account'`,
      [scope, accountId],
    );
    if (count <= perAccount) return;
    await manager.query(
      `delete from identity.token_revocations where environment = $1 and account_id = $2 and holder <> 'account'`,
      [scope, accountId],
    );
    await raise(manager, scope as Environment, { ...ended, holder: 'account', holderId: accountId });
  }

  /** For the shared role. Partners are taken in one order by whoever ends tokens of several. */
  async revokePartners({ manager }: Tx, environment: Environment, partnerIds: readonly PartnerId[]): Promise<void> {
    await manager.query('select identity.revoke_partner_tokens($1, $2::uuid[])', [environment, [...partnerIds].sort()]);
  }

  /** A page of what was revoked after an epoch. The environment's epoch is read first: all up to it can be seen by then. */
  list(environment: Environment, after: number): Promise<ReplyOf<typeof identity.listTokenRevocations>> {
    return this.database.reading(environment, async (manager) => {
      const epoch = await this.epoch(manager, environment);
      const items = await manager.query<identity.TokenRevocation[]>(
        `select ${columns} from identity.token_revocations
         where environment = $1 and epoch > $2 order by token_revocations.epoch limit $3`,
        [environment, after, pageItems],
      );
      const last = items.at(-1)?.epoch ?? 0;
      return items.length === pageItems
        ? { items, epoch: last, more: true }
        : { items, epoch: Math.max(epoch, last), more: false };
    });
  }

  /** The last few, in any order. */
  latest(environment: Environment, count: number): Promise<{ latest: identity.TokenRevocation[]; epoch: number }> {
    return this.database.reading(environment, async (manager) => ({
      epoch: await this.epoch(manager, environment),
      latest: await manager.query<identity.TokenRevocation[]>(
        `select ${columns} from identity.token_revocations
         where environment = $1 order by token_revocations.epoch desc limit $2`,
        [environment, count],
      ),
    }));
  }

  private async epoch(manager: EntityManager, environment: Environment): Promise<number> {
    const [row] = await manager.query<[{ epoch: number }]>(`select ${currentEpoch} as epoch`, [environment]);
    return row.epoch;
  }
}

async function raise(
  manager: EntityManager,
  environment: Environment,
  { holder, holderId, partnerId, accountId, applicationId }: EndedTokens,
): Promise<void> {
  await manager.query(
    `insert into identity.token_revocations (environment, holder_id, holder, partner_id, account_id, application_id, epoch)
     values ($1, $2, $3, $4, $5, $6, identity.raise_token_epoch($1))
     on conflict (environment, holder_id) do update
       set epoch = excluded.epoch, application_id = excluded.application_id, revoked_at = excluded.revoked_at`,
    [environment, holderId, holder, partnerId, accountId, holder === 'key' ? (applicationId ?? null) : null],
  );
}
