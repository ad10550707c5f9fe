import { IsNull, LessThan, MoreThan } from 'typeorm';
import { Clock } from '#libs/clock';
import { identity, type Environment, type KeyId, type RequestOf, type SubscriptionId } from '#libs/contracts';
import { afterCursor, Database, pageOf } from '#libs/database';
import { RpcHandler, personOf, UseCase, type RpcContext } from '#libs/rpc';
import { Accounts } from '../../storage/accounts.repository';
import { AccessKey } from '../../storage/entities';
import { getOwnKey } from '../../storage/keys.repository';
import { countLiveTokens } from '../../storage/token-counts.repository';
import { describeKey } from '../../views/key.view';

/** An account's own keys, masked (B14). */
@UseCase()
export class ReadKeys {
  constructor(
    private readonly database: Database,
    private readonly accounts: Accounts,
    private readonly clock: Clock,
  ) {}

  @RpcHandler(identity.listKeys)
  list({ limit, cursor, subscriptionId }: RequestOf<typeof identity.listKeys>, context: RpcContext) {
    const { environment, accountId, partnerId } = personOf(context);
    return this.database.reading(environment, async (manager) => {
      const { domain, keyLimit } = await this.accounts.get(manager, environment, partnerId);
      const after = afterCursor(cursor);
      const own = { environment, accountId, deletedAt: IsNull() };
      const { rows, nextCursor } = pageOf(
        await manager.find(AccessKey, {
          where: { ...own, ...(subscriptionId && { subscriptionId }), ...(after && { id: LessThan(after as KeyId) }) },
          order: { id: 'DESC' },
          take: limit + 1,
        }),
        limit,
      );
      const counted = await manager.countBy(AccessKey, { ...own, slotsOf: IsNull() });
      const now = this.clock.date();
      const ids = rows.map(({ id }) => id);
      const liveTokensOf = await countLiveTokens(manager, environment, ids, now);
      const itsOwn = subscriptionId ? await manager.countBy(AccessKey, { ...own, slotsOf: subscriptionId }) : 0;
      return {
        items: rows.map((key) => describeKey(key, { domain, now, live: liveTokensOf(key.id) })),
        nextCursor,
        // A subscription whose keys are counted by themselves has some that say so; one without any takes no place either way.
        slots: { used: itsOwn > 0 ? itsOwn : counted, limit: keyLimit },
      };
    });
  }

  @RpcHandler(identity.getKey)
  get({ keyId }: RequestOf<typeof identity.getKey>, context: RpcContext) {
    const { environment, accountId, partnerId } = personOf(context);
    return this.database.reading(environment, async (manager) => {
      const key = await getOwnKey(manager, environment, accountId, keyId);
      const { domain } = await this.accounts.get(manager, environment, partnerId);
      const now = this.clock.date();
      const live = (await countLiveTokens(manager, environment, [key.id], now))(key.id);
      return describeKey(key, { domain, now, live });
    });
  }

  /** For `subscriptions`: is there a live key to have built with (B36)? */
  @RpcHandler(identity.hasLiveKey)
  hasLive({ partnerId, subscriptionId }: RequestOf<typeof identity.hasLiveKey>, context: RpcContext) {
    if (context.scope === 'shared') throw new Error('keys belong to an environment');
    const environment = context.scope;
    return this.database.reading(environment, async (manager) => ({
      live: await manager.existsBy(
        AccessKey,
        [{ expiresAt: IsNull() }, { expiresAt: MoreThan(this.clock.date()) }].map((unexpired) => ({
          ...{ environment, partnerId, subscriptionId, deletedAt: IsNull() },
          ...unexpired,
        })),
      ),
    }));
  }

  /** The same of many at once. */
  @RpcHandler(identity.findLiveKeys)
  findLive({ subscriptions }: RequestOf<typeof identity.findLiveKeys>, { scope }: RpcContext) {
    const environment = scope as Environment;
    return this.database.reading(environment, async (manager) => {
      const rows = await manager.query<{ subscription_id: SubscriptionId }[]>(
        `select distinct subscription_id from identity.access_keys
         where environment = $1 and deleted_at is null and (expires_at is null or expires_at > $4)
           and (partner_id, subscription_id) in (select * from unnest($2::uuid[], $3::uuid[]))`,
        [
          environment,
          subscriptions.map(({ partnerId }) => partnerId),
          subscriptions.map(({ subscriptionId }) => subscriptionId),
          this.clock.date(),
        ],
      );
      return { subscriptionIds: rows.map(({ subscription_id: id }) => id) };
    });
  }
}
