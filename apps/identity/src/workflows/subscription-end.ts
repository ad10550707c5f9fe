import { Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import { identity, type Actor, type Environment, type PartnerId, type SubscriptionId } from '#libs/contracts';
import type { Tx } from '#libs/database';
import { Accounts } from '../storage/accounts.repository';
import { AccessKey } from '../storage/entities';
import { markDeleted } from '../storage/keys.repository';
import { keyEventData } from '../views/key.view';
import { LiveTokens } from './live-tokens';

interface Ended {
  environment: Environment;
  partnerId: PartnerId;
  subscriptionId: SubscriptionId;
  by: Actor;
  /** Whether its live tokens end with its keys. */
  revokeTokens: boolean;
}

/**
 * Ends every key of a subscription in one environment and lets none be made any more. Called by `subscriptions` and
 * published as an event, whichever comes first; safe to repeat.
 */
@Injectable()
export class SubscriptionEnd {
  constructor(
    private readonly accounts: Accounts,
    private readonly liveTokens: LiveTokens,
  ) {}

  /** @returns whether it had not ended here before */
  async endKeys(tx: Tx, { environment, partnerId, subscriptionId, by, revokeTokens }: Ended): Promise<boolean> {
    const first = await tx.manager.query<unknown[]>(
      `insert into identity.ended_subscriptions (environment, subscription_id, partner_id) values ($1, $2, $3) on conflict do nothing returning subscription_id`,
      [environment, subscriptionId, partnerId],
    );
    // Whoever was first has ended the keys, in the transaction that this one has waited for.
    if (first.length === 0) return false;
    // A partner without a sandbox has no keys there, and no account to take turns on.
    if (!(await this.accounts.find(tx.manager, environment, partnerId))) return true;
    const { id: accountId } = await this.accounts.lock(tx.manager, environment, partnerId);
    const keys = { environment, partnerId, subscriptionId, deletedAt: IsNull() };
    for (const key of await tx.manager.findBy(AccessKey, keys)) {
      await markDeleted(tx, key);
      await tx.publishEvent(
        identity.keyDeleted,
        { id: key.id, version: key.version + 1 },
        { ...keyEventData(key), revokeTokens, by },
      );
    }
    const ended = { holder: 'subscription' as const, holderId: subscriptionId, partnerId, accountId };
    if (revokeTokens) await this.liveTokens.revoke(tx, ended);
    return true;
  }
}
