import { IsNull, LessThan } from 'typeorm';
import { identity, type KeyId, type RequestOf } from '#libs/contracts';
import { afterCursor, Database, pageOf } from '#libs/database';
import { Answers, personOf, UseCase, type Call } from '#libs/messaging';
import { config } from '../../config';
import { getStanding } from '../../storage/accounts.repository';
import { AccessKey } from '../../storage/entities';
import { describeKey, getOwnKey } from '../../storage/keys.repository';

/** An account's own keys, masked (B14). */
@UseCase()
export class ReadKeys {
  constructor(private readonly database: Database) {}

  @Answers(identity.listKeys)
  list({ limit, cursor, subscriptionId }: RequestOf<typeof identity.listKeys>, call: Call) {
    const { environment, accountId, partnerId } = personOf(call);
    return this.database.reading(environment, async (manager) => {
      const { domain, keyLimit } = await getStanding(manager, environment, partnerId);
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
      const used = await manager.countBy(AccessKey, own);
      return {
        items: rows.map((key) => describeKey(key, domain)),
        nextCursor,
        slots: { used, limit: keyLimit ?? config.SLIPWAY_KEY_LIMIT },
      };
    });
  }

  @Answers(identity.getKey)
  get({ keyId }: RequestOf<typeof identity.getKey>, call: Call) {
    const { environment, accountId, partnerId } = personOf(call);
    return this.database.reading(environment, async (manager) => {
      const key = await getOwnKey(manager, environment, accountId, keyId);
      const { domain } = await getStanding(manager, environment, partnerId);
      return describeKey(key, domain);
    });
  }

  /** For `subscriptions`: is there a live key to have built with (B36)? */
  @Answers(identity.hasLiveKey)
  hasLive({ partnerId, subscriptionId }: RequestOf<typeof identity.hasLiveKey>, call: Call) {
    if (call.scope === 'shared') throw new Error('keys belong to an environment');
    const environment = call.scope;
    return this.database.reading(environment, async (manager) => ({
      live: await manager.existsBy(AccessKey, { environment, partnerId, subscriptionId, deletedAt: IsNull() }),
    }));
  }
}
